using System.Text.Json;
using AngleSharp.Html.Dom;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Papers;
using Qdiff.Reports;

[Collection(ServedRuns.Name)]
public sealed class CurvesTests(ServedRuns served)
{
    [Fact]
    public async Task ARunHasTheCurvesOfItsLog()
    {
        JsonElement[] charts = await Charts("/curves?name=plain-1");
        Assert.Equal(["loss", "gradients", "layer-norms", "layer-variances", "metric-fid/domain-clothes/v1"],
            charts.Select(chart => chart.GetProperty("id").GetString()));
        JsonElement loss = charts[0].GetProperty("series")[0];
        Assert.Equal([1, 2, 3], Numbers(loss, "x"));
        Assert.Equal([3, 2, 1], Numbers(loss, "y"));
        JsonElement variance = charts[3].GetProperty("series")[0];
        Assert.Equal("mid.res0.circuit 1", variance.GetProperty("name").GetString());
        Assert.Equal([3 / 8.0, 2 / 8.0, 1 / 8.0], Numbers(variance, "y"));
        JsonElement metric = charts[4].GetProperty("series")[0];
        Assert.Equal([2, 3], Numbers(metric, "x"));
        Assert.Equal([6.5, 2.25], Numbers(metric, "low"));
        // What is no number is a gap.
        Assert.Equal([3.5, 2.5, null], Numbers((await Charts("/curves?name=plain-2"))[0].GetProperty("series")[0], "y"));
    }

    [Fact]
    public async Task MeansAndBandsAreOverTheSeedsOfOneExperiment()
    {
        using var folder = new TemporaryFolder();
        for (int seed = 1; seed <= 3; seed++) SomeRuns.Add(folder.Path, "same", seed, [seed, 2 * seed, 5]);
        SomeRuns.Add(folder.Path, "other", 1, [7, 8], "training.batch=16");
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        const string names = "compared=1&name=same-1&name=same-2&name=same-3&name=other-1";
        string address = new Uri(server.Address, "/curves?" + names).AbsoluteUri;
        Assert.Equal(["same-1", "same-2", "same-3", "other-1"],
            (await Charts(address))[0].GetProperty("series").EnumerateArray()
                .Select(series => series.GetProperty("run").GetString()));

        JsonElement[] means = [.. (await Charts(address + "&mean=1"))[0].GetProperty("series").EnumerateArray()];
        Assert.Equal(["same, 3 seeds", "other-1"], means.Select(series => series.GetProperty("name").GetString()));
        Assert.Equal([2, 4, 5], Numbers(means[0], "y"));
        Interval interval = Interval.OfMean([2, 4, 6]);
        Assert.Equal(interval.Low, Numbers(means[0], "low")[1]!.Value, 1e-4);
        Assert.Equal(interval.High, Numbers(means[0], "high")[1]!.Value, 1e-4);
        Assert.False(means[1].TryGetProperty("low", out _));
    }

    /// <summary>A copy is no further seed, and a run without the value none either.</summary>
    [Fact]
    public async Task ASeedCountsOnce()
    {
        using var folder = new TemporaryFolder();
        for (int seed = 1; seed <= 3; seed++) SomeRuns.Add(folder.Path, "same", seed, seed == 3 ? [] : [seed, 2 * seed]);
        Directory.Move(SomeRuns.Add(folder.File("copies"), "same", 1, [1]), folder.File("copy"));
        SomeRuns.Measure(folder.File("same-2"), "fid", 3.25, 2);
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        JsonElement[] charts = await Charts(new Uri(server.Address,
            "/curves?compared=1&mean=1&name=copy&name=same-1&name=same-2&name=same-3").AbsoluteUri);
        JsonElement line = Assert.Single(charts[0].GetProperty("series").EnumerateArray());
        Assert.Equal("same, 2 seeds", line.GetProperty("name").GetString());
        Assert.Equal([1.5, 3], Numbers(line, "y"));
        Assert.EndsWith("Left out, as another run has the same seeds: copy.", charts[0].GetProperty("note").GetString());
        JsonElement measured = Assert.Single(charts[^1].GetProperty("series").EnumerateArray());
        Assert.Equal(("same-2", "same-2"), (measured.GetProperty("name").GetString(), measured.GetProperty("run").GetString()));
        Assert.DoesNotContain("Left out", charts[^1].GetProperty("note").GetString());
    }

    /// <summary>Values of different protocols do not compare: where they stand side by side that is said, and no mean is over
    /// them.</summary>
    [Fact]
    public void AMeanIsOverValuesOfOneProtocol()
    {
        using var folder = new TemporaryFolder();
        ComparedRun[] runs = [.. Enumerable.Range(1, 3).Select(seed =>
        {
            string run = SomeRuns.Add(folder.Path, "same", seed, [1]);
            if (seed == 2) SomeRuns.Measure(run, "fid", 70, 1, features: "inception-768");
            SomeRuns.Measure(run, "fid", 2 * seed, 2, features: seed == 1 ? "inception-768" : "domain-clothes");
            return new ComparedRun(RunRow.Of($"same-{seed}", run, Papers.Catalog), RunContent.Read(run, Papers.Catalog));
        })];
        PageChart each = ComparedCharts.Of(runs, bySeed: false).Last(), mean = ComparedCharts.Of(runs, bySeed: true).Last();
        Assert.Equal(["2", "70 4", "6"], each.Chart.Series.Select(series => string.Join(' ', series.Y)));
        Assert.StartsWith("By 2 protocols, whose values do not compare", each.Note);
        ChartSeries line = Assert.Single(mean.Chart.Series);
        Assert.Equal(("same, 2 seeds", 5.0), (line.Name, Assert.Single(line.Y)));
        Assert.StartsWith("By one protocol", mean.Note);
        Assert.EndsWith("as measured by another protocol: values of same-1, same-2.", mean.Note);

        const string Mixed = "By more than one protocol: fid.";
        Assert.Contains(Mixed, new ComparePage(runs, [], BySeed: false).Of());
        Assert.DoesNotContain(Mixed, new ComparePage(runs[1..], [], BySeed: false).Of());
        Assert.Contains(Mixed, ListOf(runs));
        Assert.DoesNotContain(Mixed, ListOf(runs[1..]));

        string ListOf(ComparedRun[] shown) =>
            new ListPage("", "", false, 1).Of(new(folder.Path), new([.. shown.Select(run => run.Row)], shown.Length, false));
    }

    /// <summary>A comparison trains the source of a transfer for each seed; of other weights nobody knows in what they
    /// differ.</summary>
    [Fact]
    public void TransfersFromTheSourceOfTheirSeedAreOneFamily()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(Family(1, "before"), Family(2, "before"));
        Assert.NotEqual(Family(1, "before"), Family(1, "another"));
        Assert.NotEqual(Family(1, "null"), Family(2, "null"));

        string Family(int seed, string source) => RunRow.Of("moved", SomeRuns.Add(folder.File(source), "moved", seed, [1],
            $"transfer.from=runs/before-{seed}", $"transfer.source={source}", "transfer.sourceSteps=2"), Papers.Catalog).Family;
    }

    /// <summary>A metric that was measured in another network's features too is drawn as it is listed.</summary>
    [Fact]
    public void AMetricIsDrawnAsItIsListed()
    {
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "one", 1, [1]);
        SomeRuns.Measure(run, "fid", 3.25, 1, elsewhere: 80);
        RunRow row = RunRow.Of("one-1", run, Papers.Catalog);
        PageChart chart = ComparedCharts.Of([new(row, RunContent.Read(run, Papers.Catalog))], bySeed: false).Last();
        Assert.Equal("metric-fid", chart.Id);
        Assert.Equal((3.25, 3.25), (row.Metrics["fid"], Assert.Single(Assert.Single(chart.Chart.Series).Y)));
    }

    [Fact]
    public void StepsAreTheirOwnHoweverLarge()
    {
        double[] x = [.. Enumerable.Range(1, 10).Select(i => 1_000_000.0 + i)];
        string json = ChartJson.Of([new("a", new LineChart { Series = [new("s", x, [.. x.Select(_ => 1 / 3.0)])] }, "")], []);
        JsonElement series = JsonDocument.Parse(json).RootElement.GetProperty("charts")[0].GetProperty("series")[0];
        Assert.Equal(x.Select(at => (double?)at), Numbers(series, "x"));
        Assert.Equal(0.333333, Numbers(series, "y")[0]);
    }

    [Fact]
    public void LongCurvesKeepTheirPeaks()
    {
        double[] x = [.. Enumerable.Range(0, 100_000).Select(i => (double)i)];
        double[] y = [.. x.Select(i => i == 77_777 ? 50 : i == 33_333 ? double.NaN : Math.Sin(i))];
        string json = ChartJson.Of([new("a", new LineChart { Series = [new("s", x, y)] }, "")], []);
        JsonElement series = JsonDocument.Parse(json).RootElement.GetProperty("charts")[0].GetProperty("series")[0];
        double?[] drawn = Numbers(series, "y");
        Assert.InRange(drawn.Length, 1000, 1600);
        Assert.Equal(50, drawn.Max());
        Assert.Contains(null, drawn);
        Assert.Equal([0, 99_999], [Numbers(series, "x")[0], Numbers(series, "x")[^1]]);
    }

    [Fact]
    public void OnlyWhatIsNewOfALogIsReadAndAnotherLogIsReadAnew()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("steps.jsonl");
        var tails = new StepTails();
        Assert.Empty(Read());
        Append(0, 1, 2);
        Assert.Equal([1, 2], Read().Select(step => step.Number));
        File.AppendAllText(path, "{\"number\":3,\"loss\":1,\"gradi");
        Assert.Equal([1, 2], Read().Select(step => step.Number));
        // Goes on from a checkpoint: other lines, of other losses.
        Append(1, 20, 30, 40, 50);
        Assert.Equal([1, 20, 30, 40, 50], Read().Select(step => step.Loss));
        Append(1, 7);
        Assert.Equal([1, 7], Read().Select(step => step.Loss));

        IReadOnlyList<TrainingStep> Read()
        {
            IReadOnlyList<TrainingStep> read = tails.Read(path, out string? damage);
            Assert.Null(damage);
            return read;
        }

        void Append(long done, params double[] losses)
        {
            using StepLog log = StepLog.GoOn(path, done);
            for (int i = 0; i < losses.Length; i++) log.Append(new(done + i + 1, losses[i], 1, 1, 0, 1));
        }
    }

    /// <summary>As the report does, also when only what is new is read.</summary>
    [Fact]
    public async Task LinesOfALogThatCannotBeReadAreSaid()
    {
        using var folder = new TemporaryFolder();
        string log = Path.Combine(SomeRuns.Add(folder.Path, "one", 1, [3, 2]), "steps.jsonl");
        string whole = File.ReadAllText(log);
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        Assert.Null(await Said());
        File.AppendAllText(log, "nonsense\n");
        Assert.EndsWith("steps.jsonl: 1 line cannot be read.", await Said());
        Add(3);
        Assert.EndsWith("steps.jsonl: 1 line cannot be read.", await Said());
        Add(4);
        File.AppendAllText(log, "more\n");
        Assert.EndsWith("steps.jsonl: 2 lines cannot be read.", await Said());
        File.WriteAllText(log, whole);
        Assert.Null(await Said());

        void Add(int step) =>
            File.AppendAllText(log, whole.Split('\n')[1].Replace("\"number\":2", $"\"number\":{step}") + "\n");

        async Task<string?> Said() => (await served.Page(new Uri(server.Address, "/run?name=one-1").AbsoluteUri))
            .QuerySelectorAll("#problems li").Select(line => line.TextContent)
            .FirstOrDefault(line => line.Contains("steps.jsonl", StringComparison.Ordinal));
    }

    /// <summary>What was read of logs and event files is not read again: damage there is not seen.</summary>
    [Fact]
    public async Task OfARunThatIsWatchedOnlyWhatIsNewIsRead()
    {
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "one", 1, [3, 2]), first = Add(1, 5);
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        string page = await Get("/run?name=one-1");
        Assert.Contains("mean of the last 2 logged steps", page);
        Assert.Contains("running average, step 1", page);
        Assert.Equal([5], await Probe());
        foreach (string file in (string[])[first, Path.Combine(run, "steps.jsonl")])
            using (FileStream damaged = File.OpenWrite(file)) damaged.Write(new byte[12]);
        string second = Add(2, 4);
        page = await Get("/run?name=one-1");
        Assert.Contains("mean of the last 2 logged steps", page);
        Assert.Contains("running average, step 2", page);
        Assert.Equal([5, 4], await Probe());
        // What is taken away is not there any more.
        File.Delete(first);
        Assert.Equal([4], await Probe());

        string Add(long step, double value)
        {
            using EventFile events = EventFile.Create(run, step);
            events.Scalar(ProbeLoss.Tag, step, value);
            return events.Path;
        }

        Task<string> Get(string address) => served.Client.GetStringAsync(new Uri(server.Address, address));

        async Task<double?[]> Probe() => Numbers((await Charts(new Uri(server.Address,
            "/curves?compared=1&name=one-1").AbsoluteUri)).Single(chart => chart.GetProperty("id").GetString() == "probe")
            .GetProperty("series")[0], "y");
    }

    [Fact]
    public async Task RunsSideBySideSayInWhatTheyDiffer()
    {
        IHtmlDocument page = await served.Page("/compare?run=plain-1&run=plain-2&run=nowhere&run=later-1");
        string[] differ = [.. page.QuerySelectorAll("#differences tbody th").Select(cell => cell.TextContent)];
        Assert.Equal(["training.seed", "training.steps"], differ);
        Assert.Equal(["training.steps", "3", "6"], ReportPages.Row(page, "Settings", "training.steps"));
        Assert.Equal(["plain-1", "unet", "fashion-mnist/test", "finished", "1", "3", "1", "-", "3.250"],
            ReportPages.Row(page, "Last values", "plain-1"));
        Assert.Contains("nowhere: There is no such run", page.QuerySelector("header")!.TextContent);
        Assert.Contains("later-1 cannot be read", page.QuerySelector("#differences")!.TextContent);
        Assert.Equal(2, (await served.Page("/compare?filter=plain")).QuerySelectorAll("#values tbody tr").Length);
    }

    [Fact]
    public async Task ImagesAreServedByStep()
    {
        string json = await served.Client.GetStringAsync("/samples?name=plain-1");
        JsonElement[] images = [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
        Assert.Equal(["frames", "sheets"], images.Select(series => series.GetProperty("group").GetString()));
        HttpResponseMessage answer = await served.Client.GetAsync(images[1].GetProperty("address").GetString() + "&step=3");
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(File.ReadAllBytes(Path.Combine(served.Root, "plain-1/samples/step-000003.png")),
            await answer.Content.ReadAsByteArrayAsync());
        // Whoever draws it has only made the file.
        string empty = Path.Combine(served.Root, "plain-2", "samples", "step-000004.png");
        Directory.CreateDirectory(Path.GetDirectoryName(empty)!);
        File.WriteAllBytes(empty, []);
        answer = await served.Client.GetAsync("/sample?name=plain-2&kind=sheets&step=4");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    async Task<JsonElement[]> Charts(string address) =>
        [.. JsonDocument.Parse(await served.Client.GetStringAsync(address)).RootElement.GetProperty("charts").EnumerateArray()];

    static double?[] Numbers(JsonElement series, string name) =>
        [.. series.GetProperty(name).EnumerateArray()
            .Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())];
}
