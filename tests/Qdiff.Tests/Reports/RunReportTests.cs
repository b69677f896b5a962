using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Papers;
using Qdiff.Reports;

[Collection(RunReportFixture.Name)]
public sealed class RunReportTests(RunReportFixture fixture) : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheReportSaysWhatTheFilesSay()
    {
        string file = Report.Write(fixture.Run, Papers.Catalog,
            options: new() { Repeat = run => $"again {Path.GetFileName(run)}" });
        Assert.Equal(Path.Combine(fixture.Run, Report.FileName), file);
        string text = File.ReadAllText(file);
        Assert.InRange(text.Length, 50_000, 1_000_000);
        IHtmlDocument page = ReportPages.Parse(text);
        ReportPages.AssertSound(page);
        Assert.Equal("finished", page.QuerySelector(".state")!.TextContent);
        Assert.Contains("unet (paper wiring) learns 200 images of fashion-mnist/test", page.QuerySelector(".lead")!.TextContent);

        AuditReport audit = AuditReport.FromJson(File.ReadAllText(Path.Combine(fixture.Run, "audit.json")));
        Assert.Equal(["together", N(audit.Nominal), N(audit.Live), N(audit.Dead), N(audit.Undecided), N(audit.Detached)],
            ReportPages.Row(page, "Parameters by kind", "together"));
        AuditTotal angles = audit.Totals.First(total => total.Kind == ParameterKind.CircuitAngle);
        Assert.Equal(N(angles.Live), ReportPages.Row(page, "Parameters by kind", "circuit angle")[2]);

        string[] row = ReportPages.Row(page, "tiny-42, step 12", "fid/domain-clothes/v1");
        Assert.Equal(["3.250", "2.000", "9.000", "-", "0.5000"], row[1..6]);
        Assert.StartsWith("fid/domain-clothes/v1 n=200:100 split=test", row[6]);
        Assert.Contains("kid: too <few> samples", page.GetElementById("metrics")!.TextContent);
        Assert.Contains("a note & more", page.GetElementById("metrics")!.TextContent);
        // Measured at two steps, so there is a curve of it.
        Assert.Contains(page.QuerySelectorAll("#metrics svg"), svg =>
            svg.QuerySelector("title")!.TextContent == "fid/domain-clothes/v1");

        Assert.Equal(["Loss", "Gradient norm", "Gradient norm of circuit layers", "Gradient variance of circuit layers"],
            page.QuerySelectorAll("#training svg").Select(svg => svg.QuerySelector("title")!.TextContent));
        Assert.Contains("circuit angles", page.QuerySelectorAll("#training svg")[1].TextContent);
        Assert.Equal(["step 4", "step 8", "step 12"],
            page.QuerySelectorAll("#film .frame").Select(frame => frame.GetAttribute("data-title")));
        Assert.Contains("The same noise in every sheet", page.GetElementById("samples")!.TextContent);
        Assert.Contains("Up to step 4 drawn with the raw weights, then with", page.GetElementById("samples")!.TextContent);
        Assert.Contains("From noise to image", page.GetElementById("samples")!.TextContent);
        Assert.Contains("Nearest training images", page.GetElementById("samples")!.TextContent);
        Assert.Contains("12 qubits, 96 gates, 12 features, 84 angles each",
            page.GetElementById("circuits")!.TextContent.Replace('\n', ' '));
        Assert.Single(page.QuerySelectorAll("#circuits svg"));
        Assert.Equal(File.ReadAllText(Path.Combine(fixture.Run, "config.yaml")).Trim(),
            page.QuerySelector("#configuration pre")!.TextContent.Trim());
        Assert.Equal(["qdiff test", "again tiny-42"],
            page.QuerySelectorAll("#origin pre").Select(pre => pre.TextContent.Trim()).Take(2));
        Assert.Null(page.GetElementById("problems"));
    }

    /// <summary>A device is no setting of the folder, and what changed midway is in no command.</summary>
    [Fact]
    public void OnlyWhatComesAgainIsPromised()
    {
        string run = fixture.Copy(folder), index = Path.Combine("checkpoints", "step-000012", Checkpoint.IndexFile);
        Assert.Contains("the same weights, bit for bit, on any number of threads", Origin());
        Computed("""{"from":0,"with":{"vectorBits":512,"fingerprint":"fb0ede46","device":"a card"}}""");
        Assert.Contains("on a device (a card): it must be given as in the command above", Origin());
        Assert.DoesNotContain("bit for bit", Origin());
        Computed("""
            {"from":0,"with":{"vectorBits":512,"fingerprint":"fb0ede46"}},
            {"from":6,"with":{"vectorBits":512,"fingerprint":"fb0ede46","device":"a card"}}
            """);
        Assert.Contains("changed midway: from step 1 with 512-bit vectors, arithmetic fb0ede46; from step 7 with a card.", Origin());

        Change(run, "manifest.json", json => json["commit"] = "0123456789abcdef");
        Assert.Contains(", commit 0123456789ab\n", Origin());
        Change(run, "manifest.json", json => json["commit"] = null);
        Assert.DoesNotContain(", commit ", Origin());

        void Computed(string parts) =>
            Change(run, index, json => json["state"]!["arithmetic"] = JsonNode.Parse($"[{parts}]"));

        string Origin() => ReportPages.Of(run, new() { DrawsSamples = false, Repeat = _ => "again" })
            .GetElementById("origin")!.TextContent;
    }

    /// <summary>The seed of its samples may be another when a run goes on. Sheets in place of frames are of the
    /// average.</summary>
    [Fact]
    public void SamplesOfTwoNoisesAreNotSaidToBeOfOne()
    {
        string run = fixture.Copy(folder);
        Directory.Delete(Path.Combine(run, "samples", "frames"), recursive: true);
        Assert.Contains("The same noise in every sheet", Samples());
        Assert.Contains("Drawn with the running average of the weights.", Samples());
        Change(run, "manifest.json", json => json["seeds"]!["sampling"] = 8);
        Assert.DoesNotContain("The same noise", Samples());

        string Samples() => ReportPages.Of(run, new() { DrawsSamples = false }).GetElementById("samples")!.TextContent;
    }

    /// <summary>Lines of one name are shown and hidden together in the dashboard.</summary>
    [Fact]
    public void LinesOfAChartHaveNamesOfTheirOwn()
    {
        TrainingStep[] steps = [.. Enumerable.Range(1, 400).Select(i =>
            new TrainingStep(i, 1, 2, 0.001, 0.9, 0.01) { CircuitGradientNorm = 1 })];
        Assert.Equal(["classical parameters", "circuit angles", "classical parameters, single steps",
            "circuit angles, single steps"], RunCurves.Gradients(steps).Series.Select(line => line.Name));
        Assert.Equal(["average of steps", "single steps"],
            RunCurves.Loss(steps, new Dictionary<long, double>()).Series.Select(line => line.Name));
    }

    /// <summary>The strip ends in the very samples of the run's sheets, and an image that was learned is nearest to
    /// itself.</summary>
    [Fact]
    public void SamplesAndNeighboursAreTheRunsOwn()
    {
        RunFolder run = RunFolder.Open(fixture.Run, Papers.Catalog);
        LastSamples last = LastSamples.Draw(run, CancellationToken.None);
        ImageSet training = run.Experiment.Config.Data.Load(Papers.Catalog);
        Raster sheet = Png.Read(Path.Combine(fixture.Run, "samples", "step-000012.png"));
        Raster own = SampleSheet.Draw(last.Images.Shape, TrainedRun.Open(run).Sampler(new DdimSampler { Steps = 8 })
            .Generate(run.Experiment.Config.Sampling.Seed, 4),
                ClassChoice.Create(TrainedRun.Open(run).Network, run.Manifest.Data, []));
        Assert.Equal(own.Pixels, sheet.Pixels);
        Assert.Equal(sheet.Row(2 + 2 * 8)[(2 + 2 * 5) * sheet.Channels], last.Images.Image(0)[8 * last.Images.Width + 5]);

        LastSamples copies = last with { Images = training.Select([.. Enumerable.Range(0, 8).Select(i => 3 * i)], "copies") };
        (_, double[] differences, double[] real) = copies.Nearest(training);
        Assert.All(differences, difference => Assert.Equal(0, difference));
        Assert.Equal(8, real.Length);
        int first = (int)(0.5 * training.Count / 8);
        double least = Enumerable.Range(0, training.Count).Where(i => i != first).Min(i => Math.Sqrt(training.Image(i).ToArray()
            .Zip(training.Image(first).ToArray(), (a, b) => (double)(a - b) * (a - b)).Average()));
        Assert.Equal(least, real[0], 1e-3 * least);
    }

    [Fact]
    public void SamplesDrawnInAnotherWayAreAnotherLine()
    {
        IReadOnlyList<EvaluationReport> measured = MetricsFile.Read(Path.Combine(fixture.Run, MetricsFile.FileName)).Evaluations;
        LineChart one = Assert.Single(MetricSection.Charts(measured, Papers.Catalog));
        Assert.Equal(("", 2), (Assert.Single(one.Series).Name, one.Series[0].X.Count));
        EvaluationReport raw = measured[1] with
        { Subject = "tiny-42, dpm++2m 5, seed 7, raw weights of step 1,000", Step = 1000 },
            later = measured[1] with { Subject = "tiny-42, dpm++2m 5, seed 7, raw weights of step 2,000", Step = 2000 };
        LineChart both = Assert.Single(MetricSection.Charts([.. measured, raw, later], Papers.Catalog));
        Assert.Equal([2, 2], both.Series.Select(line => line.X.Count));
        Assert.Equal("dpm++2m 5, seed 7, raw weights", both.Series[1].Name);
    }

    [Fact]
    public void ADenoisingLossHasItsTableAndLeavesTheCardToSamples()
    {
        string run = fixture.Copy(folder), file = Path.Combine(run, MetricsFile.FileName);
        Protocol protocol = new() { Metric = "denoising-loss", Features = "epsilon", RealCount = 30, GeneratedCount = 0 };
        EvaluationReport loss = MetricsFile.Read(file).Evaluations[^1] with
        {
            Key = "loss",
            Subject = "tiny-42, average weights of step 13",
            Step = 13,
            Samples = 0,
            Metrics = [new(new(0.9, protocol, new Interval(0.8, 1, 0.95)))],
            LossByNoise = [new(-3.5, 1, 120, 0.9, new Interval(0.8, 1, 0.95))],
            Beside = new("other-42", 0.95, PairedDifference.Between((double[])[0.5, 0.7, 1.5], (double[])[0.6, 0.7, 1.55])),
        };
        MetricsFile.Add(file, loss);
        IHtmlDocument page = ReportPages.Of(run, new() { DrawsSamples = false });
        ReportPages.AssertSound(page);
        Assert.Contains("FID", page.QuerySelector(".cards")!.TextContent);
        Assert.Equal(["0.9000", "0.8000", "1.000"], ReportPages.Row(page, "Denoising loss by noise", "-3.5 … 1.0")[1..]);
        Assert.Contains("Denoising loss beside other-42: 0.9500; ", page.GetElementById("metrics")!.TextContent);

        File.Delete(file);
        MetricsFile.Add(file, loss);
        page = ReportPages.Of(run, new() { DrawsSamples = false });
        Assert.Contains("epsilon, 30 real images", page.QuerySelector(".cards")!.TextContent);
        Assert.DoesNotContain("draws of all samples", page.GetElementById("metrics")!.TextContent);
    }

    /// <summary>Lists with null in them, and sizes of no image, are damage like any other.</summary>
    [Fact]
    public void NullInAListIsDamage()
    {
        string run = fixture.Copy(folder);
        Change(run, MetricsFile.FileName, json => json["evaluations"] = new JsonArray((JsonNode?)null));
        Change(run, "audit.json", json => json["findings"] = new JsonArray((JsonNode?)null));
        Change(run, "manifest.json", json => json["command"] = new JsonArray((JsonNode?)null));
        Assert.Contains("null in the list evaluations", Refused(() => MetricsFile.Read(Path.Combine(run, MetricsFile.FileName))));
        Assert.Contains("null in the list findings", Refused(() =>
            AuditReport.FromJson(File.ReadAllText(Path.Combine(run, "audit.json")))));
        Assert.Contains("null in the list command", Refused(() => RunFolder.Open(run, Papers.Catalog)));
        Change(run, "manifest.json", json =>
        {
            json["command"] = new JsonArray();
            json["data"]!["shape"] = new JsonArray(2147483647, 28, 28);
        });
        Assert.Contains("data.shape [2147483647, 28, 28] is that of no image", Refused(() =>
            RunFolder.Open(run, Papers.Catalog)));
        ReportPages.AssertSound(ReportPages.Of(run, new() { DrawsSamples = false }));

        static string Refused(Action read) => Assert.Throws<InputException>(read).Message;
    }

    [Fact]
    public void HostileTextsAreText()
    {
        const string hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u001b[31m";
        string run = fixture.Copy(folder);
        Change(run, "manifest.json", json =>
        {
            json["model"]!["name"] = hostile;
            json["data"]!["name"] = hostile;
            json["data"]!["classNames"]![0] = hostile;
            json["command"]![0] = hostile;
            json["machine"]!["cpu"] = hostile;
        });
        Change(run, "audit.json", json => json["findings"]!.AsArray().Add(JsonNode.Parse(
            $$"""
            {"severity":"error","code":"x","where":{{JsonSerializer.Serialize(hostile)}},"what":"y","parameters":1,
            "evidence":{},"divergence":null}
            """)));
        Change(run, MetricsFile.FileName, json => json["evaluations"]![0]!["subject"] = hostile);
        File.AppendAllText(Path.Combine(run, "log.txt"), hostile + "\n");
        File.AppendAllText(Path.Combine(run, "config.yaml"), "# " + hostile.Replace("\u001b", "") + "\n");
        IHtmlDocument page = ReportPages.Of(run, new() { DrawsSamples = false });
        ReportPages.AssertSound(page);
        Assert.True(page.Body!.TextContent.Split("<script>alert(1)</script>").Length > 7);
        Assert.DoesNotContain('\u202e', page.Source.Text);
        Assert.DoesNotContain('\u001b', page.Source.Text);
    }

    [Fact]
    public void WhatCannotBeReadIsSaidAndTheRestIsShown()
    {
        string run = fixture.Copy(folder);
        string steps = Path.Combine(run, "steps.jsonl");
        File.WriteAllText(steps, File.ReadAllText(steps).Replace("\"number\":3,", "\"number\":") + """
            {"number":13,"loss":"NaN","gradientNorm":"Infinity","learningRate":0,"decay":0,"seconds":1}
            {"number":14,"lo
            """);
        File.WriteAllText(Path.Combine(run, "audit.json"), File.ReadAllText(Path.Combine(run, "audit.json"))[..200]);
        Change(run, MetricsFile.FileName, json => json["schema"] = 9);
        File.WriteAllBytes(Path.Combine(run, "samples", "frames", "step-000008.png"),
            File.ReadAllBytes(Path.Combine(run, "samples", "frames", "step-000008.png"))[..99]);
        File.AppendAllText(Path.Combine(run, "config.yaml"), "future:\n  setting: 1\n");
        IHtmlDocument page = ReportPages.Of(run);
        ReportPages.AssertSound(page);
        Assert.Equal("unknown", page.QuerySelector(".state")!.TextContent);
        Assert.Equal(["step 4", "step 12"],
            page.QuerySelectorAll("#film .frame").Select(frame => frame.GetAttribute("data-title")));
        Assert.Contains("NaN at step 13", page.GetElementById("training")!.TextContent);
        Assert.Contains("There is no audit of this run", page.GetElementById("audit")!.TextContent);
        string[] problems = [.. page.QuerySelectorAll("#problems li").Select(item => item.TextContent)];
        foreach (string part in (string[])["audit.json", "schema 9", "step-000008.png", "future",
            "steps.jsonl: 1 line cannot be read"])
            Assert.Contains(problems, problem => problem.Contains(part, StringComparison.Ordinal));
    }

    /// <summary>A full disk may leave nothing of it, and defaults say how long another run would be.</summary>
    [Fact]
    public void AConfigurationThatIsNotTheRunsIsSaid()
    {
        string run = fixture.Copy(folder);
        File.WriteAllText(Path.Combine(run, "config.yaml"), "");
        Assert.Contains("but the run was trained with", ReportPages.Of(run).GetElementById("problems")!.TextContent);
    }

    [Fact]
    public void ARunThatHasJustBegunAndNoRunAtAll()
    {
        string run = fixture.Copy(folder);
        foreach (string name in (string[])["checkpoints", "samples"]) Directory.Delete(Path.Combine(run, name), recursive: true);
        foreach (string name in (string[])["steps.jsonl", "audit.json", "metrics.json", "log.txt"]) File.Delete(Path.Combine(run,
            name));
        using (RunLock.Take(run))
            Assert.Equal("training", ReportPages.Of(run).QuerySelector(".state")!.TextContent);
        IHtmlDocument page = ReportPages.Of(run);
        ReportPages.AssertSound(page);
        Assert.Equal("new", page.QuerySelector(".state")!.TextContent);
        Assert.True(page.QuerySelectorAll(".missing").Length >= 4);

        File.Delete(Path.Combine(run, "config.yaml"));
        Assert.Contains("is no run", Assert.Throws<InputException>(() => Report.Of(run, Papers.Catalog)).Message);
        Assert.Contains("There is no folder",
            Assert.Throws<InputException>(() => Report.Of(folder.File("nowhere"), Papers.Catalog)).Message);
    }

    /// <summary>A last step that is in the log alone would be done again; who holds the lock of a whole run measures
    /// it.</summary>
    [Fact]
    public void ARunIsFinishedWhenItsLastStepIsKept()
    {
        string run = fixture.Copy(folder), checkpoints = Path.Combine(run, "checkpoints");
        Assert.Equal((RunState.Finished, RunState.Finished), States());
        Directory.Delete(Path.Combine(checkpoints, "step-000012"), recursive: true);
        Assert.Equal((RunState.Stopped, RunState.Training), States());
        // A copy without the weights.
        Directory.Delete(checkpoints, recursive: true);
        Assert.Equal((RunState.Finished, RunState.Finished), States());

        (RunState Free, RunState Locked) States()
        {
            RunState free = RunContent.Read(run, Papers.Catalog).State;
            using (RunLock.Take(run)) return (free, RunContent.Read(run, Papers.Catalog).State);
        }
    }

    [Fact]
    public void TheContentOfARunIsReadWithoutTheWholeLog()
    {
        RunContent run = RunContent.Read(fixture.Run, Papers.Catalog);
        Assert.Equal((12L, 12, RunState.Finished), (run.Last!.Number, run.Total, run.State));
        Assert.Equal(run.Last, StepLog.Read(Path.Combine(fixture.Run, "steps.jsonl"))[^1]);
        Assert.Equal([6L, 12L], run.Probe.Keys);
        Assert.Equal(run.Checkpoints.Select(checkpoint => (float)checkpoint.Score!.Value),
            run.Probe.Values.Select(value => (float)value));
        Assert.Equal([fixture.Run], RunFinder.In(Path.GetDirectoryName(fixture.Run)!));
    }

    [Fact]
    public void AFolderThatGoesWhileRunsAreLookedForIsPassedOver()
    {
        foreach (string name in (string[])["a/run", "b/run", "c/run"]) folder.Write($"runs/{name}/config.yaml", [1]);
        string root = folder.File("runs");
        using IEnumerator<string> found = RunFinder.In(root).GetEnumerator();
        Assert.True(found.MoveNext());
        Directory.Delete(Path.Combine(root, "b"), recursive: true);
        Assert.True(found.MoveNext());
        Assert.Equal(Path.Combine(root, "c", "run"), found.Current);
    }

    static void Change(string run, string file, Action<JsonNode> change)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(run, file)))!;
        change(json);
        File.WriteAllText(Path.Combine(run, file), json.ToJsonString());
    }

    static string N(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
