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
        using var folder = new TemporaryFolder();
        string run = SomeRuns.Add(folder.Path, "saved", 1, [3, 2, 1]);
        string unfinished = Path.Combine(run, "checkpoints", ".unfinished-step-000001");
        string finished = Path.Combine(run, "checkpoints", "step-000001");
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        using var client = new HttpClient { BaseAddress = server.Address };
        using var asked = new CancellationTokenSource();
        // As checkpoints are written and removed, without waiting for the disk.
        Task saving = Task.Run(() =>
        {
            while (!asked.IsCancellationRequested)
            {
                Directory.CreateDirectory(unfinished);
                Directory.Move(unfinished, finished);
                Directory.Delete(finished);
            }
        }, TestContext.Current.CancellationToken);
        string[] addresses = ["/curves?name=saved-1", "/samples?name=saved-1", "/run?name=saved-1", "/compare?run=saved-1"];
        try
        {
            for (int i = 0; i < Asked; i++)
            {
                using HttpResponseMessage answer = await client.GetAsync(addresses[i % addresses.Length],
                    TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
        finally
        {
            await asked.CancelAsync();
            await saving;
        }
    }
}
