using AngleSharp.Html.Dom;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Papers;

[Collection(ServedRuns.Name)]
public sealed class ListPageTests(ServedRuns served)
{
    [Fact]
    public async Task TheListSaysWhatTheFilesSay()
    {
        IHtmlDocument page = await served.Page("/?sort=name");
        Assert.Equal([ServedRuns.Hostile, "half-1", "later-1", "more/other-1", "plain-1", "plain-2"], Names(page));
        Assert.Equal(["", "plain-1", "finished", "3 / 3", "1", "-", "3.250", "unet", "fashion-mnist/test", "2026-11-26 12:01"],
            Row(page, "plain-1"));
        Assert.Equal("started (UTC)", page.QuerySelectorAll("thead th").Last().TextContent.Trim());
        Assert.Equal(["stopped", "1 / 40", "2.5"], Row(page, "half-1")[2..5]);
        Assert.Equal("NaN", Row(page, "plain-2")[4]);
        Assert.Contains("6 runs", page.QuerySelector(".lead")!.TextContent);
        // What is wrong with one is said there and costs the others nothing.
        Assert.Contains("wonders", page.QuerySelector("tr[data-key=later-1] .faulty")!.GetAttribute("title"));
        Assert.Contains("manifest.json", page.QuerySelector("tr[data-key=half-1] .faulty")!.GetAttribute("title"));
        Assert.Null(page.QuerySelector("img, script:not([src])"));
    }

    [Theory]
    [InlineData("/?filter=plain&sort=loss", "plain-1 plain-2")]
    [InlineData("/?filter=plain&sort=seed&down=1", "plain-2 plain-1")]
    [InlineData("/?filter=fid%3C4", "plain-1")]
    [InlineData("/?filter=steps%3D6+plain", "plain-2")]
    [InlineData("/?filter=batch%3D16", "more/other-1")]
    public async Task ItIsFilteredAndSorted(string address, string names) =>
        Assert.Equal(names, string.Join(' ', Names(await served.Page(address))));

    [Fact]
    public async Task AFilterThatCannotBeUnderstoodIsSaid()
    {
        IHtmlDocument page = await served.Page("/?filter=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        Assert.Contains("cannot be understood", page.QuerySelector("[role=alert]")!.TextContent);
        Assert.Equal("<script>alert(1)</script>", ((IHtmlInputElement)page.QuerySelector("#filter")!).Value);
        page = await served.Page("/?filter=lass%3C1");
        Assert.Contains("Did you mean loss?", page.QuerySelector("[role=alert]")!.TextContent);
    }

    [Fact]
    public async Task TheListIsTheSameUntilAFileChanges()
    {
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "some", 1, [1]);
        EventFile.Create(folder.File("events/of/others")).Dispose();
        var table = new RunTable(new(folder.Path), Papers.Catalog);
        RunList first = await table.Now(Timeout.InfiniteTimeSpan);
        Assert.Equal(["events/of/others", "some-1"], first.Rows.Select(row => row.Name));
        Assert.Same(first.Rows[1], table.Find("some-1"));
        await Task.Delay(1100);
        // Whoever does not wait for another look has the list of the one before.
        Assert.Same(first, await table.Now(TimeSpan.Zero));
        Assert.Same(first, await table.Now(Timeout.InfiniteTimeSpan));
        SomeRuns.Log(run, 1, 0.25);
        Assert.Equal(0.25, table.Find("some-1")!.Loss);
    }

    /// <summary>It keeps nothing of its training, and would be listed as a run that has not begun.</summary>
    [Fact]
    public async Task ATrainedModelIsNoRun()
    {
        using var folder = new TemporaryFolder();
        SomeRuns.Add(folder.Path, "some", 1, [1]);
        foreach (string file in (string[])["README.md", "config.yaml"])
            folder.Write($"models/unet/{file}", "name: unet\n"u8.ToArray());
        var table = new RunTable(new(folder.Path), Papers.Catalog);
        Assert.Equal("some-1", Assert.Single((await table.Now(Timeout.InfiniteTimeSpan)).Rows).Name);
        Assert.Null(table.Find("models/unet"));
    }

    [Fact]
    public void AMeasurementByShotsIsAResult()
    {
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "some", 1, [1]);
        RunStamp before = RunStamp.Of(run);
        File.WriteAllText(Path.Combine(run, "noise.json"), "{}");
        Assert.Equal(["results"], before.Changes(RunStamp.Of(run)));
    }

    /// <summary>A look at the files may end between the page and its first question for news.</summary>
    [Fact]
    public async Task APageThatIsBehindIsToldAtOnce()
    {
        using var folder = new TemporaryFolder();
        SomeRuns.Add(folder.Path, "some", 1, [1]);
        var table = new RunTable(new(folder.Path), Papers.Catalog);
        RunList list = await table.Now(Timeout.InfiniteTimeSpan);
        var partial = new RunList([], 1, false) { IsReading = true };
        Assert.Equal(("/live?list=0", "/live?list=1"), (AddressOf(partial), AddressOf(list)));
        Assert.Equal(("list", (string?)null), (await First(partial.Number), await First(list.Number)));

        string? AddressOf(RunList shown) => ReportPages.Parse(new ListPage("", "", false, 1).Of(new(folder.Path), shown))
            .Body!.GetAttribute("data-live");

        async Task<string?> First(long shown)
        {
            using var ends = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
            try
            {
                await foreach (string what in News.OfAll(table, shown, ends.Token)) return what;
            }
            catch (OperationCanceledException)
            {
                // There was nothing to say.
            }

            return null;
        }
    }

    /// <summary>A page that was opened in the background asks for news when it is seen, long after it was made.</summary>
    [Fact]
    public async Task APageOfRunsBeginsWithWhatHasChangedSinceItWasMade()
    {
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "some", 1, [1]);
        SomeRuns.Add(folder.Path, "some", 2, [1]);
        EventFile.Create(folder.File("others")).Dispose();
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        List<string> streams = [];
        foreach (string address in (string[])["/run?name=some-1", "/compare?run=some-2&run=some-1", "/events?name=others"])
            streams.Add((await served.Page(new Uri(server.Address, address).AbsoluteUri)).Body!.GetAttribute("data-live")!);
        SomeRuns.Log(run, 1, 0.5);
        EventFile.Create(folder.File("others")).Dispose();
        foreach (string stream in streams)
        {
            using var news = new StreamReader(await served.Client.GetStreamAsync(new Uri(server.Address, stream)));
            foreach (string line in (string[])["retry: 2000", "", "data: steps"]) Assert.Equal(line, await news.ReadLineAsync());
        }
    }

    [Fact]
    public void AStampIsWhatItsTextSays()
    {
        var stamp = new RunStamp(-1, 0, int.MinValue, 77);
        Assert.Equal(stamp, RunStamp.Parse(stamp.ToString()));
        Assert.Empty(stamp.Changes(RunStamp.Together([stamp])));
        RunStamp[] later = [stamp, stamp with { Results = 1 }];
        Assert.Equal(["results"], RunStamp.Together([stamp, stamp]).Changes(RunStamp.Together(later)));
        Assert.Null(RunStamp.Parse(""));
    }

    static string[] Names(IHtmlDocument page) => [.. page.QuerySelectorAll("tbody th a").Select(link => link.TextContent)];

    static string[] Row(IHtmlDocument page, string name) =>
        [.. ((IHtmlTableRowElement)page.QuerySelector($"tr[data-key='{name}']")!).Cells
            .Select(cell => cell.TextContent.Split("  ")[0].Trim())];
}
