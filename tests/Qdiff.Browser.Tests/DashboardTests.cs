using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Papers;

/// <summary>The dashboard as a browser shows it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class DashboardTests(Browser browser)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/?filter=loss%3C0.03+model%3Dunet&sort=loss", "/?filter=nonsense%3C", "/run?name=unet-1", "/run?name=hybrid-1",
        "/run?name=" + Uri.EscapeDataString(Browser.Hostile), "/compare?run=unet-1&run=unet-2&run=unet-3&run=hybrid-1",
        "/compare?run=unet-1&run=unet-2&run=hybrid-1&mean=1", "/events?name=elsewhere%2Frun", "/run?name=nowhere",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task EveryPageIsSoundInLightAndDarkAndOnATelephone(string path)
    {
        foreach ((ColorScheme scheme, int width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1200), (ColorScheme.Dark, 390)])
        {
            await using OpenPage page = await browser.Open(path, scheme, width);
            if (path.Contains("nowhere")) page.Mistakes.RemoveAll(mistake => mistake.Contains("404"));
            await page.IsSound();
            Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                "The page is wider than the window.");
        }
    }

    [Fact]
    public async Task TheListSaysWhatTheFilesSayAndLeadsToARun()
    {
        await using OpenPage page = await browser.Open("/");
        await page["#filter"].FillAsync("loss<0.028 model=unet batch=20");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Until("document.querySelectorAll('tbody tr').length === 1");
        Assert.Equal("unet-1", await page.Text("tbody th a"));
        Assert.Equal(["", "unet-1", "finished", "200 / 200", "0.0275", "-", "11.00", "unet", "fashion-mnist/test",
            "2026-11-26 12:01"],
            (await page["tbody tr:first-child > *"].AllTextContentsAsync()).Select(text => text.Trim()));
        await page["tbody th a"].ClickAsync();
        Assert.Equal("unet-1 finished", await page.Text("h1"));
        Assert.Contains("200 of 200", await page.Text(".cards"));
    }

    [Fact]
    public async Task ChartsShowTheValuesOfTheFilesAndAreReadWithKeys()
    {
        await using OpenPage page = await browser.Open("/run?name=unet-2");
        Assert.Equal(["Loss", "Gradient norm", "Gradient norm of circuit layers", "Gradient variance of circuit layers",
            "fid/domain-clothes/v1"], await page[".plot h3"].AllTextContentsAsync());
        ILocator loss = page[".draw"].First;
        Assert.Contains("average of steps 0.03002 at 199.5", await loss.GetAttributeAsync("aria-label"));
        // The canvas is not empty.
        Assert.True(await page.Page.EvaluateAsync<bool>("""
            (() => { const c = document.querySelector('.draw canvas');
              return new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size > 3; })()
            """));
        await loss.FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        Assert.Contains("steps 200", await page.Text(".readout"));
        await page.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Matches("steps [0-9]+ · average of steps 0.03", await page.Text(".readout"));
        await page.Page.Keyboard.PressAsync("Home");
        Assert.Matches("steps 1.* · average of steps", await page.Text(".readout"));
        await page["[data-curves] .legend button"].First.ClickAsync();
        Assert.Equal("false", await page["[data-curves] .legend button"].First.GetAttributeAsync("aria-pressed"));
        Assert.Empty(page.Mistakes);
    }

    [Fact]
    public async Task ARunIsPickedFromItsCurve()
    {
        await using OpenPage page = await browser.Open("/compare?run=unet-1&run=unet-2&run=unet-3");
        ILocator area = page[".draw .u-over"].First;
        LocatorBoundingBoxResult box = (await area.BoundingBoxAsync())!;
        // At the end the third seed's line is the uppermost: from above it is met first.
        const string picked = "^steps [0-9.]+ · unet-3 [^·]+ · Open";
        for (int y = 0; y < box.Height && !Regex.IsMatch(await page.Text(".readout"), picked); y += 4)
            await page.Page.Mouse.MoveAsync(box.X + box.Width - 3, box.Y + y);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.UpAsync();
        Assert.Contains("unet-3", await page.Text(".readout"));
        Assert.Equal("unet-3", await page.Text("tr.picked th a"));

        // The same with keys, and on to its page.
        await page[".draw"].First.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal("unet-2", await page.Text("tr.picked th a"));
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Until("document.querySelector('h1').textContent.startsWith('unet-2')");
    }

    [Fact]
    public async Task RunsAreComparedByValuesConfigurationAndMeans()
    {
        await using OpenPage page = await browser.Open("/");
        foreach (string run in (string[])["unet-1", "unet-2", "hybrid-1"]) await page[$"input[value='{run}']"].CheckAsync();
        await page["caption button"].ClickAsync();
        await page.Until("document.querySelector('h1').textContent === '3 runs compared'");
        await page.Until("document.querySelectorAll('.plot').length >= 3");
        string[] differ = [.. await page["#differences tbody th"].AllTextContentsAsync()];
        Assert.Contains("training.batch", differ);
        Assert.Contains("training.seed", differ);
        Assert.DoesNotContain("training.learningRate", differ);
        await page["text=Show means over seeds"].ClickAsync();
        await page.Until("[...document.querySelectorAll('.legend button')].some(b => b.textContent === 'unet, 2 seeds')");
        Assert.Contains("not audited", await page.Text("#audit table"));
        Assert.Empty(page.Mistakes);
    }

    [Fact]
    public async Task ImagesAreMovedThroughWithKeysAndAcrossRuns()
    {
        await using OpenPage page = await browser.Open("/compare?run=unet-1&run=unet-2&run=hybrid-1");
        ILocator slider = page[".strip input[type=range]"].First;
        await slider.FocusAsync();
        Assert.Equal("step 200", await slider.GetAttributeAsync("aria-valuetext"));
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("step 150", await slider.GetAttributeAsync("aria-valuetext"));
        string[] alternatives = [.. await page[".strip img"].EvaluateAllAsync<string[]>("all => all.map(i => i.alt)")];
        Assert.Contains("Samples of unet-1 after step 150", alternatives);
        Assert.Contains("Samples of unet-2 after step 150", alternatives);
        await page.Until("[...document.querySelectorAll('.strip img[src]')].every(i => i.complete && i.naturalWidth === 32)");
        Assert.Empty(page.Mistakes);
    }

    [Fact]
    public async Task HostileNamesAndTextsAreText()
    {
        await using OpenPage page = await browser.Open("/run?name=" + Uri.EscapeDataString(Browser.Hostile));
        Assert.StartsWith(Browser.Hostile, await page.Text("h1"));
        Assert.Contains("</pre><script>alert(3)</script>", await page.Text("#configuration pre"));
        await page.Page.GotoAsync(browser.Address + "/compare?run=hybrid-1&run=" + Uri.EscapeDataString(Browser.Hostile));
        await page.Until("document.querySelectorAll('.plot').length >= 1");
        Assert.Contains(Browser.Hostile, await page[".legend button"].AllTextContentsAsync());
        await page.Page.GotoAsync(browser.Address + "/events?name=elsewhere%2Frun");
        await page.Until("document.querySelectorAll('.plot').length >= 1");
        Assert.Equal("Loss/<b>train", await page.Text(".plot h3"));
        await page.Until("document.querySelector('.strip img').naturalWidth === 16");
        Assert.Empty(page.Mistakes);
    }

    [Fact]
    public async Task CircuitsAreDrawnUnderThePolicy()
    {
        await using OpenPage page = await browser.Open("/run?name=hybrid-1");
        Assert.True(await page[".circuit svg .box"].CountAsync() > 10);
        // Its style was let through: a box is not black.
        Assert.NotEqual("rgb(0, 0, 0)",
            await page[".circuit svg .weight"].First.EvaluateAsync<string>("e => getComputedStyle(e).fill"));
        Assert.Empty(page.Mistakes);
    }

    [Fact]
    public async Task ALiveRunMovesAndIsStopped()
    {
        using var folder = new TemporaryFolder();
        string root = Directory.CreateDirectory(folder.File("runs")).FullName;
        await using DashboardServer server = await DashboardServer.StartAsync(new() { Folder = root, Port = 0 }, Papers.Catalog);
        string address = server.Address.AbsoluteUri;
        await using OpenPage list = await browser.Open(address);
        Assert.Contains("no runs in this folder yet", await list.Text("main"));

        // The test trains, step by step, so that nothing depends on time.
        using TrainingRun run = TinyExperiment.Start(root, "training.frameEvery=4", "diffusion.steps=4");
        using IEnumerator<TrainingStep> steps = run.Steps().GetEnumerator();
        Step(3);
        await list.Until("document.querySelector('tbody th a')?.textContent === 'tiny-42'");
        await list.Until("document.querySelector('tbody').textContent.includes('3 / 40')");
        Assert.Equal("training", await list.Text("tbody .state"));
        Assert.Empty(list.Mistakes);

        await using OpenPage page = await browser.Open(address + "run?name=tiny-42");
        Assert.Contains("at 3", await page[".draw"].First.GetAttributeAsync("aria-label"));
        Step(2);
        await page.Until("document.querySelector('.draw').getAttribute('aria-label').includes('at 5')");
        await page.Until("document.querySelector('.cards').textContent.includes('5 of 40')");
        await page.Until("document.querySelector('.strip img')?.alt === 'Samples of tiny-42 after step 4'");
        await page.Until("document.querySelector('.strip img').naturalWidth > 0");

        await page["text=Save and stop"].ClickAsync();
        await page.Until("document.querySelector('#head .missing')?.textContent.includes('asked to save and stop')");
        Assert.True(steps.MoveNext());
        Assert.Throws<OperationCanceledException>(() => steps.MoveNext());
        run.Save();
        run.Dispose();
        await page.Until("document.querySelector('h1 .state').textContent === 'stopped'");
        Assert.Contains("6 of 40", await page.Text(".cards"));
        await page.IsSound();

        void Step(int count)
        {
            for (int i = 0; i < count; i++) Assert.True(steps.MoveNext());
        }
    }

    [Fact]
    public async Task TheTokenIsAskedForAndThenForgottenByTheAddress()
    {
        await using DashboardServer server = await DashboardServer.StartAsync(
            new() { Folder = browser.Root, Port = 0, Token = "only-for-friends" }, Papers.Catalog);
        string bare = new Uri(server.Address, "/").AbsoluteUri;
        await using OpenPage asked = await browser.Open(bare);
        Assert.Equal("Qdiff dashboard", await asked.Text("h1"));
        asked.Mistakes.RemoveAll(mistake => mistake.Contains("401"));
        await asked.IsSound();
        await asked["#token"].FillAsync("only-for-friends");
        await asked.Page.Keyboard.PressAsync("Enter");
        await asked.Until("document.querySelector('tbody tr') !== null");
        await using OpenPage led = await browser.Open(server.Address.AbsoluteUri);
        Assert.Equal(bare, led.Page.Url);
        Assert.Equal("runs", await led.Text("h1"));
    }
}
