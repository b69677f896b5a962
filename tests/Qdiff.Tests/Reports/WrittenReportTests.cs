using System.Runtime.CompilerServices;
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
}
