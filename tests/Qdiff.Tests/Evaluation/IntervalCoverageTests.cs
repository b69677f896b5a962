using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>
/// Intervals hold the mean of their metric over repeated draws; a few draws here, the whole table by <c>dotnet run -c Release
/// --project benchmarks/Qdiff.Benchmarks -- coverage</c>.
/// </summary>
public class IntervalCoverageTests
{
    const int Draws = 80;

    /// <summary>
    /// Of 80 draws an interval that holds 93% holds fewer than 66 in 1 of 500 cases; those of old held 25 to 60.
    /// </summary>
    const int Fewest = 66;

    [Theory]
    [InlineData(0, 1, 8, 160)]
    [InlineData(1.2, 0.9, 8, 160)]
    [InlineData(0.7, 1, 2, 160)]
    [InlineData(0, 0.5, 8, 120)]
    public void HoldTheMeanOverDraws(double shift, double scale, int width, int count)
    {
        string[] metrics = ["fid", "kid", "precision", "recall", "density", "coverage", "memorisation", "limit"];
        var drawn = new (double Value, Interval Interval)[Draws][];
        Parallel.For(0, Draws, draw =>
        {
            ImageFeatures real = Normal("real", draw, 0, 1), made = Normal("generated", draw, shift, scale);
            EvaluationOptions options = new() { Resamples = 10 };
            var measurement = new Measurement(new(new BlockNetwork(), options, null, needsLogits: false), options, "test");
            drawn[draw] = [.. metrics.Select(metric =>
            {
                if (metric == "limit")
                {
                    FidBiasCurve curve = FidBiasCurve.Between(real.Features, made.Features, points: 6);
                    return (curve.Limit, curve.Interval());
                }

                MetricValue value = metric == "memorisation"
                    ? measurement.OfTraining(new MemorisationMetric(), made, real, real, Normal("held out", draw, 0, 1)).Value
                    : measurement.Measure(EvaluationPreset.Domain.Metrics[metric], made, real);
                return (value.Value, value.Interval!.Value);
            })];
        });
        for (int m = 0; m < metrics.Length; m++)
        {
            double mean = metrics[m] == "memorisation" ? 0.5 : drawn.Average(values => values[m].Value);
            Assert.All(drawn, values => Assert.True(values[m].Interval.Contains(values[m].Value)));
            int held = drawn.Count(values => values[m].Interval.Contains(mean));
            Assert.True(held >= Fewest, $"{metrics[m]}: {held} of {Draws} intervals hold {mean:F4}.");
        }

        ImageFeatures Normal(string what, int draw, double mean, double deviation)
        {
            var values = new float[count * width];
            new RandomStream(1, "intervals, " + what, draw).FillNormal(values);
            for (int i = 0; i < values.Length; i++) values[i] = (float)(mean + deviation * values[i]);
            return new(new("blocks", count, width, values), null, [], "none");
        }
    }

    [Fact]
    public void OfWhatIsNeverOrAlwaysInsideAreNotCertainty()
    {
        FeatureSet real = Reference.Features(1, 100, 4), far = Reference.Features(2, 100, 4, 50);
        Interval none = PrecisionRecall.Interval(real, far), all = PrecisionRecall.Interval(real, real);
        Assert.Equal((0, 1), (none.Low, all.High));
        Assert.InRange(none.High, 0.02, 0.2);
        Assert.InRange(all.Low, 0.8, 0.98);
        (Interval density, Interval coverage) = DensityCoverage.Intervals(real, far);
        Assert.Equal((0, 0), (density.Low, coverage.Low));
        Assert.InRange(density.High, 0.02, 0.2);
        Assert.InRange(coverage.High, 0.02, 0.2);
    }

    /// <summary>If its centre is not drawn, the one ball that holds all samples is gone.</summary>
    [Fact]
    public void AllInsideOneBallIsNoCertainty()
    {
        FeatureSet real = Line([.. Enumerable.Range(0, 20).Select(i => (double)i), 100]),
            made = Line([.. Enumerable.Range(50, 30).Select(i => (double)i)]);
        Assert.Equal(1, PrecisionRecall.Between(real, made).Precision);
        Interval precision = PrecisionRecall.Interval(real, made);
        Assert.InRange(precision.Low, 0, 0.01);
        Assert.Equal(1, precision.High);
        // No sample lies in more than all 21 balls, k = 5.
        Assert.Equal(21 / 5.0, DensityCoverage.Intervals(real, made).Density.High);

        static FeatureSet Line(double[] values) => new("test", values.Length, 1, values);
    }
}
