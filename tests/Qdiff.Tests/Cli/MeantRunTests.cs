using System.Text.Json;
using Qdiff;
using Qdiff.Papers;

/// <summary>What is said to somebody who names a run by half, or the folder of several. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class MeantRunTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly string before = Environment.CurrentDirectory;

    public MeantRunTests()
    {
        Environment.CurrentDirectory = folder.Path;
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        folder.Dispose();
    }

    [Fact]
    public void TheFolderOfRunsMayBeLeftOutInThought()
    {
        TinyExperiment.Start("runs").Dispose();
        string meant = $"There is no run folder tiny-42. Did you mean {Path.Combine("runs", "tiny-42")}?";
        foreach (string[] call in (string[][])[["sample", "tiny-42"], ["show", "tiny-42"], ["train", "--resume", "tiny-42"]])
        {
            (int code, _, string error) = CapturedTool.Run(call);
            Assert.Equal((2, $"qdiff: {meant}\n"), (code, error));
        }
    }

    [Fact]
    public void AComparisonSaysWhatItIs()
    {
        (int code, _, string error) = CapturedTool.Run("-q", "compare", "tiny.yaml", "--name", "pair", "--runs", ".", "--seeds",
            "2", "--steps", "4", "--plan");
        Assert.Equal((0, ""), (code, error));
        const string work = "'qdiff work pair' goes on with it.", show = "'qdiff report pair' shows it, ",
            none = "pair is a comparison (runs planned: 2, folders of runs: 0): ";
        Assert.Contains(none + work, CapturedTool.Run("show", "pair").Error);
        Assert.Equal(0, CapturedTool.Run("runs", "pair").Code);
        Assert.Contains(none + work, CapturedTool.Run("runs", "pair").Output);
        foreach (string[] call in (string[][])[["report", "pair"], ["export", "pair"], ["export", "pair", "-w", "summary"],
            ["export", "pair", "-w", "steps"], ["export", "pair", "-w", "loss"]])
            CapturedTool.AssertRefused(none + work, call);
        (_, string listed, _) = ToolProcess.RunWith("QDIFF_COMMAND", "./qdiff", folder.Path, "runs", "pair");
        Assert.Contains("'./qdiff work pair' goes on with it.", listed);
        TinyExperiment.Start("pair").Dispose();
        Assert.Equal("of 1 run in pair none is finished\n", CapturedTool.Run("runs", "pair", "--state", "finished").Output);
        Assert.Contains($"(runs planned: 2, folders of runs: 1): {show}{work}", CapturedTool.Run("show", "pair").Error);
        Assert.Contains($"pair is a comparison; name one of its runs, such as {Path.Combine("pair", "tiny-42")}.",
            CapturedTool.Run("sample", "pair").Error);
        CapturedTool.AssertRefused($"(runs planned: 2, folders of runs: 1): {show}{work}", "export", "pair", "-w", "summary");
        CapturedTool.AssertRefused($"name one of its runs, such as {Path.Combine("pair", "tiny-42")}.", "export", "pair", "-w",
            "loss", "-o", "loss.svg");
        CapturedTool.AssertRefused("There is no table or chart 'los'. Did you mean loss?", "export", "pair", "-w", "los");
        File.WriteAllText(Path.Combine("pair", "comparison.json"), "{}");
        CapturedTool.AssertRefused($"pair is a comparison; name one of its runs, such as {Path.Combine("pair", "tiny-42")}.",
            "export", "pair", "-w", "parameters");
    }

    [Fact]
    public void TheFolderOfANetworkForEachClassNamesOne()
    {
        string sweep = Path.Combine("runs", "each");
        foreach (string name in (string[])["class-8", "class-1"]) SomeRuns.Add(sweep, name, 42, []);
        string one = $"{sweep} has a network for each class: name one of them, such as {Path.Combine(sweep, "class-1-42")}.";
        CapturedTool.AssertRefused(one, "show", sweep);
        CapturedTool.AssertRefused(one, "train", "--resume", sweep);
    }

    [Fact]
    public void ARunWithoutAStepIsGoneOnWithLikeOthers()
    {
        string run = SomeRuns.Add("runs", "new", 1, []);
        (int code, string output, _) = CapturedTool.Run("show", run);
        Assert.Equal(0, code);
        Assert.Contains($" train --resume {run}\n", output);
        File.Delete(Path.Combine(run, "manifest.json"));
        Assert.DoesNotContain("go on with", CapturedTool.Run("show", run).Output);
    }

    /// <summary>Its last checkpoint may have been written when the weights had blown up already.</summary>
    [Theory]
    [InlineData(0.5, true)]
    [InlineData(double.PositiveInfinity, false)]
    [InlineData(double.NaN, false)]
    public void ADivergedRunIsGoneOnWithFromSoundWeightsAlone(double score, bool isOffered)
    {
        string run = SomeRuns.Add("runs", "high", 1, [2, 3]);
        RunFolder.Open(run, Papers.Catalog).Checkpoints.Write(2, [("a", stream => stream.WriteByte(1))], new { }, score);
        File.WriteAllText(Path.Combine(run, ".diverged"), "Training diverged at step 3.\n");
        (int code, string output, _) = CapturedTool.Run("show", run);
        Assert.Equal(0, code);
        string from = isOffered ? $" --from {run}" : "";
        Assert.Contains($" train --config {Path.Combine(run, "config.yaml")}{from} --set name=NAME ", output);
    }

    [Fact]
    public void ATrainedModelIsNoFolderOfRuns()
    {
        foreach (string file in (string[])["README.md", "config.yaml"])
        {
            Directory.CreateDirectory("unet");
            File.WriteAllText(Path.Combine("unet", file), "name: unet\n");
        }

        CapturedTool.AssertRefused("unet is a trained model, which keeps nothing of its training", "dashboard", "unet");
    }

    [Fact]
    public void TheSmoothedLossDoesNotDependOnWhereARunWasInterrupted()
    {
        static JsonElement Trained(params string[] more)
        {
            (int code, string output, string error) = CapturedTool.Run(["train", "-q", "--json", .. more]);
            Assert.Equal((0, ""), (code, error));
            return JsonDocument.Parse(output).RootElement;
        }

        string[] begin = ["-c", "tiny.yaml", "--steps", "4"];
        JsonElement whole = Trained([.. begin, "--set", "name=whole"]);
        Trained([.. begin, "--set", "name=parts", "--max-time", "0.0001s"]);
        JsonElement parts = Trained("--resume", Path.Combine("runs", "parts-42"));
        double[] losses = [.. StepLog.Read(Path.Combine("runs", "whole-42", "steps.jsonl")).Select(step => step.Loss)];
        foreach (JsonElement run in (JsonElement[])[whole, parts])
        {
            Assert.Equal(losses[^1], run.GetProperty("loss").GetDouble());
            double[] weights = [.. losses.Select((_, i) => Math.Pow(0.95, losses.Length - 1 - i))];
            Assert.Equal(losses.Zip(weights, (loss, weight) => loss * weight).Sum() / weights.Sum(),
                run.GetProperty("smoothedLoss").GetDouble(), 1e-12);
        }
    }

    [Fact]
    public void ARunThatIsFinishedStaysAsItIs()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start("runs", "training.steps=2"));
        SortedDictionary<string, byte[]> before = TinyExperiment.Content(run, 2);
        (int code, string output, string error) = CapturedTool.Run("train", "-q", "--resume", run);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("2 of 2 steps done", output);
        Assert.DoesNotContain("NaN", output);
        string page = folder.File("plain.html");
        (code, _, error) = CapturedTool.Run("report", run, "-q", "--no-samples", "-o", page);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("this report was made without drawing samples.", File.ReadAllText(page));
        Assert.DoesNotContain("From noise to image", File.ReadAllText(page));
        TinyExperiment.AssertEqual(before, TinyExperiment.Content(run, 2));
        Assert.Equal([1, 2], StepLog.Read(Path.Combine(run, "steps.jsonl")).Select(step => (int)step.Number));
    }

    [Fact]
    public void ASeedIsASettingOfTheTraining()
    {
        (int code, string output, string error) =
            CapturedTool.Run("train", "-q", "-c", "tiny.yaml", "--seed", "43", "--max-time", "0.0001s");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("1 of 40 steps done, smoothed loss ", output);
        string run = Path.Combine("runs", "tiny-43");
        Assert.Equal(43, RunFolder.Open(run, Catalog.Default).Experiment.Config.Training.Seed);
        (code, _, error) = CapturedTool.Run("train", "-q", "--resume", run, "--seed", "44");
        Assert.Equal(2, code);
        Assert.Contains("training.seed is 43 in", error);
    }
}
