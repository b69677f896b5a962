using Qdiff.Evaluation;

public class ConfidenceMetricTests
{
    [Fact]
    public void SamplesAboveTheThresholdAreCounted()
    {
        // Softmax of (l, 0, 0): e^l / (e^l + 2). It is 0.9 at l = ln 18, whatever is added to all logits.
        float boundary = MathF.Log(18);
        MetricEstimate estimate = Measure(new ConfidenceMetric(),
            [boundary + 0.01f, 0, 0, 1000, 1000 - boundary - 0.01f, 1000 - boundary - 0.01f, 0, 0, boundary - 0.01f, -5, -5, -5]);
        Assert.Equal(0.5, estimate.Value);
        Assert.Equal(Interval.OfShare(0.5, 4, 0.95), estimate.Interval);
        Assert.Equal(1, Measure(new ConfidenceMetric { Threshold = 0.3 }, [0, 0, 0]).Value);
    }

    [Fact]
    public void ItsThresholdStandsInTheProtocol()
    {
        Protocol measured = new() { Metric = "-", Features = "digits", GeneratedCount = 4, RealCount = 9, Split = "test" };
        Assert.Equal("confidence/digits/v1 n=0:4 threshold=0.8 seed=0",
            new ConfidenceMetric { Threshold = 0.8 }.ProtocolOf(measured).ToString());
    }

    static MetricEstimate Measure(Metric metric, float[] logits)
    {
        var answers = new FeatureSet("logits", logits.Length / 3, 3, logits);
        return metric.Measure(new()
        {
            Generated = new(answers, answers, [], "none"),
            Protocol = new() { Metric = metric.Name, Features = "digits", GeneratedCount = answers.Count },
        });
    }
}
