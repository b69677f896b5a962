using Qdiff;

public class WeightingTests
{
    public static TheoryData<string> Weightings => [.. Catalog.Default.Weightings.Names];

    [Fact]
    public void P2WithUnitSettingsIsOneMinusAlphaBar()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        double[] weights = [.. Enumerable.Range(0, 1000).Select(t => Weighting.P2().At(schedule.Snr(t), Prediction.Epsilon))];
        for (int t = 0; t < 1000; t++) Assert.Equal(1 - schedule.AlphaBar[t], weights[t], 1e-13);
        Assert.Equal(0.504422, weights.Average(), 6);
    }

    [Fact]
    public void P2KeepsGammaAndKApart()
    {
        Assert.Equal(Math.Pow(2 + 3, -0.5), Weighting.P2(gamma: 0.5, k: 2).At(3, Prediction.Epsilon), 14);
        Assert.Equal(1, Weighting.P2(gamma: 0, k: 2).At(3, Prediction.Epsilon));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(5.001)]
    [InlineData(24221)]
    public void MinSnrHasThePapersForms(double snr)
    {
        Assert.Equal(Math.Min(snr, 5), Weighting.MinSnr().At(snr, Prediction.X0), 12);
        Assert.Equal(Math.Min(snr, 5) / snr, Weighting.MinSnr().At(snr, Prediction.Epsilon), 12);
        Assert.Equal(Math.Min(snr, 5) / (snr + 1), Weighting.MinSnr().At(snr, Prediction.V), 12);
    }

    [Theory]
    [InlineData("p2")]
    [InlineData("min-snr")]
    public void AWeightingIsTheSameLossForEveryPrediction(string name)
    {
        // At an error δ of x₀, that of ε is δ·√SNR and that of v is δ·√(1 + SNR): the weighted squares must be one number.
        foreach (double snr in (double[])[1e-6, 0.3, 1, 7, 24221])
        {
            Weighting weighting = Catalog.Default.Weightings[name];
            double loss = weighting.At(snr, Prediction.X0);
            Assert.Equal(loss, weighting.At(snr, Prediction.Epsilon) * snr, loss * 1e-12);
            Assert.Equal(loss, weighting.At(snr, Prediction.V) * (1 + snr), loss * 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Weightings))]
    public void FiniteFromNoSignalToAlmostNoNoise(string name)
    {
        foreach (Prediction prediction in Catalog.Default.Predictions)
            foreach (double snr in (double[])[0, 1e-300, 1e-9, 1e5])
                Assert.InRange(Catalog.Default.Weightings[name].At(snr, prediction), 0, 1e5);
    }

    [Fact]
    public void SettingsAreChecked()
    {
        Assert.Contains("The gamma of p2 is -1", Assert.Throws<ArgumentException>(() => Weighting.P2(-1)).Message);
        Assert.Contains("The k of p2 is 0", Assert.Throws<ArgumentException>(() => Weighting.P2(k: 0)).Message);
        Assert.Contains("is 0; it must be a number above 0", Assert.Throws<ArgumentException>(() => Weighting.MinSnr(0)).Message);
        Assert.Contains("Did you mean min-snr?",
            Assert.Throws<InputException>(() => Catalog.Default.Weightings["minsnr"]).Message);
    }
}
