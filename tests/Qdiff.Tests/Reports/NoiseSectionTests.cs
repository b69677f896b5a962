using System.Text.Json;
using AngleSharp.Html.Dom;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Reports;

/// <summary>What a run's report says of shots and noise.</summary>
[Collection(RunReportFixture.Name)]
public sealed class NoiseSectionTests(RunReportFixture fixture) : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void BothDifferencesStandBesideTheMeanWithTheirIntervals()
    {
        double[] exact = [1.0, 1.1, 1.2], replaced = [1.4, 1.5, 1.7], shots = [1.1, 1.3, 1.3];
        NoiseStudyResult study = new()
        {
            Samples = 100,
            Seeds = 3,
            Sampler = "ddim 20",
            CircuitRunsPerImage = 8,
            Rate = 1000,
            Arms = [Arm("exact", null, exact, null, replaced),
                Arm("circuits replaced by their means", null, replaced, exact, null),
                Arm("100 shots, ideal", 100, shots, exact, replaced)],
            Indistinguishable = [new("ideal", "fid/domain/v1", 100)],
        };
        string copy = fixture.Copy(folder);
        File.WriteAllText(Path.Combine(copy, "noise.json"), JsonSerializer.Serialize(study, RunJson.File));
        IHtmlDocument page = ReportPages.Of(copy);
        ReportPages.AssertSound(page);
        NoiseStudyMetric found = study.Arms[2].Metrics[0];
        Assert.Equal(["100 shots, ideal", "1.233", Span(found.Interval), "0.1333", Span(found.LessExact!.Interval), "-0.3000",
            Span(found.LessReplaced!.Interval)], ReportPages.Row(page, "fid/domain/v1", "100 shots, ideal"));
        Assert.Equal(["100 shots, ideal", "800.0", "0.8000"], ReportPages.Row(page, "What an image takes", "100 shots, ideal"));
        Assert.Contains("ideal: not told from exact from 100 shots on", page.GetElementById("noise")!.TextContent);

        IHtmlDocument live = Shown(copy);
        Assert.Equal(ReportPages.Row(page, "fid/domain/v1", "100 shots, ideal"),
            ReportPages.Row(live, "fid/domain/v1", "100 shots, ideal"));
        Assert.Equal("results", live.GetElementById("noise-content")!.GetAttribute("data-part"));
        Assert.Contains("not measured by shots", Shown(fixture.Run).GetElementById("noise")!.TextContent);

        string[] lines = study.ToText().Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 130));
        string row = Assert.Single(lines, line => line.StartsWith("100 shots, ideal") && line.Contains('['));
        Assert.Equal(3, row.Count(letter => letter == '['));
        Assert.Contains("-0.3 [", row);
    }

    [Fact]
    public void AStudyThatIsNoneCostsOnlyItself()
    {
        string copy = fixture.Copy(folder);
        File.WriteAllText(Path.Combine(copy, "noise.json"), """
            {"samples":1,"seeds":5,"sampler":"","circuitRunsPerImage":1,"rate":1,"arms":[null],"indistinguishable":[]}
            """);
        IHtmlDocument page = ReportPages.Of(copy);
        Assert.Contains("noise.json", page.GetElementById("problems")!.TextContent);
        Assert.NotNull(page.GetElementById("metrics"));
    }

    /// <summary>The page of a run in the dashboard.</summary>
    static IHtmlDocument Shown(string run) =>
        ReportPages.Parse(RunPage.Of("run", RunContent.Read(run, Papers.Catalog), isAsked: false, "key", new()));

    static string Span(Interval interval) => $"{EvaluationText.Number(interval.Low)} to {EvaluationText.Number(interval.High)}";

    static NoiseStudyArm Arm(string name, int? shots, double[] values, double[]? exact, double[]? replaced) => new()
    {
        Name = name,
        Shots = shots,
        Noise = shots is null ? null : "ideal",
        ShotsPerImage = shots * 8,
        SecondsPerImage = shots * 8 / 1000.0,
        Metrics = [new("fid/domain/v1", values, values.Average(), Interval.OfMean(values),
            exact is null ? null : PairedDifference.Between(values, exact),
            replaced is null ? null : PairedDifference.Between(values, replaced))],
    };
}
