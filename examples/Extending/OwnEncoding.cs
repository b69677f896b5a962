using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Quantum;

namespace Examples;

/// <summary>
/// A way of one's own to bring features into a circuit: <c>--set model.vertex.encoding=twice</c> puts it in front of any circuit
/// that has no inputs of its own.
/// </summary>
static class OwnEncoding
{
    /// <summary>Each feature turns its wire about two axes, so that the read-out of one wire is no plain cosine.</summary>
    static IEnumerable<Gate> Twice(int qubits)
    {
        for (int q = 0; q < qubits; q++)
        {
            yield return Gate.RY(q, Angle.Input(q));
            yield return Gate.RZ(q, Angle.Input(q, scale: 2));
            yield return Gate.RY(q, Angle.Input(q));
        }
    }

    public static int Main(string[] args) => QdiffTool.Run(args, Papers.Catalog with
    {
        Encodings = [.. Papers.Catalog.Encodings, NamedEncoding.Create("twice", Twice, "RY, RZ and RY by input i on wire i")],
    });
}
