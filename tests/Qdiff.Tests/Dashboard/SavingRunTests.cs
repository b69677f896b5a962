using System.Net;
using Qdiff.Dashboard;
using Qdiff.Papers;

/// <summary>Whoever looks at a run while it saves finds folders that are gone when they are looked into.</summary>
public sealed class SavingRunTests
{
    const int Asked = 160;

    [Fact]
    public async Task ARunIsShownWhileItsCheckpointsComeAndGo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders that somebody looks into cannot be moved there.");
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "saved", 1, [3, 2, 1]);
        string unfinished = Path.Combine(run, "checkpoints", ".unfinished-step-000001");
        string finished = Path.Combine(run, "checkpoints", "step-000001");
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        using var client = new HttpClient { BaseAddress = server.Address };
        using var asked = new CancellationTokenSource();
        // As checkpoints are written and removed, without waiting for the disk.
        var saving = new Thread(() =>
        {
            while (!asked.IsCancellationRequested)
            {
                Directory.CreateDirectory(unfinished);
                Directory.Move(unfinished, finished);
                Directory.Delete(finished);
            }
        });
        saving.Start();
        (string Address, string Shown)[] pages =
        [
            ("/curves?name=saved-1", "\"loss\""), ("/samples?name=saved-1", "[]"), ("/run?name=saved-1", "saved-1"),
            ("/compare?run=saved-1", "saved-1"),
        ];
        try
        {
            for (int i = 0; i < Asked; i++)
            {
                (string address, string shown) = pages[i % pages.Length];
                using HttpResponseMessage answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Contains(shown, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            await asked.CancelAsync();
            saving.Join();
        }
    }
}
