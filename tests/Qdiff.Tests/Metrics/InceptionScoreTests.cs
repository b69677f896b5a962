using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public class InceptionScoreTests
{
    static FeatureSet Logits(int n) => new("logits", n, 10, Reference.Values(3, n, 10).Select(value => 6 * value).ToArray());

    [Fact]
    public void AgreesWithNumpy()
    {
        MeanAndDeviation score = InceptionScore.Of(Logits(200), splits: 1);
        Reference.Near(2.298137132397341, score.Mean, 1e-12);
        Assert.Equal(0, score.Deviation);
    }

    [Fact]
    public void OfSureAndEvenAnswersIsTheNumberOfClasses()
    {
        double[] sure = new double[50 * 5];
        for (int i = 0; i < 50; i++) sure[i * 5 + i % 5] = 1000;
        Reference.Near(5, InceptionScore.Of(new("logits", 50, 5, sure), splits: 1).Mean, 1e-12);
        Reference.Near(1, InceptionScore.Of(new("logits", 50, 5, new double[250]), splits: 1).Mean, 1e-12);
    }

    [Fact]
    public void SplitsAreChunksOfTheSeededOrder()
    {
        // By chunks of ⌈101/10⌉ the last would be two samples, whose score is never much above 1.
        FeatureSet logits = Logits(101);
        int[] order = new RandomStream(9, "inception score").Permutation(101);
        double[] chunks = [.. Enumerable.Range(0, 10).Select(s =>
            InceptionScore.Of(logits.Take(order.AsSpan(s * 10, s == 9 ? 11 : 10)), 1).Mean)];
        MeanAndDeviation score = InceptionScore.Of(logits, splits: 10, seed: 9);
        Reference.Near(chunks.Average(), score.Mean, 1e-12);
        double squares = chunks.Sum(c => Math.Pow(c - chunks.Average(), 2));
        Reference.Near(Math.Sqrt(squares / 9), score.Deviation, 1e-9);

        // Printed is TorchMetrics', divided by the number of splits less one; the interval is Student's.
        MetricEstimate estimate = new InceptionScoreMetric().Measure(new()
        {
            Generated = new(logits, logits, [], "none"),
            Protocol = new() { Metric = "is", Features = "any", GeneratedCount = 101, Seed = 9 },
        });
        Reference.Near(Math.Sqrt(squares / 9), estimate.Deviation!.Value, 1e-9);
        Assert.Equal(Interval.OfMean(score.Mean, score.Deviation, 10).High, estimate.Interval!.Value.High);
    }

    [Fact]
    public void TooFewSamplesAreRefused()
    {
        Assert.Contains("9 samples do not make 10 splits",
            Assert.Throws<InputException>(() => InceptionScore.Of(Logits(9))).Message);
        Assert.InRange(InceptionScore.Of(Logits(12)).Mean, 1, 2);
    }

    /// <summary>Values of equal parts are what they always were, and so is what their protocol and settings say.</summary>
    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    public void OnlyUnequalPartsAreOfAnotherVersion(int count, int version)
    {
        var metric = new InceptionScoreMetric();
        Assert.Equal($"is/any/v{version} n=0:{count} splits=10 seed=0",
            metric.ProtocolOf(new() { Metric = "is", Features = "any", GeneratedCount = count }).ToString());
        Assert.StartsWith($"is/any/v{version} ", metric.SettingsFor(count));
    }
}
