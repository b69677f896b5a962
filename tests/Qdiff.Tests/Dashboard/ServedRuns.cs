using System.Net;
using AngleSharp.Html.Dom;
using Qdiff.Dashboard;
using Qdiff.Papers;

[CollectionDefinition(Name)]
public sealed class ServedRuns : ICollectionFixture<ServedRuns>, IAsyncLifetime
{
    public const string Name = "one dashboard for all its tests";

    internal const string Hostile = "<img src=x onerror=alert(1)> & \"'";

    readonly TemporaryFolder folder = new();
    DashboardServer? server;

    /// <summary>The folder that is shown; beside it lies what must not be.</summary>
    public string Root => folder.File("runs");

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public async ValueTask InitializeAsync()
    {
        folder.Write("secret.txt", "what lies outside"u8.ToArray());
        string one = SomeRuns.Add(Root, "plain", 1, [3, 2, 1], "training.steps=3");
        SomeRuns.Add(Root, "plain", 2, [3.5, 2.5, double.NaN], "training.steps=6");
        SomeRuns.Add(Path.Combine(Root, "more"), "other", 1, [0.5], "training.batch=16");
        SomeRuns.Measure(one, "fid", 3.25, 3);
        SomeRuns.Measure(one, "fid", 7.5, 2);
        folder.Write("runs/plain-1/samples/step-000003.png", Qdiff.Imaging.Png.Encode(new(4, 4, 1)));
        folder.Write("runs/plain-1/samples/frames/step-000002.png", Qdiff.Imaging.Png.Encode(new(4, 4, 1)));
        folder.Write("runs/no run/nothing.txt", "nothing"u8.ToArray());
        Directory.Move(SomeRuns.Add(Root, "hostile", 1, [1]), Path.Combine(Root, Hostile));
        File.AppendAllText(Path.Combine(Root, Hostile, "log.txt"), "<script>alert(2)</script>\n");
        File.AppendAllText(Path.Combine(Root, Hostile, "config.yaml"), "# </pre><script>alert(3)</script>\n");
        string later = SomeRuns.Add(Root, "later", 1, [1]);
        File.WriteAllText(Path.Combine(later, "config.yaml"), "schema: 1\nname: later\nwonders: true\n");
        string half = Directory.CreateDirectory(Path.Combine(Root, "half-1")).FullName;
        File.WriteAllText(Path.Combine(half, "config.yaml"), TinyExperiment.Resolve().ToYaml());
        File.WriteAllText(Path.Combine(half, "manifest.json"), "{ \"version\": \"0.1");
        File.WriteAllText(Path.Combine(half, "steps.jsonl"),
            "{\"number\":1,\"loss\":2.5,\"gradientNorm\":1,\"learningRate\":1,\"decay\":0,\"seconds\":1}\n{\"num");
        server = await DashboardServer.StartAsync(new() { Folder = Root, Port = 0 }, Papers.Catalog);
        Client.BaseAddress = server.Address;
    }

    public async Task<IHtmlDocument> Page(string address)
    {
        using HttpResponseMessage answer = await Client.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return ReportPages.Parse(await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (server is not null) await server.DisposeAsync();
        folder.Dispose();
    }
}
