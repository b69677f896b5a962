using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;

/// <summary>Metrics for the card of a model that is made of a run. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class MadeModelMetricsTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Of a model nothing need have been made yet, and a loss draws no samples that would make the folder.</summary>
    [Fact]
    public void ALossIsKeptBeforeAnySampleIsDrawn()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start("runs", "data.perClass=4", "training.steps=2"));
        PretrainedMaking.Make([RunFolder.Open(run, Papers.Catalog)], "own", MadeModels.Options);
        Assert.False(Directory.Exists("runs/pretrained"));
        EvaluationReport report = new RunEvaluation { Samples = 20 }.Run(RunFolder.Open("own", Papers.Catalog), new()
        { Preset = EvaluationPreset.Domain.Measuring([new DenoisingLossMetric()]) });
        Assert.Equal(report.Key, Assert.Single(MetricsFile.Read("runs/pretrained/own/metrics.json").Evaluations).Key);
    }

    [Fact]
    public void EvaluationsOfAnEarlierStepAreRefusedWhereTheirFileIsNamed()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start("runs", "data.perClass=4", "training.steps=2")),
            file = Path.Combine(run, MetricsFile.FileName);
        MetricsFile.Add(file, new()
        {
            Key = "ddim-2-average-1",
            Subject = "tiny-42, ddim 2, seed 7, average weights of step 1",
            Step = 1,
            Samples = 20,
            Preset = "domain",
            Metrics = [],
            Missing = [],
            Notes = [],
        });
        string[] make = ["pretrained", "make", run, "-o", "own", "--sampling-steps", "2", "--commit", "0123abcd", "--license",
            "cc0-1.0", "--repeat", "make again", "--json", "-q"];
        CapturedTool.AssertRefused("has no evaluation of the average weights of step 2.", [.. make, "--metrics", file]);
        // The denoising loss is of no samples, and a card tells of them alone.
        MetricsFile.Add(file, new()
        {
            Key = "step-000002-average-loss",
            Subject = "tiny-42, average weights of step 2",
            Step = 2,
            Samples = 0,
            Preset = "domain",
            Metrics = [new(new(1, new() { Metric = "denoising-loss", Features = "epsilon", GeneratedCount = 0 }))],
            Missing = [],
            Notes = [],
        });
        (int code, string output, string error) = CapturedTool.Run(make);
        Assert.Equal((0, ""), (code, error));
        Assert.Empty(JsonDocument.Parse(output).RootElement.GetProperty("metrics").EnumerateArray());
        string card = File.ReadAllText(folder.File("own/README.md"));
        Assert.All((string[])["license: \"cc0-1.0\"\n", "The weights: cc0-1.0.\n", "Repeated by `make again`."],
            part => Assert.Contains(part, card));

        // Whoever has the folder has its configuration, wherever it was made.
        Assert.Equal(0, CapturedTool.Run([.. make[..^4], "--force", "-q"]).Code);
        Assert.Contains("Repeated by `qdiff train --config config.yaml` in this folder.",
            File.ReadAllText(folder.File("own/README.md")));
    }
}
