using Qdiff.Quantum;

namespace Qdiff;

/// <summary>The circuits by name that belong to no paper in particular.</summary>
public static class NamedCircuits
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<NamedCircuit> All { get; } =
    [
        NamedCircuit.Create("basic", Ansatz.BasicEntangler) with { Summary = "RX on every wire and a ring of CNOTs", Layers = 4 },
        NamedCircuit.Create("strongly-entangling", Ansatz.StronglyEntangling) with
        { Summary = "RZ, RY, RZ on every wire and CNOTs of growing distance, arXiv 1804.00633", Layers = 2 },
        NamedCircuit.Create("hardware-efficient", Ansatz.HardwareEfficient) with
        { Summary = "RY and RZ on every wire, CZ on neighbours, arXiv 1704.05018", Layers = 2 },
        .. Enumerable.Range(1, SimAnsatz.Count).Select(number => NamedCircuit.Create($"sim-{number}",
            (qubits, layers) => SimAnsatz.Gates(number, qubits, layers)) with
        { Summary = $"circuit {number} of Sim et al. 2019, arXiv 1905.10876", Encoding = NamedEncoding.None }),
    ];
}
