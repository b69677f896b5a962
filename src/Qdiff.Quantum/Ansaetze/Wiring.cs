namespace Qdiff.Quantum;

/// <summary>Which reading of a published circuit: its text, its code, or its code with the evident slip mended.</summary>
public enum Wiring
{
    /// <summary>What the text says, everything trainable: control p → target p + s.</summary>
    Paper,

    /// <summary>What the published code does, defects included.</summary>
    Released,

    /// <summary>
    /// The published code with HQConv's loop bound corrected; the same as <see cref="Released"/> for the other circuits.
    /// </summary>
    Repaired,
}
