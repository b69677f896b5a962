using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>The interval that any metric can have, and what a metric may read.</summary>
public class MetricInputTests
{
    const int Count = 300, Others = 200;

    [Theory]
    [InlineData(null)]
    [InlineData(200)]
    public void HalvesGiveTheVarianceOfADifferenceOfMeans(int? splits)
    {
        MetricInput input = Input(seed: 1) with { Resamples = splits };
        MetricEstimate estimate = input.ByHalves(part => Mean(part.Generated) - Mean(part.Reference));
        Assert.Equal(Mean(input.Generated) - Mean(input.Reference), estimate.Value);
        // σ²/n + σ²/m, and Student's t of as many degrees of freedom as splits.
        double expected = (splits is null ? 2.01 : 1.97) * Math.Sqrt(1.0 / Count + 1.0 / Others);
        double half = (estimate.Interval!.Value.High - estimate.Interval.Value.Low) / 2;
        Assert.InRange(half, 0.7 * expected, 1.3 * expected);
        Assert.Equal(estimate, Reference.OnOneThread(() => input.ByHalves(part => Mean(part.Generated) - Mean(part.Reference))));
    }

    [Fact]
    public void NobodyWhoDoesNotWantAnIntervalWaitsForOne()
    {
        int calls = 0;
        double Compute(MetricInput _) => Interlocked.Increment(ref calls);
        Assert.Null((Input(2) with { WantsInterval = false }).ByHalves(Compute).Interval);
        Assert.Null((Input(2) with { Resamples = 0 }).ByHalves(Compute).Interval);
        Assert.Equal(2, calls);
        Assert.NotNull((Input(2) with { Resamples = 3 }).ByHalves(Compute).Interval);
        Assert.Equal(2 + 1 + 6, calls);
    }

    [Fact]
    public void WhatHalvesDoNotBearHasNoInterval()
    {
        MetricEstimate estimate = Input(4).ByHalves(part =>
            part.Generated.Count == Count ? 7 : throw new InputException("too few"));
        Assert.Equal(new(7), estimate);
        Assert.Throws<InputException>(() => Input(4).ByHalves(_ => throw new InputException("none at all")));
    }

    [Fact]
    public void AMetricThatReadsWhatItDidNotAskForIsTold() =>
        Assert.Contains("do not hold MetricNeeds.Training",
            Assert.Throws<InvalidOperationException>(() => Input(3).HeldOut).Message);

    static MetricInput Input(int seed) => new()
    {
        Generated = Normal(Count, "generated", seed),
        Reference = Normal(Others, "reference", seed),
        Protocol = new() { Metric = "mean", Features = "drawn", GeneratedCount = Count },
    };

    static ImageFeatures Normal(int count, string which, int seed)
    {
        var values = new float[count];
        new RandomStream(seed, which).FillNormal(values);
        return new(new("drawn", count, 1, values), null, [], "none");
    }

    static double Mean(ImageFeatures set)
    {
        double sum = 0;
        Span<double> value = stackalloc double[1];
        for (int i = 0; i < set.Count; i++)
        {
            set.Features.CopyTo(i, 0, value);
            sum += value[0];
        }

        return sum / set.Count;
    }
}
