using System.Text.Json;
using Qdiff;

public sealed class ToolTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ConfigShowPrintsEachValueAndItsOrigin()
    {
        File.WriteAllText(folder.File("small.yaml"), "name: small\ntraining:\n  batch: 16\n");
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "config", "show", "small.yaml", "--set",
            "training.steps=5", "--set", "data.classes=[1, 2]");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"(?m)^  batch: 16 +# small.yaml:3$", output);
        Assert.Matches(@"(?m)^  steps: 5 +# --set training.steps$", output);
        Assert.Matches(@"(?m)^  learningRate: 0.001 +# default$", output);
        Assert.Equal(["1", "2"], ResolvedExperiment.Parse(output, "output", Catalog.Default).Config.Data.Classes);
    }

    [Fact]
    public void JsonIsForMachines()
    {
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "config", "show", "--json", "--set", "name=first");
        Assert.Equal((0, ""), (code, error));
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(new ExperimentSettings(Catalog.Default).All.Count, rows.Length);
        Assert.Equal(("name", "first", "--set name"),
            (rows[0].GetProperty("path").GetString(), rows[0].GetProperty("value").GetString(),
                rows[0].GetProperty("origin").GetString()));
    }

    [Fact]
    public void HelpInAPipeFitsAPage()
    {
        string[] lines = ToolProcess.Run(folder.Path, "circuit", "run", "--help").Output.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 120));
        Assert.Contains(lines, line => line.StartsWith("  --json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("small.yaml:2: training.batch is none", "config", "show", "small.yaml")]
    [InlineData("missing.yaml cannot be read", "config", "show", "missing.yaml")]
    [InlineData("there is no setting 'trainig.steps'", "config", "show", "--set", "trainig.steps=5")]
    [InlineData("no-such-verb", "no-such-verb")]
    [InlineData("--no-such-option", "config", "show", "--no-such-option")]
    [InlineData("'--pretraind'. Did you mean --pretrained?", "sample", "--pretraind", "mnist-unet")]
    public void BadInputIsOneLineAndTwo(string expected, params string[] arguments)
    {
        File.WriteAllText(folder.File("small.yaml"), "training:\n  batch: none\n");
        (int code, string output, string error) = ToolProcess.Run(folder.Path, arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd('\n').Split('\n')));
        Assert.StartsWith("qdiff: ", error);
    }

    [Fact]
    public void AQuickLookDoesNotReplaceWhatTookMinutes()
    {
        string results = folder.File("runs/quickstart/results.json");
        const string there = "[{\"model\": \"unet\", \"steps\": 1000}, {\"model\": \"qvunet-1hq\", \"steps\": 1000}]";
        Directory.CreateDirectory(Path.GetDirectoryName(results)!);
        File.WriteAllText(results, there);
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "quickstart", "--steps", "5");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("holds the samples and results of 1,000 steps, not of 5.", error);
        Assert.Contains("--force", error);
        Assert.Equal(there, File.ReadAllText(results));
        Assert.Equal(["quickstart"], Directory.GetDirectories(folder.File("runs")).Select(Path.GetFileName));
    }

    [Fact]
    public void HelpIsAskedForAsAVerbToo()
    {
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "help", "circuit", "run");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("--trajectories", output);
    }

    [Fact]
    public void WithoutArgumentsThereIsHelp()
    {
        (int code, string output, _) = ToolProcess.Run(folder.Path);
        Assert.Equal(0, code);
        Assert.Contains("config", output);
        Assert.Contains("--json", output);
    }
}
