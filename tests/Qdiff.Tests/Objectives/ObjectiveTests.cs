using Qdiff;
using Qdiff.Tensors;

public class ObjectiveTests
{
    [Theory]
    [InlineData("epsilon", "cosine", "p2")]
    [InlineData("x0", "linear", "uniform")]
    [InlineData("v", "cosine-zero-snr", "min-snr")]
    public void EachSampleIsNoisedAtItsOwnTimestep(string prediction, string schedule, string weighting)
    {
        var objective = new Objective(Schedules.Named(schedule), Catalog.Default.Predictions[prediction],
            Catalog.Default.Weightings[weighting]);
        int[] timesteps = [0, 999, 998, 1, 500, 17, 17, 3, 250, 640, 77];
        float[] x0 = Normals("x0"), epsilon = Normals("epsilon"), xt = Filled(), target = Filled(), weights = new float[16];
        Array.Fill(weights, float.NaN);
        objective.FillTraining(x0, timesteps, epsilon, xt, target, weights);

        for (int i = 0; i < x0.Length; i++)
        {
            int s = i % 16;
            if (s >= timesteps.Length)
            {
                Assert.Equal((0, 0, 0), (xt[i], target[i], weights[s]));
                continue;
            }

            double alphaBar = objective.Schedule.AlphaBar[timesteps[s]];
            (double signal, double noise) = (Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar));
            Assert.Equal(signal * x0[i] + noise * epsilon[i], xt[i], 1e-6);
            double v = signal * epsilon[i] - noise * x0[i];
            double expected = prediction switch { "epsilon" => epsilon[i], "x0" => x0[i], _ => v };
            Assert.Equal(expected, target[i], 1e-6);
            double weight = objective.Weighting.At(alphaBar / (1 - alphaBar), objective.Prediction);
            Assert.Equal(weight, weights[s], weight * 1e-6);
        }

        // The noisy images may overwrite the clean ones.
        float[] again = Filled();
        objective.FillTraining(x0, timesteps, epsilon, x0, again, weights);
        Assert.Equal(xt, x0);
        Assert.Equal(target, again);
    }

    [Fact]
    public void WeightsThatCannotBeAreRefused()
    {
        foreach (Weighting weighting in (Weighting[])[new P2Weighting { K = -5 }, new P2Weighting { Gamma = 0.5, K = -5 },
            new MinSnrWeighting { Gamma = double.NaN }, Weighting.Create("huge", _ => 1e60)])
            Assert.Contains("a weight that is no finite number, or below 0", Assert.Throws<InputException>(() =>
                new Objective(NoiseSchedule.Cosine(), Prediction.Epsilon, weighting)).Message);
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        var objective = new Objective(NoiseSchedule.Cosine(10), Prediction.Epsilon, Weighting.Uniform);
        float[] tile = new float[32], weights = new float[16];
        Assert.Contains("0 to 9, got 10",
            Assert.Throws<ArgumentException>(() => objective.FillTraining(tile, [10], tile, tile, tile, weights)).Message);
        Assert.Contains("at most 16 samples, got 17",
            Assert.Throws<ArgumentException>(() => objective.FillTraining(tile, new int[17], tile, tile, tile, weights)).Message);
        Assert.Contains("16 weights, one a sample, got 32",
            Assert.Throws<ArgumentException>(() => objective.FillTraining(tile, [1], tile, tile, tile, tile)).Message);
        Assert.Contains("'epsilon' has 16",
            Assert.Throws<ArgumentException>(() => objective.FillTraining(tile, [1], weights, tile, tile, weights)).Message);
    }

    static float[] Filled()
    {
        var values = new float[96];
        Array.Fill(values, float.NaN);
        return values;
    }

    static float[] Normals(string purpose)
    {
        var values = new float[96];
        new RandomStream(1, purpose).FillNormal(values);
        return values;
    }
}
