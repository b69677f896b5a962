using Qdiff;

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

        Memorisation memorisation = Memorisation.Of(new("test", 80, 8, values), s_training, s_heldOut);
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
        Memorisation copied = Memorisation.Of(s_training.Take(0, 40), s_training, s_heldOut),
            fresh = Memorisation.Of(Reference.Features(7, 80, 8), s_training, s_heldOut);
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
        Memorisation memorisation = Memorisation.Of(Reference.Features(7, 200, 8), Reference.Features(8, 900, 8), s_heldOut,
            seed: 2);
        Assert.InRange(memorisation.NearerToTraining, 0.35, 0.65);
        Assert.InRange(memorisation.CopyScore, -3, 3);
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
