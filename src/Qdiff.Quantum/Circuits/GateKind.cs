namespace Qdiff.Quantum;

/// <summary>The kinds of gates; <see cref="GateTable"/> says everything about each.</summary>
public enum GateKind
{
    /// <summary>Nothing.</summary>
    I,
    /// <summary>Pauli X.</summary>
    X,
    /// <summary>Pauli Y.</summary>
    Y,
    /// <summary>Pauli Z.</summary>
    Z,
    /// <summary>Hadamard.</summary>
    H,
    /// <summary>diag(1, i).</summary>
    S,
    /// <summary>diag(1, e^{iπ/4}).</summary>
    T,
    /// <summary>exp(−iθX/2).</summary>
    RX,
    /// <summary>exp(−iθY/2).</summary>
    RY,
    /// <summary>exp(−iθZ/2).</summary>
    RZ,
    /// <summary>diag(1, e^{iθ}).</summary>
    Phase,
    /// <summary>Phase(φ) · RY(θ) · Phase(λ): any one-qubit gate up to a phase.</summary>
    U3,
    /// <summary>X on the target when the control is 1.</summary>
    CNOT,
    /// <summary>Z on the target when the control is 1.</summary>
    CZ,
    /// <summary>Exchanges two wires.</summary>
    SWAP,
    /// <summary>RX on the target when the control is 1.</summary>
    CRX,
    /// <summary>RY on the target when the control is 1.</summary>
    CRY,
    /// <summary>RZ on the target when the control is 1.</summary>
    CRZ,
    /// <summary>Phase on the target when the control is 1.</summary>
    CPhase,
    /// <summary>exp(−iθ X⊗X/2).</summary>
    RXX,
    /// <summary>exp(−iθ Y⊗Y/2).</summary>
    RYY,
    /// <summary>exp(−iθ Z⊗Z/2).</summary>
    RZZ,
}
