using Qdiff.Quantum;

namespace Qdiff.Papers;

/// <summary>The circuits of the three published systems, encoding included, read out as Pauli Z of every wire.</summary>
public static class PublishedCircuits
{
    /// <summary>RX(input) encoding and HQConv: 28 weights a layer at 12 qubits.</summary>
    public static Circuit HQConv(int qubits = 12, int layers = 3, Wiring wiring = Wiring.Paper) => new(qubits,
        Embedding.Angles(qubits).Concat(PaperAnsatz.HQConv(qubits, layers, wiring)), qubits,
        layers * PaperAnsatz.HQConvWeights(qubits));

    /// <summary>RX(input) encoding and FQConv: 24 weights a layer at 12 qubits.</summary>
    public static Circuit FQConv(int qubits = 12, int layers = 3, Wiring wiring = Wiring.Paper) =>
        new(qubits, Embedding.Angles(qubits).Concat(PaperAnsatz.FQConv(qubits, layers, wiring)));

    /// <summary>RX(input) encoding and the basic entangler, whose angles are not scaled.</summary>
    public static Circuit Basic(int qubits = 4, int layers = 4) =>
        new(qubits, Embedding.Angles(qubits).Concat(Ansatz.BasicEntangler(qubits, layers)));

    /// <summary>System B: RY(input) encoding and the CNOT chain; trainable (paper) or as released.</summary>
    public static Circuit QuantumAttention(int qubits = 16, int layers = 3, Wiring wiring = Wiring.Paper) =>
        new(qubits, Embedding.Angles(qubits, RotationAxis.Y).Concat(PaperAnsatz.CnotChain(qubits, layers, wiring)));
}
