using Qdiff;
using Qdiff.Tensors;

public class PredictionTests
{
    static readonly string[] s_schedules = ["cosine", "linear", "sigmoid", "cosine-zero-snr"];

    [Fact]
    public void SplitUndoesTarget()
    {
        float[] x0 = Normals("x0"), epsilon = Normals("epsilon");
        for (int i = 0; i < x0.Length; i++) x0[i] = Math.Clamp(x0[i], -1, 1);
        foreach (string name in s_schedules)
        {
            NoiseSchedule schedule = Schedules.Named(name);
            foreach (Prediction prediction in Catalog.Default.Predictions)
                foreach (int t in (int[])[0, 1, 10, 250, 500, 900, 998, 999])
                {
                    if (prediction == Prediction.Epsilon && schedule.AlphaBar[t] == 0) continue;
                    (double a, double s) = (schedule.SignalScale(t), schedule.NoiseScale(t));
                    (double ofX0, double ofEpsilon) = prediction.Target(schedule.AlphaBar[t]);
                    float[] xt = [.. x0.Zip(epsilon, (x, e) => (float)(a * x + s * e))];
                    float[] output = [.. x0.Zip(epsilon, (x, e) => (float)(ofX0 * x + ofEpsilon * e))];
                    float[] foundX0 = new float[xt.Length], foundEpsilon = new float[xt.Length];
                    prediction.Split(schedule.AlphaBar[t], xt, output, foundX0, foundEpsilon);

                    // What x_t does not hold cannot be found: its rounding, 2⁻²⁴ of a few, is divided by √ᾱ or √(1 − ᾱ).
                    double toleranceX0 = prediction == Prediction.Epsilon ? 1e-6 + 6e-7 / a : 1e-6;
                    double toleranceEpsilon = prediction == Prediction.X0 ? 1e-6 + 6e-7 / s : 1e-6;
                    for (int i = 0; i < xt.Length; i++)
                    {
                        Assert.Equal(x0[i], foundX0[i], toleranceX0);
                        Assert.Equal(epsilon[i], foundEpsilon[i], toleranceEpsilon);
                    }

                    // Writing ε over the output gives the same.
                    prediction.Split(schedule.AlphaBar[t], xt, output, foundX0, output);
                    Assert.Equal(foundEpsilon, output);
                }
        }
    }

    [Fact]
    public void EpsilonErrorFactorIsThatOfSplit()
    {
        NoiseSchedule schedule = NoiseSchedule.Linear();
        float[] xt = new float[16], output = new float[16], x0 = new float[16], epsilon = new float[16];
        Array.Fill(output, 1);
        foreach (Prediction prediction in Catalog.Default.Predictions)
            foreach (int t in (int[])[0, 300, 999])
            {
                // Linear in the output: at x_t = 0 an output of 1 is an error of 1.
                prediction.Split(schedule.AlphaBar[t], xt, output, x0, epsilon);
                double factor = prediction.EpsilonErrorFactor(schedule.Snr(t));
                Assert.Equal(factor, epsilon[0] * epsilon[0], factor * 1e-5);
            }
    }

    [Fact]
    public void EpsilonCannotTellTheImageWhereThereIsNoSignal()
    {
        float[] tile = new float[16];
        Assert.Contains("predict v or x0",
            Assert.Throws<InvalidOperationException>(() => Prediction.Epsilon.Split(0, tile, tile, tile, tile)).Message);
    }

    /// <summary>1 / √ᾱ is 1.4e45 here, beyond single precision, and 0 times infinity would be no number.</summary>
    [Fact]
    public void WhereNothingIsLeftOfTheImageItsEstimateIsANumber()
    {
        float[] xt = Normals("xt"), x0 = new float[xt.Length];
        Prediction.Epsilon.Split(5e-91, xt, [.. xt], x0, new float[xt.Length]);
        Assert.All(x0, value => Assert.Equal(0, value));
    }

    [Fact]
    public void NamesAndArgumentsAreChecked()
    {
        float[] tile = new float[16];
        Assert.Equal(["epsilon", "x0", "v"], Catalog.Default.Predictions.Select(p => p.Name));
        Assert.All(Catalog.Default.Predictions, p => Assert.Same(p, Catalog.Default.Predictions[p.ToString()]));
        Assert.Contains("Did you mean epsilon?",
            Assert.Throws<InputException>(() => Catalog.Default.Predictions["epsilom"]).Message);
        Assert.Contains("got 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Prediction.V.Split(1, tile, tile, tile, tile)).Message);
        Assert.Contains("'output' has 32 numbers where the other tiles have 16",
            Assert.Throws<ArgumentException>(() => Prediction.V.Split(0.5, tile, new float[32], tile, tile)).Message);
        Assert.Contains("'xt' has 20",
            Assert.Throws<ArgumentException>(() => Prediction.V.Split(0.5, new float[20], tile, tile, tile)).Message);
    }

    static float[] Normals(string purpose)
    {
        var values = new float[64];
        new RandomStream(1, purpose).FillNormal(values);
        return values;
    }
}
