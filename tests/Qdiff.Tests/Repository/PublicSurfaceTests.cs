using System.Reflection;
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
/// The public surface of each library is a file, docs/public/PROJECT.txt: nothing becomes public, or ceases to be, unseen. When
/// it
/// should change, <c>dotnet test --project tests/Qdiff.Tests -- --filter-class PublicSurfaceTests --explicit only</c> writes it.
/// </summary>
public class PublicSurfaceTests
{
    public static TheoryData<Type> Libraries => [typeof(InputException), typeof(Tensor), typeof(Circuit), typeof(Raster),
        typeof(Network), typeof(Evaluator), typeof(Papers), typeof(Report), typeof(MpiGroup), typeof(OnnxModel),
        typeof(DashboardServer), typeof(GpuDevice), typeof(QdiffTool)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void IsThatOfTheFile(Type one) =>
        Assert.Equal(Repository.Read(PathOf(one.Assembly)), PublicSurface.Of(one.Assembly));

    [Theory(Explicit = true)]
    [MemberData(nameof(Libraries))]
    public void IsWritten(Type one) =>
        File.WriteAllText(Path.Combine(Repository.Root, PathOf(one.Assembly)), PublicSurface.Of(one.Assembly));

    static string PathOf(Assembly assembly) => $"docs/public/{assembly.GetName().Name}.txt";
}
