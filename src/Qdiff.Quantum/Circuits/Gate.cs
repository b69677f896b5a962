namespace Qdiff.Quantum;

/// <summary>
/// One gate of a circuit. <c>Partner</c> is the control of a controlled gate or the second target of a symmetric one, and −1 for
/// a gate on one wire. A rotation uses <c>Angle</c>; U3(θ, φ, λ) uses all three. The constructor takes the target first; the
/// functions below take wires as they are written, the control first.
/// </summary>
public sealed record Gate(GateKind Kind, int Target, int Partner = -1, Angle Angle = default, Angle Phi = default,
    Angle Lambda = default)
{
    /// <summary>The row of the table for this kind.</summary>
    public GateSpec Spec => GateTable.Spec(Kind);

    /// <summary>The control, if the gate has one.</summary>
    public int? Control => Spec.Shape == GateShape.Controlled ? Partner : null;

    /// <summary>The wires in the order of the gate's matrix and of QASM: control before target.</summary>
    public int[] Wires => Spec.Shape switch
    {
        GateShape.Single => [Target],
        GateShape.Controlled => [Partner, Target],
        _ => [Target, Partner],
    };

    /// <summary>The angles in the order of the matrix and of QASM: none, θ, or θ, φ, λ.</summary>
    public Angle[] Angles => Spec.Angles switch { 0 => [], 1 => [Angle], _ => [Angle, Phi, Lambda] };

    /// <summary>The same gate with other angles, in the order of <see cref="Angles"/>.</summary>
    public Gate WithAngles(params ReadOnlySpan<Angle> angles) => angles.Length != Spec.Angles
        ? throw new ArgumentException($"{Spec.Name} has {Spec.Angles} angles, got {angles.Length}.", nameof(angles))
        : angles.Length switch
        {
            0 => this,
            1 => this with { Angle = angles[0] },
            _ => this with { Angle = angles[0], Phi = angles[1], Lambda = angles[2] },
        };

    /// <summary>The gate that undoes this one.</summary>
    public Gate Inverse => Spec.Invert(this) with { Written = Written?.Inverse };

    /// <summary>The gate of a program that this is a part of; null for a gate that is written as it is.</summary>
    internal WrittenGate? Written { get; init; }

    /// <summary>Whether both are the same gate, however they were written.</summary>
    public bool Equals(Gate? other) => other is not null
        && (Kind, Target, Partner) == (other.Kind, other.Target, other.Partner)
        && (Angle, Phi, Lambda) == (other.Angle, other.Phi, other.Lambda);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Target, Partner, Angle, Phi, Lambda);

    /// <summary><c>H 0</c>, <c>RX(x3) 3</c>, <c>CRZ(w1) 8→11</c> or <c>SWAP 1,2</c>.</summary>
    public override string ToString()
    {
        string angles = Spec.Angles == 0 ? "" : $"({string.Join(", ", Angles)})";
        return $"{Spec.Name}{angles} {string.Join(Spec.Shape == GateShape.Controlled ? "→" : ",", Wires)}";
    }

    /// <summary>Nothing: a wire that waits, for noise that comes with every gate.</summary>
    public static Gate I(int target) => new(GateKind.I, target);

    /// <summary>Pauli X.</summary>
    public static Gate X(int target) => new(GateKind.X, target);

    /// <summary>Pauli Y.</summary>
    public static Gate Y(int target) => new(GateKind.Y, target);

    /// <summary>Pauli Z.</summary>
    public static Gate Z(int target) => new(GateKind.Z, target);

    /// <summary>diag(1, i).</summary>
    public static Gate S(int target) => new(GateKind.S, target);

    /// <summary>diag(1, e^{iπ/4}).</summary>
    public static Gate T(int target) => new(GateKind.T, target);

    /// <summary>RX(θ).</summary>
    public static Gate RX(int target, Angle angle) => new(GateKind.RX, target, -1, angle);

    /// <summary>RY(θ).</summary>
    public static Gate RY(int target, Angle angle) => new(GateKind.RY, target, -1, angle);

    /// <summary>RZ(θ).</summary>
    public static Gate RZ(int target, Angle angle) => new(GateKind.RZ, target, -1, angle);

    /// <summary>Hadamard.</summary>
    public static Gate H(int target) => new(GateKind.H, target);

    /// <summary>diag(1, e^{iθ}).</summary>
    public static Gate Phase(int target, Angle angle) => new(GateKind.Phase, target, -1, angle);

    /// <summary>Phase(φ) · RY(θ) · Phase(λ).</summary>
    public static Gate U3(int target, Angle theta, Angle phi, Angle lambda) => new(GateKind.U3, target, -1, theta, phi, lambda);

    /// <summary>X on the target when the control is 1.</summary>
    public static Gate CNOT(int control, int target) => new(GateKind.CNOT, target, control);

    /// <summary>Z on the target when the control is 1.</summary>
    public static Gate CZ(int control, int target) => new(GateKind.CZ, target, control);

    /// <summary>e^{iθ} where both are 1.</summary>
    public static Gate CPhase(int control, int target, Angle angle) => new(GateKind.CPhase, target, control, angle);

    /// <summary>Both wires exchanged.</summary>
    public static Gate SWAP(int first, int second) => new(GateKind.SWAP, first, second);

    /// <summary>RX on the target when the control is 1.</summary>
    public static Gate CRX(int control, int target, Angle angle) => new(GateKind.CRX, target, control, angle);

    /// <summary>RY on the target when the control is 1.</summary>
    public static Gate CRY(int control, int target, Angle angle) => new(GateKind.CRY, target, control, angle);

    /// <summary>RZ on the target when the control is 1.</summary>
    public static Gate CRZ(int control, int target, Angle angle) => new(GateKind.CRZ, target, control, angle);

    /// <summary>exp(−iθ X⊗X/2).</summary>
    public static Gate RXX(int first, int second, Angle angle) => new(GateKind.RXX, first, second, angle);

    /// <summary>exp(−iθ Y⊗Y/2).</summary>
    public static Gate RYY(int first, int second, Angle angle) => new(GateKind.RYY, first, second, angle);

    /// <summary>exp(−iθ Z⊗Z/2).</summary>
    public static Gate RZZ(int first, int second, Angle angle) => new(GateKind.RZZ, first, second, angle);
}
