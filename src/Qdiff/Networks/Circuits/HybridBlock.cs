namespace Qdiff;

/// <summary>
/// A residual block with circuits in place of part of its two convolutions, as data. Each circuit takes the patches of the next
/// channels, Inputs / Patch² of them, and gives ReadOuts / Patch² channels; a convolution makes those that are left.
/// </summary>
/// <remarks>De Falco et al., arXiv 2402.16147, section 3.</remarks>
/// <example>
/// <code>
/// // 12 wires: patches of 2 × 2 pixels of 3 channels; seven circuits a convolution.
/// HybridBlock vertex = new() { Circuit = PublishedCircuits.HQConv(qubits: 12, layers: 3), Groups = 7, Patch = 2 };
/// Network network = new UNet { Image = new(1, 28, 28), Vertex = vertex }.Build();
/// </code>
/// </example>
public sealed record HybridBlock : PlacedCircuit
{
    /// <summary>How many circuits a stage has; each takes the channels after those of the one before.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Pixels a side of the patches, which do not overlap.</summary>
    public int Patch { get; init; } = 2;

    /// <summary>In which order a patch goes to the inputs.</summary>
    public WireOrder Order { get; init; }

    /// <summary>Inputs of the second stage.</summary>
    public SecondStage Second { get; init; }

    /// <summary>The circuits of the first stage serve the second too.</summary>
    public bool Shared { get; init; }

    /// <summary>What the convolutions are given.</summary>
    public ConvolutionInput Convolution { get; init; }

    /// <summary>A circuit of its own for the channels after the groups; null if a convolution takes them.</summary>
    public RemainderCircuit? Remainder { get; init; }

    /// <summary>Channels that circuits take.</summary>
    internal int ChannelsIn => Groups * PerCircuit(this, Circuit.Inputs, "inputs")
        + (Remainder is null ? 0 : PerCircuit(Remainder, Remainder.Circuit.Inputs, "inputs"));

    /// <summary>Channels that they give.</summary>
    internal int ChannelsOut => Groups * PerCircuit(this, Outputs, "read-outs")
        + (Remainder is null ? 0 : PerCircuit(Remainder, Remainder.Outputs, "read-outs"));

    /// <exception cref="ArgumentException">A circuit cannot be fed or read, or not in whole channels.</exception>
    internal void RequireWholeChannels()
    {
        Validate();
        Remainder?.Validate();
        _ = ChannelsIn + ChannelsOut;
    }

    /// <summary>How many whole channels so many inputs or read-outs are.</summary>
    internal int PerCircuit(PlacedCircuit circuit, int numbers, string what)
    {
        int pixels = Patch * Patch;
        return numbers % pixels == 0 ? numbers / pixels
            : throw new ArgumentException($"The circuit {circuit.Name} has {numbers} {what}, which are no whole channels of "
                + $"{Patch}×{Patch} pixels: {pixels}, {2 * pixels}, {3 * pixels}, … fit. Change the patch or the qubits.");
    }
}
