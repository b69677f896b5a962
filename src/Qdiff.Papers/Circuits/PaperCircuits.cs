using Qdiff.Quantum;

namespace Qdiff.Papers;

/// <summary>The circuits of the three published systems by name, each as its text has it and as its code has it.</summary>
public static class PaperCircuits
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<NamedCircuit> All { get; } =
    [
        Vertex("hqconv", "entangles the pixels of a channel, then channels; arXiv 2402.16147", Wiring.Paper),
        Vertex("hqconv-released", "HQConv as released: no register is entangled in itself", Wiring.Released),
        Vertex("hqconv-repaired", "HQConv as released, its loop over registers corrected", Wiring.Repaired),
        Pixels("fqconv", "entangles the channels of a pixel; arXiv 2402.16147", Wiring.Paper),
        Pixels("fqconv-released", "FQConv as released", Wiring.Released),
        Attention("attention", "RY, RZ and a chain of CNOTs; the channel gate of arXiv 2504.00034", Wiring.Paper),
        Attention("attention-released", "the channel gate as released: no angle can act", Wiring.Released),
    ];

    /// <summary>The circuit of this name.</summary>
    internal static NamedCircuit Named(string name) => All.First(circuit => circuit.Name == name);

    /// <summary>The circuit as this wiring has it: only HQConv has a repaired form, other circuits are then the released
    /// ones.</summary>
    public static NamedCircuit As(Wiring wiring, NamedCircuit circuit)
    {
        string[] endings = wiring switch
        {
            Wiring.Released => ["-released"],
            Wiring.Repaired => ["-repaired", "-released"],
            _ => [],
        };
        return endings.Select(ending => All.FirstOrDefault(c => c.Name == circuit.Name + ending))
            .FirstOrDefault(c => c is not null) ?? circuit;
    }

    static NamedCircuit Vertex(string name, string summary, Wiring wiring) => NamedCircuit.Create(name, (qubits, layers) =>
        new Circuit(qubits, PaperAnsatz.HQConv(qubits, layers, wiring), weights: layers * PaperAnsatz.HQConvWeights(qubits))) with
    { Summary = summary, Qubits = 12, Layers = 3 };

    static NamedCircuit Pixels(string name, string summary, Wiring wiring) => NamedCircuit.Create(name, (qubits, layers) =>
        new Circuit(qubits, PaperAnsatz.FQConv(qubits, layers, wiring))) with
    { Summary = summary, Qubits = 12, Layers = 3 };

    static NamedCircuit Attention(string name, string summary, Wiring wiring) => NamedCircuit.Create(name, (qubits, layers) =>
        new Circuit(qubits, PaperAnsatz.CnotChain(qubits, layers, wiring))) with
    { Summary = summary, Qubits = 16, Layers = 3, Encoding = NamedEncoding.RY };
}
