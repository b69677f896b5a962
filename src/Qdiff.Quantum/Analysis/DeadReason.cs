namespace Qdiff.Quantum;

/// <summary>Why an input or a weight cannot act on any read-out.</summary>
public enum DeadReason
{
    /// <summary>No gate's angle contains it: it is never used, its coefficient is 0, or it cancels.</summary>
    Unused,

    /// <summary>No gate on the way to a read-out has it.</summary>
    OutsideLightCone,

    /// <summary>Its gates commute with what is read out: phases before Z.</summary>
    DiagonalBeforeReadOut,

    /// <summary>Its gates are phases of a wire that is still |0⟩, or their control is still |0⟩.</summary>
    WireStillZero,

    /// <summary>The state before its gates is one that they only multiply by a phase.</summary>
    StateUnmoved,

    /// <summary>Several gates have it, and what they do to the read-outs adds up to nothing.</summary>
    Cancels,

    /// <summary>Its gates move the state, but no read-out sees it.</summary>
    NotSeen,
}
