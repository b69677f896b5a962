using Qdiff.Evaluation;
using Qdiff.Tensors;

public class MemorisationTests
{
    static readonly FeatureSet s_training = Reference.Features(5, 90, 8), s_heldOut = Reference.Features(6, 90, 8);

    [Fact]
    public void AgreesWithScipy()
    {
        // A quarter of the samples are training samples moved by 0.01 to 0.02 in every feature.
        double[] values = Reference.Values(4, 80, 8);
        for (int i = 0; i < 20; i++)
        {
            s_training.CopyTo(i, 0, values.AsSpan(i * 8, 8));
            for (int j = 0; j < 8; j++) values[i * 8 + j] += 0.01 * (1 + i / 20.0);
        }

        Memorisation memorisation = Memorisation.Compute(new("test", 80, 8, values), s_training, s_heldOut);
        Reference.Near(0.65, memorisation.NearerToTraining);
        Reference.Near(0.3125, memorisation.CloseShare);
        Reference.Near(0.5391869527384558, memorisation.MedianToTraining);
        Reference.Near(0.6215813122603325, memorisation.MedianHeldOutToTraining);
        Reference.Near(-3.5184406988418973, memorisation.CopyScore);
        Assert.Equal(0, memorisation.ExactCopies);
    }

    [Fact]
    public void SeesCopiesAndOnlyCopies()
    {
        Memorisation copied = Memorisation.Compute(s_training.Take(0, 40), s_training, s_heldOut),
            fresh = Memorisation.Compute(Reference.Features(7, 80, 8), s_training, s_heldOut);
        Assert.Equal((1, 1, 40), (copied.NearerToTraining, copied.CloseShare, copied.ExactCopies));
        Assert.True(copied.CopyScore < -8);
        Assert.InRange(fresh.NearerToTraining, 0.35, 0.65);
        Assert.InRange(fresh.CopyScore, -3, 3);
        Assert.InRange(fresh.CloseShare, 0, 0.15);
    }

    [Fact]
    public void ALargerTrainingSetIsNoEvidence()
    {
        // Ten times the training samples lie nearer by their number; the share must not call that copying.
        Memorisation memorisation = Memorisation.Compute(Reference.Features(7, 200, 8), Reference.Features(8, 900, 8), s_heldOut,
            seed: 2);
        Assert.InRange(memorisation.NearerToTraining, 0.35, 0.65);
        Assert.InRange(memorisation.CopyScore, -3, 3);
    }

    /// <summary>Samples beside the data all have the same few images as their nearest; that is no copying.</summary>
    [Theory]
    [InlineData(0.0, 400)]
    [InlineData(1.5, 400)]
    [InlineData(1.5, 1200)]
    public void PoorSamplesAreNoCopies(double shift, int trained)
    {
        const int draws = 60;
        int held = 0, alarms = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            Memorisation memorisation = Memorisation.Compute(Normal("generated", draw, 300, shift),
                Normal("training", draw, trained, 0), Normal("held out", draw, 400, 0), seed: draw);
            if (memorisation.Interval().Contains(0.5)) held++;
            if (memorisation.ExchangeScore > 3) alarms++;
        }

        // Of 60 draws 95% are 57; the interval of old held one half in fewer than 40 of them.
        Assert.InRange(held, 50, 60);
        Assert.InRange(alarms, 0, 1);
    }

    [Theory]
    [InlineData(0.05, 0.0)]
    [InlineData(0.2, 0.1)]
    public void CopiesAmongGoodSamplesAreFound(double share, double noise)
    {
        const int count = 1000;
        FeatureSet training = Normal("training", 1, count, 0);
        var values = new double[count * 8];
        var fresh = new float[count * 8];
        new RandomStream(1, "memorisation, generated", 1).FillNormal(fresh);
        for (int i = 0; i < count; i++)
            if (i < share * count)
            {
                training.CopyTo(i, 0, values.AsSpan(i * 8, 8));
                for (int j = 0; j < 8; j++) values[i * 8 + j] += noise * fresh[i * 8 + j];
            }
            else for (int j = 0; j < 8; j++) values[i * 8 + j] = fresh[i * 8 + j];

        Memorisation memorisation =
            Memorisation.Compute(new("test", count, 8, values), training, Normal("held out", 1, count, 0));
        Assert.Equal(noise == 0 ? 50 : 0, memorisation.ExactCopies);
        Assert.Equal(0.5 + share / 2, memorisation.NearerToTraining, 0.05);
        if (share > 0.1)
        {
            Assert.True(memorisation.ExchangeScore > 3, $"{memorisation.ExchangeScore}");
            Assert.True(memorisation.Interval().Low > 0.5);
        }
    }

    [Fact]
    public void DeviationIsThatOfAllExchanges()
    {
        // Three images of training and three held out, and every way to say which is which.
        (double[] T, double[] H) = ([0, 1, 5], [2, 3, 9]);
        double[] samples = [0.2, 0.3, 1.1, 2.1, 4.2, 4.3, 8.1, 8.2], all = [.. T, .. H];
        var shares = new List<double>();
        for (int pattern = 0; pattern < 64; pattern++)
            if (int.PopCount(pattern) == 3)
                shares.Add(samples.Average(x =>
                    (pattern >> Enumerable.Range(0, 6).MinBy(i => Math.Abs(all[i] - x)) & 1) == 0 ? 0.0 : 1));
        Memorisation memorisation = Memorisation.Compute(One(samples), One(T), One(H));
        Assert.Equal(0.5, shares.Average(), 12);
        Reference.Near(MeanAndDeviation.Of([.. shares], freedomLost: 0).Deviation, memorisation.NearerDeviation);
        Reference.Near((memorisation.NearerToTraining - 0.5) / memorisation.NearerDeviation, memorisation.ExchangeScore);

        static FeatureSet One(double[] values) => new("test", values.Length, 1, values);
    }

    static FeatureSet Normal(string what, int draw, int count, double shift)
    {
        var numbers = new double[count * 8];
        var normal = new float[count * 8];
        new RandomStream(1, "memorisation, " + what, draw).FillNormal(normal);
        for (int i = 0; i < numbers.Length; i++) numbers[i] = normal[i] + shift;
        return new("test", count, 8, numbers);
    }

    [Fact]
    public void MannWhitneyWithTiesAgreesWithScipy()
    {
        double[] x = [.. Reference.Uniform(7, 30).Select(value => Math.Round(4 * value))];
        double[] y = [.. Reference.Uniform(8, 40).Select(value => Math.Round(4 * value + 0.5))];
        Reference.Near(-2.3533562232432557, Memorisation.MannWhitney(x, y));
        Assert.Equal(0, Memorisation.MannWhitney([1, 1], [1, 1]));
    }
}
