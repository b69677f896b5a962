namespace Qdiff;

/// <summary>
/// Weights of channels as data: the means of all channels at the bottleneck become the inputs of one circuit, its read-outs a
/// factor for each channel.
/// </summary>
/// <remarks>Chen et al. 2025, arXiv 2504.00034.</remarks>
public sealed record CircuitGate : PlacedCircuit
{
    /// <summary>A dense layer makes the inputs; otherwise input i is π·sigmoid of the mean of the i-th bundle of
    /// channels.</summary>
    public bool Projected { get; init; } = true;

    /// <summary>No gradient goes back into the inputs.</summary>
    public bool Detached { get; init; }
}
