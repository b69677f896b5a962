using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Quantum;

namespace Examples;

/// <summary>
/// An ansatz of one's own in the vertex of a U-Net: <c>train --config mnist-unet --set model.vertex.circuit=ring</c>. It is
/// drawn, audited and simulated like any other: <c>circuit show ring</c>.
/// </summary>
static class OwnAnsatz
{
    /// <summary>RY on every wire, then controlled RX around the ring; weights are counted as they come. With controlled RZ
    /// those of the last layer would be dead, diagonal as they are before read-outs of Z: <c>audit</c> says so.</summary>
    static IEnumerable<Gate> Ring(int qubits, int layers)
    {
        int weight = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int q = 0; q < qubits; q++) yield return Gate.RY(q, Angle.Weight(weight++));
            for (int q = 0; q < qubits; q++) yield return Gate.CRX(q, (q + 1) % qubits, Angle.Weight(weight++));
        }
    }

    public static int Main(string[] args) => QdiffTool.Run(args, Papers.Catalog with
    {
        Circuits =
        [
            .. Papers.Catalog.Circuits,
            NamedCircuit.Create("ring", Ring) with { Summary = "RY on every wire, CRX around the ring", Layers = 2 },
        ],
    });
}
