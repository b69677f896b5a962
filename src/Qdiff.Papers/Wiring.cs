namespace Qdiff.Papers;

/// <summary>Which reading of a published circuit: its text, its code, or its code with the evident slip mended.</summary>
public enum Wiring
{
    /// <summary>What the text says, everything trainable: control p → target p + s.</summary>
    Paper,

    /// <summary>What the published code does, defects included.</summary>
    Released,

    /// <summary>
    /// The published code with HQConv's loop bound corrected, its wire order and gate directions kept; the other circuits are
    /// those of <see cref="Released"/>. In a network it also mends what feeds the second stage, shared circuits, the missing
    /// timestep and system B's gate, which is then that of <see cref="Paper"/>; <c>docs/divergences.md</c> lists it all.
    /// </summary>
    Repaired,
}
