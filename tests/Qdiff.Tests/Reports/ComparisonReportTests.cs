using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Reports;

public sealed class ComparisonReportTests : IDisposable
{
    const string Hostile = "<img src=x onerror=alert(1)>";
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void MeansIntervalsAndDifferencesAreThoseOfTheFile()
    {
        ComparisonResult result = Write(Result("plain", "hybrid"));
        IHtmlDocument page = ReportPages.Of(folder.Path);
        ReportPages.AssertSound(page);
        ArmResult hybrid = result.Metrics[^1].Rows[1];
        string[] row = ReportPages.Row(page, "fid/blocks/v1 after 20 steps", "hybrid");
        Assert.Equal("2.500", row[1]);
        Assert.Equal($"{EvaluationText.Number(hybrid.Interval!.Value.Low)} to "
            + $"{EvaluationText.Number(hybrid.Interval.Value.High)}", row[2]);
        Assert.Equal("-0.5000", row[3]);
        Assert.Equal("3", row[^1]);
        Assert.Contains("hybrid and plain cannot be told apart", page.GetElementById("result")!.TextContent);
        // A curve over two steps with a band for each arm; no runs are there, so no curves of losses, and that is said.
        IElement curve = Assert.Single(page.QuerySelectorAll("#training svg"));
        Assert.Equal(2, curve.QuerySelectorAll("polygon").Length);
        Assert.Equal(["plain", "hybrid"], page.QuerySelectorAll("#runs .missing")
            .Select(line => line.TextContent.Split(' ')[3]));
        Assert.Equal(["plain", "1,000", "900"],
            ReportPages.Row(page, "Arms and their networks", "plain") is var cells ? [cells[0], cells[2], cells[3]] : []);
        Assert.Contains("fid/blocks/v1 n=9", ReportPages.Row(page, "How each metric was measured", "fid/blocks/v1")[1]);
    }

    /// <summary>Logs of two lengths, one of them only of some steps: the mean of what is the step itself is the step.</summary>
    [Fact]
    public void MeansAreOfTheSameSteps()
    {
        double[] steps = [.. Enumerable.Range(1, 300).Select(step => (double)step)];
        string half = SomeRuns.Add(folder.Path, "half", 1, steps[..150]);
        string log = Path.Combine(SomeRuns.Add(folder.Path, "some", 1, steps), "steps.jsonl");
        File.WriteAllLines(log, File.ReadLines(log).Where((_, i) => i % 3 == 1).ToArray());
        string whole = SomeRuns.Add(folder.Path, "whole", 1, steps);
        RunContent[] runs = [.. new[] { half, Path.GetDirectoryName(log)!, whole }.Select(run =>
            RunContent.Read(run, Papers.Catalog))];
        Qdiff.Imaging.ChartSeries mean = Assert.Single(ArmCurves.Means(
            [new("arm", [.. runs.Select((run, i) => new SeedRuns(i, [run]))])], step => step.Loss));
        Assert.Equal(mean.X, mean.Y);
        Assert.Equal((2.0, 149.0, 50), (mean.X[0], mean.X[^1], mean.X.Count));
    }

    /// <summary>They lie in a folder of their arm; a seed's curve is their mean.</summary>
    [Fact]
    public void NetworksForAClassEachAreShown()
    {
        Write(Result("plain", "hybrid"));
        RunContent[] runs = [.. from label in (int[])[10, 2]
            select RunContent.Read(SomeRuns.Add(folder.File("plain"), $"class-{label}", 2, [label, 2 * label]), Papers.Catalog)];
        SomeRuns.Add(folder.File("plain"), "class-2", 1, [4]);
        IHtmlDocument page = ReportPages.Of(folder.Path);
        ReportPages.AssertSound(page);
        Assert.Equal(["plain/class-2-1", "plain/class-2-2", "plain/class-10-2"],
            page.QuerySelectorAll("#runs tbody th").Select(cell => cell.TextContent));
        Assert.Equal("Loss", page.QuerySelector("#training svg title")!.TextContent);
        Assert.Equal(["plain/class-2-1"], page.QuerySelectorAll("#configuration summary").Select(name => name.TextContent));
        Assert.Equal(["No run of plain with seed 3 is", "No run of hybrid with seed 1, 2, 3 is"],
            page.QuerySelectorAll("#runs .missing").Select(line => line.TextContent.Split(" in this folder")[0]));
        Qdiff.Imaging.ChartSeries mean = Assert.Single(ArmCurves.Means([new("plain", [new(2, runs)])], step => step.Loss));
        Assert.Equal([1, 2], mean.X);
        Assert.Equal([6, 12], mean.Y);
        Assert.Null(mean.Band);
    }

    /// <summary>As metrics are, so that both charts of a transfer have one axis.</summary>
    [Fact]
    public void StepsOfATransferCountItsSources()
    {
        RunContent run = RunContent.Read(SomeRuns.Add(folder.Path, "moved", 1, [5, 6], "transfer.source=other",
            "transfer.sourceModel=unet", "transfer.sourceSteps=7"), Papers.Catalog);
        Assert.NotNull(run.Experiment);
        Assert.Equal([8, 9], Assert.Single(ArmCurves.Means([new("moved", [new(1, [run])])], step => step.Loss)).X);
    }

    [Fact]
    public void SamplesAreOfOneSeedThatAllArmsHave()
    {
        Write(Result("plain", "hybrid"));
        foreach ((string name, int seed) in ((string, int)[])[("plain", 1), ("plain", 2), ("hybrid", 2), ("hybrid", 3)])
            Draw(SomeRuns.Add(folder.Path, name, seed, [1]));

        IHtmlDocument page = ReportPages.Of(folder.Path);
        Assert.Equal(["plain-2, step 1, average of the weights", "hybrid-2, step 1, average of the weights"],
            page.QuerySelectorAll("#samples figcaption").Select(line => line.TextContent));
        Assert.Contains("The same noise for every arm; all of seed 2.", page.GetElementById("samples")!.TextContent);
    }

    /// <summary>A frame is of raw weights while their average is young, a sheet never is; runs that were trained beforehand may
    /// have a seed of sampling of their own.</summary>
    [Fact]
    public void SamplesSayTheirWeightsAndNoNoiseThatIsNotTheSame()
    {
        Write(Result("plain", "hybrid"));
        foreach ((string name, string kind, int noise) in ((string, string, int)[])[("plain", "frames/", 7), ("hybrid", "", 8)])
            Draw(SomeRuns.Add(folder.Path, name, 1, [1], $"sampling.seed={noise}"), kind);

        IHtmlDocument page = ReportPages.Of(folder.Path);
        Assert.Equal(["plain-1, step 1, raw weights", "hybrid-1, step 1, average of the weights"],
            page.QuerySelectorAll("#samples figcaption").Select(line => line.TextContent));
        Assert.Contains("All of seed 1.", page.GetElementById("samples")!.TextContent);
    }

    /// <summary>Gives a run an image of its first step, of the kind "" (a sheet) or "frames/".</summary>
    void Draw(string run, string kind = "") => folder.Write(
        $"{Path.GetRelativePath(folder.Path, run)}/samples/{kind}step-000001.png", Qdiff.Imaging.Png.Encode(new(4, 4, 1)));

    /// <summary>A run's samples, and networks for a class each: they cost no more than themselves, and are said.</summary>
    [Fact]
    public void FoldersThatCannotBeReadAreSaid()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Nothing is closed to this user.");
        if (OperatingSystem.IsWindows()) return;
        Write(Result("plain", "hybrid"));
        string run = SomeRuns.Add(folder.Path, "plain", 1, [1]);
        string[] closed = [Path.Combine(run, "samples"), folder.File("hybrid")];
        foreach (string path in closed)
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, UnixFileMode.UserExecute);
        }

        try
        {
            IHtmlDocument page = ReportPages.Of(folder.Path);
            ReportPages.AssertSound(page);
            string[] problems = [.. page.QuerySelectorAll("#problems li").Select(item => item.TextContent)];
            Assert.Single(problems, problem => problem.Contains(closed[1], StringComparison.Ordinal));
            Assert.Single(problems, problem => problem.StartsWith("plain-1: ", StringComparison.Ordinal)
                && problem.Contains(closed[0], StringComparison.Ordinal));
            Assert.Contains("The samples cannot be read.",
                ReportPages.Of(run, new() { DrawsSamples = false }).GetElementById("samples")!.TextContent);
        }
        finally
        {
            foreach (string path in closed)
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void ASummaryForAPaperHasMeansAndIntervals()
    {
        ArmResult[] rows = [.. Write(Result("plain", "hybrid")).Metrics[^1].Rows];
        string table = Exports.Text(folder.Path, Papers.Catalog, "summary", ".tex");
        foreach (ArmResult row in rows)
            Assert.Contains($"{row.Arm} & {EvaluationText.Number(row.Mean)} [{EvaluationText.Number(row.Interval!.Value.Low)}, "
                + $"{EvaluationText.Number(row.Interval.Value.High)}] \\\\\n", table);
        Assert.StartsWith("% Means of 3 seeds with 95 % intervals after 20 steps; * differs from plain", table);
        Assert.Contains("real images & 0.2500 \\\\\n\\bottomrule", table);
        Assert.Contains("\n% fid/blocks/v1 n=9\n", table);
    }

    [Fact]
    public void CurvesOfSeedsAreTheirMeanAndBand()
    {
        Write(Result("plain", "hybrid"));
        foreach (long seed in (long[])[1, 2, 3])
            TinyExperiment.Train(TinyExperiment.Start(folder.Path, "name=plain", $"training.seed={seed}", "training.steps=3",
                "training.frameEvery=0"));
        IHtmlDocument page = ReportPages.Of(folder.Path);
        ReportPages.AssertSound(page);
        Assert.Equal(["Loss", "Gradient norm", "fid/blocks/v1"],
            page.QuerySelectorAll("#training svg").Select(svg => svg.QuerySelector("title")!.TextContent));
        Assert.Single(page.QuerySelectorAll("#training svg")[0].QuerySelectorAll("polygon"));
        Assert.Equal("finished", ReportPages.Row(page, "Runs of the comparison", "plain-2")[2]);
        Assert.Contains("Trained by Qdiff ", page.GetElementById("runs")!.TextContent);
    }

    /// <summary>For people the interval stands behind the mean; for programs everything has a column.</summary>
    [Fact]
    public void ASummaryForProgramsHasItsIntervals()
    {
        ComparisonResult result = Write(Result("plain", "hybrid"));
        string[] lines = Exports.Text(folder.Path, Papers.Catalog, "summary", ".csv").Split("\r\n");
        Assert.Equal("arm,fid/blocks/v1,fid/blocks/v1 95 % from,fid/blocks/v1 95 % to,fid/blocks/v1 corrected p,"
            + "fid/blocks/v1 seeds", lines[0]);
        string[] hybrid = lines[2].Split(',');
        ArmResult row = result.Metrics[^1].Rows[1];
        Assert.Equal(row.Interval!.Value.Low, double.Parse(hybrid[2], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("3", hybrid[^1]);
        Assert.Equal(["real images,0.25,,,,", ""], lines[3..]);
        string markdown = Exports.Text(folder.Path, Papers.Catalog, "summary", ".md");
        Assert.Contains("2.500 [", markdown);
        Assert.EndsWith(" |\n\n* fid/blocks/v1 n=9\n", markdown);
    }

    /// <summary>An arm that diverged with one of the seeds; a comparison of one seed.</summary>
    [Fact]
    public void ASummaryCountsTheSeedsThatThereAre()
    {
        ComparisonResult result = Result("plain", "hybrid");
        ComparisonResult Of(int plain, int hybrid) => result with
        {
            Metrics = [.. result.Metrics.Select(metric => metric with
            {
                Rows = [.. metric.Rows.Zip((int[])[plain, hybrid], (row, seeds) => row with
                {
                    Values = [.. row.Values.Take(seeds)],
                    Interval = seeds > 1 ? row.Interval : null,
                    Difference = null,
                })],
            })],
        };
        Write(Of(3, 2) with { Missing = ["hybrid-3 has no metrics: it diverged."] });
        string table = Exports.Text(folder.Path, Papers.Catalog, "summary", ".tex");
        Assert.StartsWith("% Means of up to 3 seeds with 95 % intervals after", table);
        Assert.Contains("\n% Not measured: hybrid-3 has no metrics: it diverged.\n", table);
        Assert.DoesNotContain("of 3 seeds)", table.Split("hybrid &")[0]);
        Assert.Contains("] (2 of 3 seeds) \\\\\n", table.Split("hybrid &")[1]);
        Assert.EndsWith(",2", Exports.Text(folder.Path, Papers.Catalog, "summary", ".csv").Split("\r\n")[2]);
        Assert.Contains("Up to 3 seeds of each arm", ReportPages.Of(folder.Path).GetElementById("result")!.TextContent);

        Write(Of(1, 1) with { Seeds = [1] });
        Assert.StartsWith("% Values of one seed after 20 steps; real images: ",
            Exports.Text(folder.Path, Papers.Catalog, "summary", ".tex"));
    }

    /// <summary>Each has as many steps as its class has images, so that only the end is one for all.</summary>
    [Fact]
    public void NetworksForAClassEachHaveNoStepInCommon()
    {
        ComparisonResult result = Result("plain", "hybrid");
        Write(result with
        {
            Arms = [.. result.Arms.Select(arm => arm with { Networks = 10, Steps = 7 })],
            Metrics = [result.Metrics[^1]],
        });
        IHtmlDocument page = ReportPages.Of(folder.Path);
        Assert.Contains("7 of the first class's network", string.Join(' ',
            page.QuerySelector(".cards")!.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("2.500", ReportPages.Row(page, "fid/blocks/v1 at the end", "hybrid")[1]);
        Assert.Equal("-", ReportPages.Row(page, "Every metric at every step", "fid/blocks/v1")[1]);
        Assert.StartsWith("fid/blocks/v1,,plain,", Exports.Text(folder.Path, Papers.Catalog, "metrics", ".csv").Split("\r\n")[1]);
        Assert.Contains(" intervals at the end; ", Exports.Text(folder.Path, Papers.Catalog, "summary", ".tex"));
    }

    /// <summary>A metric is to be read beside what real images get, and with how it was measured.</summary>
    [Fact]
    public void AllMetricsHaveFloorAndProtocol()
    {
        Write(Result("plain", "hybrid"));
        string[] lines = Exports.Text(folder.Path, Papers.Catalog, "metrics", ".csv").Split("\r\n");
        Assert.EndsWith(",seeds,real images,protocol", lines[0]);
        Assert.EndsWith(",3,0.25,fid/blocks/v1 n=9", lines[4]);
        string latex = Exports.Text(folder.Path, Papers.Catalog, "metrics", ".tex");
        Assert.StartsWith("% Every metric at every step\n% fid/blocks/v1 n=9\n% \\usepackage{booktabs", latex);
        Assert.Contains("& 0.2500 \\\\", latex);
    }

    [Fact]
    public void HostileNamesAreText()
    {
        Write(Result(Hostile, "b") with { Name = Hostile, Notes = [Hostile], Missing = [Hostile] });
        IHtmlDocument page = ReportPages.Of(folder.Path);
        ReportPages.AssertSound(page);
        Assert.Equal(Hostile, page.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public void AReproductionShowsPublishedValuesBesideOurs()
    {
        ComparisonResult result = Write(Result("plain", "hybrid"));
        PublishedTable table = new()
        {
            Paper = "paper-x",
            Name = "digits",
            Source = "table 1 of <paper>",
            Protocol = "7,000 images",
            NotComparable = ["other features"],
            Rows = [new("Classical", "plain", [new("fid", 30.5, 0.25)]) { Parameters = 1100 },
                new("Quantum", "hybrid", [new("kid", 0.1)])],
        };
        new ReproductionFile(1, table, ["plain", "hybrid"], Brief: true, ["training.batch=3"]).Write(folder.Path);
        IHtmlDocument page = ReportPages.Of(folder.Path);
        ReportPages.AssertSound(page);
        Assert.Equal(["Classical", "fid", "end", "30.5", "0.25", "3.000"],
            ReportPages.Row(page, "Published: table 1 of <paper>", "Classical")[..6]);
        // What we did not measure stays empty rather than beside something else.
        Assert.Equal("-", ReportPages.Row(page, "Published: table 1 of <paper>", "Quantum")[5]);
        Assert.Equal(["Classical", "1,100", "1,000", "900"], ReportPages.Row(page, "Parameters", "Classical"));
        string text = page.GetElementById("published")!.TextContent;
        foreach (string part in (string[])["Short runs", "training.batch=3", $"preset {result.Preset}, not paper-x",
            "other features"])
            Assert.Contains(part, text);
    }

    [Fact]
    public void ALaterVersionIsRefused()
    {
        Write(Result("a", "b"));
        string file = folder.File(ComparisonFiles.Result);
        File.WriteAllText(file, """{"schema": 9, "else": true}""");
        Assert.Contains("has schema 9", Assert.Throws<InputException>(() => ReportPages.Of(folder.Path)).Message);
        File.WriteAllText(file, "{\"schema\": 2, \"na");
        Assert.Contains("cannot be read", Assert.Throws<InputException>(() => ReportPages.Of(folder.Path)).Message);
    }

    /// <summary>A comparison that was stopped, or networks for a class each: how far they are, and what cannot be read.</summary>
    [Fact]
    public void AFolderOfRunsThatIsNoComparisonIsShown()
    {
        Assert.Throws<InputException>(() => Report.Of(folder.Path, Papers.Catalog));
        foreach (string name in (string[])["class-0-1", "class-1-1"])
        {
            Directory.CreateDirectory(folder.File(name));
            File.WriteAllText(Path.Combine(folder.File(name), "config.yaml"), "name: x\nnonsense: 1\n");
        }

        File.WriteAllText(Path.Combine(folder.File("class-0-1"), "steps.jsonl"),
            """{"number":1,"loss":2.5,"gradientNorm":1,"learningRate":0.001,"decay":0,"seconds":0.25}""" + "\n{\"numb");
        IHtmlDocument page = ReportPages.Of(folder.Path);
        ReportPages.AssertSound(page);
        Assert.Equal("2.500", ReportPages.Row(page, "Runs of the folder", "class-0-1")[5]);
        Assert.Equal("-", ReportPages.Row(page, "Runs of the folder", "class-1-1")[5]);
        Assert.Single(page.QuerySelectorAll("#training svg"));
        Assert.Contains("class-1-1: ", page.GetElementById("problems")!.TextContent);
    }

    /// <summary>Of the others the last step is enough, which damage before it does not touch.</summary>
    [Fact]
    public void OfAFolderOnlyTheLogsThatAreDrawnAreRead()
    {
        for (int i = 1; i <= 13; i++)
        {
            folder.Write($"run-{i:00}/config.yaml", []);
            File.WriteAllText(folder.File($"run-{i:00}/steps.jsonl"), """
                {"number":}
                {"number":2,"loss":2.5,"gradientNorm":1,"learningRate":0.001,"decay":0,"seconds":0.25}

                """);
        }

        IHtmlDocument page = ReportPages.Of(folder.Path);
        Assert.Equal("2.500", ReportPages.Row(page, "Runs of the folder", "run-13")[5]);
        Assert.Contains("the first 12 of 13 runs", page.GetElementById("training")!.TextContent);
        string[] damaged = [.. page.QuerySelectorAll("#problems li").Select(item => item.TextContent)
            .Where(problem => problem.Contains("steps.jsonl"))];
        Assert.Equal(12, damaged.Length);
        Assert.DoesNotContain(damaged, problem => problem.StartsWith("run-13"));
    }

    ComparisonResult Write(ComparisonResult result)
    {
        File.WriteAllText(folder.File(ComparisonFiles.Result), JsonSerializer.Serialize(result, RunJson.File));
        return result;
    }

    static ComparisonResult Result(string baseline, string other)
    {
        MetricComparison Metric(int step, double shift)
        {
            double[] a = [2.5 + shift, 3 + shift, 3.5 + shift], b = [1.5 + shift, 3 + shift, 3 + shift];
            return new(step, "fid/blocks/v1", "fid/blocks/v1 n=9", 0.25,
            [
                new(baseline, Values(a), a.Average(), Interval.OfMean(a), null),
                new(other, Values(b), b.Average(), Interval.OfMean(b), PairedDifference.Between(b, a)),
            ], $"{other} and {baseline} cannot be told apart.");
        }

        static SeedValue[] Values(double[] values) => [.. values.Select((value, i) => new SeedValue(i + 1, value))];

        return new()
        {
            Name = "compared",
            Preset = "domain",
            Baseline = baseline,
            Seeds = [1, 2, 3],
            Family = 2,
            Missing = [],
            Notes = [],
            Arms = [new(baseline, "unet, paper wiring", 1000, 900, 0, 20),
                new(other, "qvunet-1hq, paper wiring", 990, 900, 196, 20)],
            Metrics = [Metric(10, 1), Metric(20, 0)],
        };
    }
}
