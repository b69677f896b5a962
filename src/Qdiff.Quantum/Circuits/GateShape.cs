namespace Qdiff.Quantum;

/// <summary>How a gate uses its wires.</summary>
public enum GateShape
{
    /// <summary>One target.</summary>
    Single,

    /// <summary>A one-qubit gate on the target when the control (<see cref="Gate.Partner"/>) is 1.</summary>
    Controlled,

    /// <summary>Two equal targets.</summary>
    Symmetric,
}
