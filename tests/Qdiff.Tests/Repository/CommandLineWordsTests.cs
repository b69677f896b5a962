using System.Text.RegularExpressions;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Dashboard;
using Qdiff.Evaluation;
using Qdiff.Gpu;
using Qdiff.Imaging;
using Qdiff.Mpi;
using Qdiff.Onnx;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Reports;
using Qdiff.Tensors;

/// <summary>
/// The words of the command line are the tool's: no library speaks of options or verbs, so that whoever uses one in another
/// program can show its messages.
/// </summary>
public class CommandLineWordsTests
{
    static readonly Regex s_verbs = new(
        $@"(^|\W)--[a-z]|qdiff ({string.Join('|', Tool.Commands(Papers.Catalog).Subcommands.Select(verb => verb.Name))})\b");

    [Theory]
    [InlineData(typeof(InputException))]
    [InlineData(typeof(Tensor))]
    [InlineData(typeof(Circuit))]
    [InlineData(typeof(Raster))]
    [InlineData(typeof(Network))]
    [InlineData(typeof(Evaluator))]
    [InlineData(typeof(Report))]
    [InlineData(typeof(DashboardServer))]
    [InlineData(typeof(GpuDevice))]
    [InlineData(typeof(OnnxModel))]
    [InlineData(typeof(MpiGroup))]
    [InlineData(typeof(Papers))]
    public void NoLibrarySpeaksOfOptionsOrVerbs(Type one) =>
        Assert.DoesNotContain(CompiledCalls.Texts(one.Assembly), text => s_verbs.IsMatch(text));

    /// <summary>The walk over compiled code sees what it looks for, in the tool itself.</summary>
    [Fact]
    public void WordsAreSeen()
    {
        string[] seen = [.. CompiledCalls.Texts(typeof(QdiffTool).Assembly).Where(text => s_verbs.IsMatch(text))];
        Assert.Contains("--data-dir", seen);
        Assert.Contains(seen, text => text.Contains("qdiff classifier train"));
    }

    [Fact]
    public void TheToolHasWordsForEveryRemedy() => Assert.All(Enum.GetValues<Remedy>(), remedy =>
        Assert.Equal(remedy == Remedy.None, Remedies.Of(new InputException("x") { Remedy = remedy, Subject = "mnist" }) == ""));
}
