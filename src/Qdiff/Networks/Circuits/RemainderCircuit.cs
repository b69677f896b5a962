namespace Qdiff;

/// <summary>The circuit of a block for the channels after its groups, which may be too few for one more group.</summary>
public sealed record RemainderCircuit : PlacedCircuit
{
    /// <summary>The circuit of the second stage is declared but never run: that of the first runs in its place.</summary>
    public bool SecondIdle { get; init; }
}
