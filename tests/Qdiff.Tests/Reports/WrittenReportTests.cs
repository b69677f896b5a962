using System.Runtime.CompilerServices;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Reports;

/// <summary>The report that a verb leaves behind.</summary>
public sealed class WrittenReportTests : IDisposable
{
    const string Variable = "QDIFF_REPORT";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The tool's many runs in these tests leave none where it is not what is looked at: drawing them took as long as a
    /// third of the runs.</summary>
    [ModuleInitializer]
    internal static void OtherTestsDoWithout() => Environment.SetEnvironmentVariable(Variable, "none");

    [Theory]
    [InlineData("", true)]
    [InlineData("none", false, Explicit = true)]
    public void ATrainingLeavesOneUnlessItIsToldNotTo(string value, bool written)
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml);
        (int code, string output, string error) =
            ToolProcess.RunWith(Variable, value, folder.Path, "train", "-c", "tiny.yaml", "--steps", "2");
        Assert.Equal(0, code);
        string file = Path.Combine("runs", "tiny-42", Report.FileName);
        Assert.Equal(written, File.Exists(folder.File(file)));
        Assert.Equal(written, (output + error).Contains($"report: {file}"));
        if (written) ReportPages.AssertSound(ReportPages.Parse(File.ReadAllText(folder.File(file))));
    }

    [Fact]
    public void ATrainingThatDivergesLeavesOneToo()
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml);
        (int code, _, string error) = ToolProcess.RunWith(Variable, "", folder.Path, "train", "-c", "tiny.yaml", "--set",
            "training.learningRate=10");
        Assert.Equal(1, code);
        Assert.Contains("qdiff: Training diverged at step ", error);
        string page = File.ReadAllText(folder.File(Path.Combine("runs", "tiny-42", Report.FileName)));
        Assert.Equal("diverged", ReportPages.Parse(page).QuerySelector(".state")!.TextContent);
    }

    /// <summary>A study of seconds; CI runs it.</summary>
    [Fact(Explicit = true)]
    public void AMeasurementByShotsIsInIt()
    {
        string yaml = TinyExperiment.WholeImagesYaml.Replace("multipliers: [1, 2]", """
            multipliers: [1, 1, 3]
              vertex:
                circuit: basic
                qubits: 4
                layers: 1
                groups: 2
                patch: 1
            """);
        string run = TinyExperiment.Train(TrainingRun.Start(ResolvedExperiment.Parse(yaml, "tiny.yaml", Papers.Catalog),
            folder.Path, ["test"]), 1);
        (int code, _, string error) = ToolProcess.RunWith(Variable, "", folder.Path, "evaluate", run, "--shots", "2", "--samples",
            "20", "--sampler", "ddim", "--sampling-steps", "2", "--metrics", "kid", "--sample-seed", "9", "--noise-seeds", "6");
        Assert.True(code == 0, error);
        NoiseStudyResult study = NoiseStudyResult.Read(Path.Combine(run, NoiseStudyResult.FileName));
        Assert.StartsWith("ddim 2, seed 9, ", study.Sampler);
        Assert.All(study.Arms, arm => Assert.Equal(6, arm.Metrics.Single().Values.Count));
        string page = File.ReadAllText(Path.Combine(run, Report.FileName));
        Assert.Contains("2 shots, ideal", ReportPages.Parse(page).GetElementById("noise")!.TextContent);
    }
}
