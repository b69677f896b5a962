using System.Text.Json;

/// <summary><c>qdiff jobs</c>: out, counted, and in again.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class JobsVerbTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ACallGoesOutAndComesBackStageByStage()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "model.multipliers=[1,2,2]", "training.steps=1",
            "model.vertex.circuit=basic", "model.vertex.groups=1")), jobs = folder.File("jobs");
        Assert.Contains("stage 1: 4 jobs, 4 different circuits, 100 shots each; 12 runs of circuits left for later stages",
            Done("jobs", "export", run, "-o", jobs, "--shots", "100", "--timestep", "400"));
        using (JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(folder.File("jobs/manifest.json"))))
            Assert.Equal(400, manifest.RootElement.GetProperty("call").GetProperty("timestep").GetInt32());
        for (int stage = 1; stage <= 4; stage++)
        {
            string counts = Done("jobs", "simulate", jobs, "--noise", "ion-trap", "--seed", "5", "-q").Trim();
            Assert.Equal(Path.Combine(jobs, $"simulated-stage-{stage}.json"), counts);
            string told = Done("jobs", "import", jobs, "--counts", counts, "--noise", "ion-trap", "--mitigate", "readout",
                "--json");
            JsonElement json = JsonDocument.Parse(told).RootElement;
            if (stage < 4) Assert.Equal(stage + 1, json.GetProperty("stage").GetInt32());
            else Assert.Equal((16, 100), (json.GetProperty("jobs").GetInt32(), json.GetProperty("shots").GetInt32()));
        }

        string[] again = ["jobs", "import", jobs, "--counts", folder.File("jobs/counts/stage-4.json")];
        CapturedTool.AssertRefused("is of these counts with other errors of the read-out taken back", again);
        string result = Done([.. again, "--noise", "ion-trap", "--mitigate", "readout"]);
        Assert.Contains("were all read-outs 0", result);
        Assert.Contains("taken back: readout", result);
        // What was taken back of a stage is known where a later one is imported.
        Assert.Equal(4, Directory.GetFiles(folder.File("jobs/counts"), "stage-*.yaml").Length);
        foreach (string[] half in (string[][])[["--noise", "ion-trap"], ["--mitigate", "readout"]])
            CapturedTool.AssertRefused("give both, or neither", ["jobs", "import", jobs, "--counts", "any.json", .. half]);
        (int code, string output, string error) = CapturedTool.Run("jobs", "import", jobs, "--counts",
            folder.File("jobs/counts/stage-1.json"));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("is of stage 1, whose counts are imported; those of stage 4 are needed.", error);
    }

    static string Done(params string[] arguments)
    {
        (int code, string output, string error) = CapturedTool.Run(arguments);
        Assert.True(code == 0, error);
        return output;
    }
}
