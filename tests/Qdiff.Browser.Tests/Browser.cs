using System.Diagnostics;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Imaging;
using Qdiff.Papers;

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "one browser and one dashboard for all tests";
}

/// <summary>
/// The system's Chromium and a dashboard of some runs. Where there is no browser the tests are skipped and say so;
/// QDIFF_BROWSER names one that is elsewhere.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    public const string Hostile = "<img src=x onerror=alert(1)> & \"'";

    static readonly string? s_program = ((string?[])[Environment.GetEnvironmentVariable("QDIFF_BROWSER"), "/usr/bin/chromium",
        "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    readonly TemporaryFolder folder = new();
    IPlaywright? playwright;
    IBrowser? browser;
    DashboardServer? server;

    /// <summary>The folder that is shown.</summary>
    public string Root => folder.File("runs");

    public string Address => server!.Address.AbsoluteUri.TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        if (s_program is null) return;
        double[] curve = [.. Enumerable.Range(1, 200).Select(step => 0.02 + 1.0 / step)];
        for (int seed = 1; seed <= 3; seed++)
        {
            string run = SomeRuns.Add(Root, "unet", seed, [.. curve.Select(loss => loss * (1 + 0.1 * seed))],
                "training.steps=200");
            SomeRuns.Measure(run, "fid", 10 + seed, 200);
            SomeRuns.Measure(run, "fid", 20 + seed, 100);
            for (int step = 50; step <= 200; step += 50)
                folder.Write($"runs/unet-{seed}/samples/frames/step-{step:000000}.png", Png.Encode(new Raster(32, 32, 1)));
        }

        string hybrid = SomeRuns.Add(Root, "hybrid", 1, [.. curve[..120], double.NaN, 0.03], "training.steps=400",
            "training.batch=16", "model.vertex.circuit=hqconv", "model.dimension=6");
        folder.Write("runs/hybrid-1/samples/step-000100.png", Png.Encode(new Raster(32, 32, 1)));
        File.AppendAllText(Path.Combine(hybrid, "log.txt"), "<script>alert(2)</script>\n");
        Directory.Move(SomeRuns.Add(Root, "hostile", 1, [1, 0.5]), Path.Combine(Root, Hostile));
        File.AppendAllText(Path.Combine(Root, Hostile, "config.yaml"), "# </pre><script>alert(3)</script>\n");
        using (EventFile events = EventFile.Create(Path.Combine(Root, "elsewhere", "run")))
            for (int step = 1; step <= 5; step++)
            {
                events.Scalar("Loss/<b>train", step, 1.0 / step);
                events.Image("images", step, new Raster(16, 16, 3));
            }

        server = await DashboardServer.StartAsync(new() { Folder = Root, Port = 0 }, Papers.Catalog);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = s_program, Args = ["--no-sandbox"] });
    }

    /// <summary>A page of a browser of its own, and what went wrong in it.</summary>
    public async Task<OpenPage> Open(string path, ColorScheme scheme = ColorScheme.Light, int width = 1200)
    {
        Assert.SkipWhen(browser is null, "There is no Chromium; apt-get install chromium, or say where one is in QDIFF_BROWSER.");
        IBrowserContext context = await browser!.NewContextAsync(new()
        { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = width, Height = 900 } });
        var page = new OpenPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(path.StartsWith("http", StringComparison.Ordinal) ? path : Address + path);
        // Until charts and images have asked for what they show.
        await page.Until("[...document.querySelectorAll('[data-curves], [data-images]')].every(e => e.dataset.loaded)");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null) await server.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>A page, and what its console said.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    readonly IBrowserContext context;

    public OpenPage(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Mistakes.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Mistakes.Add(error);
        page.Dialog += (_, dialog) => Mistakes.Add($"a dialog: {dialog.Message}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal)) Hosts.Add(new Uri(request.Url).Host);
        };
    }

    public IPage Page { get; }

    public List<string> Mistakes { get; } = [];

    public HashSet<string> Hosts { get; } = [];

    public ILocator this[string selector] => Page.Locator(selector);

    public async Task<string> Text(string selector) => (await Page.Locator(selector).First.TextContentAsync() ?? "").Trim();

    /// <summary>Waits until a script is true. It is asked again from here, for our policy lets no page evaluate texts.</summary>
    public async Task Until(string script)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                if (await Page.EvaluateAsync<bool>($"Boolean({script})")) return;
            }
            catch (PlaywrightException) when (watch.Elapsed < s_patience)
            {
                // Another page is being loaded, or what is asked for is not there yet.
            }

            if (watch.Elapsed > s_patience) Assert.Fail($"Not within {s_patience.TotalSeconds} seconds: {script}");
        }
    }

    /// <summary>No error in the console, nothing from elsewhere, and no violation of WCAG at A and AA.</summary>
    public async Task IsSound()
    {
        Assert.Empty(Mistakes);
        Assert.Equal(["127.0.0.1"], Hosts);
        AxeResult result = await Page.RunAxe(new AxeRunOptions
        {
            RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
        });
        Assert.Empty(result.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}"));
        Assert.NotEmpty(result.Passes);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
