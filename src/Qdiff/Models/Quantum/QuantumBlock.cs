using Qdiff.Quantum;

namespace Qdiff;

/// <summary>Which circuit a hybrid block uses.</summary>
public enum QuantumAnsatz
{
    /// <summary>Entangles the pixels of a channel, then the first pixels across channels; 28 weights a layer.</summary>
    HQConv,

    /// <summary>Entangles the channels of a pixel; 24 weights a layer.</summary>
    FQConv,
}

/// <summary>Where the circuits of a block's second stage get their inputs.</summary>
public enum SecondStage
{
    /// <summary>The hidden state, as the papers say.</summary>
    Hidden,

    /// <summary>The block's input again: the released quanvolution (divergence A-05).</summary>
    Input,

    /// <summary>Nowhere: the first stage's outputs are used again and the second circuits are dead (divergence A-02).</summary>
    Reused,
}

/// <summary>A residual block with circuits in place of part of its two convolutions, as data.</summary>
/// <remarks>De Falco et al., arXiv 2402.16147, section 3.</remarks>
public sealed record QuantumBlock
{
    /// <summary>Groups of three channels that go through 12-qubit circuits, 2×2 pixels at a time.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>A 4-qubit circuit for the channel after the groups: the full vertex leaves 1 of 40.</summary>
    public bool Remainder { get; init; }

    /// <summary>The 12-qubit circuits' ansatz.</summary>
    public QuantumAnsatz Ansatz { get; init; }

    /// <summary>Layers of the ansatz.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>One circuit serves both stages.</summary>
    public bool Shared { get; init; }

    /// <summary>The convolutions see all channels (and give those that circuits do not) instead of only those that circuits
    /// leave.</summary>
    public bool ConvolutionSeesAll { get; init; }

    /// <summary>Inputs of the second stage.</summary>
    public SecondStage Second { get; init; }

    /// <summary>The 4-qubit circuit of the first stage serves both (divergence A-03).</summary>
    public bool RemainderShared { get; init; }

    /// <summary>Which reading of the paper the circuits and the order of wires follow.</summary>
    public Wiring Wiring { get; init; }

    /// <summary>The 12-qubit circuit.</summary>
    public Circuit Circuit => Ansatz == QuantumAnsatz.HQConv
        ? PublishedCircuits.HQConv(layers: Layers, wiring: Wiring)
        : PublishedCircuits.FQConv(layers: Layers, wiring: Wiring);

    /// <summary>Channels that circuits take: three a group and one for the remainder.</summary>
    public int QuantumChannels => 3 * Groups + (Remainder ? 1 : 0);
}
