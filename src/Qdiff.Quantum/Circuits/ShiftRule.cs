namespace Qdiff.Quantum;

/// <summary>How the derivative by an angle follows from expectations at shifted angles.</summary>
public enum ShiftRule
{
    /// <summary>The gate has no angle.</summary>
    None,

    /// <summary>½[f(θ+π/2) − f(θ−π/2)]: the generator has two eigenvalues one apart.</summary>
    TwoTerm,

    /// <summary>c₊[f(θ+π/2) − f(θ−π/2)] − c₋[f(θ+3π/2) − f(θ−3π/2)], c± = (√2±1)/(4√2): a controlled rotation.</summary>
    FourTerm,
}
