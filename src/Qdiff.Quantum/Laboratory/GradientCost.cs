namespace Qdiff.Quantum;

/// <summary>Of what the gradients are taken.</summary>
public enum GradientCost
{
    /// <summary>⟨Z⟩ of the first wire.</summary>
    FirstWire,

    /// <summary>1 − (1/n) Σ P(wire is 0): wires one by one.</summary>
    Local,

    /// <summary>1 − P(all wires are 0).</summary>
    Global,
}
