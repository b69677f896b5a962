using Qdiff.Evaluation;

public class VerdictTests
{
    static readonly Protocol s_protocol = new() { Metric = "kid", Features = "x", GeneratedCount = 10, RealCount = 10 };

    [Fact]
    public void PairsThatAgreeAreFoundThoughTheMeansOverlap()
    {
        // The seed moves both arms by a factor of two, the arm every seed by one.
        MetricComparison metric = Assert.Single(ComparisonSummary.Corrected(
            [Metric(("base", [6.5, 11.1, 7.1]), ("arm", [5.5, 10.11, 6.09]))], "base"));
        Interval a = metric.Rows[0].Interval!.Value, b = metric.Rows[1].Interval!.Value;
        Assert.True(a.High > b.Low && b.High > a.Low);
        Assert.Equal("Lower than base: arm.", metric.Verdict);
        Assert.Equal(metric.Rows[1].Difference!.P, metric.Rows[1].Difference!.CorrectedP);
        // Three seeds cannot show it by their signs.
        Assert.Equal(0.25, metric.Rows[1].Difference!.Test.P);
    }

    [Fact]
    public void OneOfManyIsCorrectedForAll()
    {
        // p = 0.02 by itself, in each of ten metrics.
        MetricComparison one = Metric(("base", [1, 2, 3, 4]), ("arm", [2.0, 2.8, 4.4, 4.8]));
        Assert.InRange(one.Rows[1].Difference!.P, 0.005, 0.05);
        Assert.StartsWith("Higher than base: arm.", ComparisonSummary.Corrected([one], "base")[0].Verdict);
        IReadOnlyList<MetricComparison> ten = ComparisonSummary.Corrected([.. Enumerable.Repeat(one, 10)], "base");
        Assert.All(ten, metric => Assert.Equal("Cannot be told apart from base: arm.", metric.Verdict));
        Assert.All(ten, metric => Assert.Equal(10 * one.Rows[1].Difference!.P, metric.Rows[1].Difference!.CorrectedP!.Value, 12));
        Assert.True(ten[0].Rows[1].Difference!.Detectable
            > ComparisonSummary.Corrected([one], "base")[0].Rows[1].Difference!.Detectable);
    }

    /// <summary>Differences that are all alike tell no spread: nothing can be said of what would have been found.</summary>
    [Fact]
    public void WithoutASpreadNothingIsDetectable()
    {
        PairedDifference alike = ComparisonSummary.Corrected(
            [Metric(("base", [9, 19, 29.3]), ("arm", [10, 20, 30.3]))], "base")[0].Rows[1].Difference!;
        Assert.True(alike.IsAlike);
        Assert.Equal((0.25, (double?)null), (alike.P, alike.Detectable));
    }

    [Fact]
    public void BothMeansAndDifferencesArePrinted()
    {
        IReadOnlyList<MetricComparison> metrics =
            ComparisonSummary.Corrected([Metric(("base", [6.5, 11.1, 7.1]), ("arm", [5.5, 10.11, 6.09]))], "base");
        string text = Text(metrics);
        Assert.Contains("corrected by Holm for all 1 differences of this comparison (arms × metrics × steps)", text);
        Assert.Matches(@"\| arm +\| +7\.233 \| +\S+ … 13\.\d+ \| +-1\.000 \| +-1\.025 … -0\.9752 \|", text);
        Assert.Contains("| p of signs |", text);
        Assert.Contains("Lower than base: arm. By their signs alone so few pairs cannot give a p of less than 0.25.", text);
    }

    /// <summary>Their number bounds p still where the patterns are drawn at random, but nobody would call them few.</summary>
    [Fact]
    public void ManyPairsAreNotCalledFew()
    {
        double[] values = [.. Enumerable.Range(1, 17).Select(i => (double)i)];
        IReadOnlyList<MetricComparison> metrics = ComparisonSummary.Corrected(
            [Metric(("base", values), ("arm", [.. values.Select(value => value + 1 + value % 3)]))], "base");
        Assert.Equal(1.0 / (1 << 16), metrics[0].Rows[1].Difference!.Test.SmallestP);
        Assert.Contains("By their signs alone differences cannot give a p of less than 1.5e-5.", Text(metrics));
        Assert.Equal(1 / 100_001.0, PermutationTest.OfDifferences([.. values, .. values]).SmallestP);
    }

    static string Text(IReadOnlyList<MetricComparison> metrics) => ComparisonText.Of(new()
    {
        Name = "x",
        Preset = "domain",
        Baseline = "base",
        Seeds = [1, 2, 3],
        Arms = [new("base", "m", 1, 1, 0, 1), new("arm", "m", 1, 1, 0, 1)],
        Metrics = metrics,
        Family = 1,
        Missing = [],
        Notes = [],
    }, new Dictionary<string, double>());

    static MetricComparison Metric(params (string Arm, double[] Values)[] arms)
    {
        double[] baseline = arms[0].Values;
        return new(1, "kid/x/v1", s_protocol.ToString(), null, [.. arms.Select(arm => new ArmResult(arm.Arm,
            [.. arm.Values.Select((value, i) => new SeedValue(i, value))], arm.Values.Average(), Interval.OfMean(arm.Values),
            arm.Values == baseline ? null : PairedDifference.Between(arm.Values, baseline)))], "");
    }
}
