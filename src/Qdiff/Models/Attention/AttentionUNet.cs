namespace Qdiff;

/// <summary>The two network generations of the quantum-attention system.</summary>
public enum AttentionDepth
{
    /// <summary>Three convolutions down, one residual block, two up, one skip.</summary>
    Light,

    /// <summary>Residual blocks with the time in each, two skips.</summary>
    Full,
}

/// <summary>What weighs the channels at the bottleneck.</summary>
public enum ChannelGate
{
    /// <summary>Nothing: the system's classical network.</summary>
    None,

    /// <summary>16 qubits × 3 layers between pooled features and channel weights, trainable.</summary>
    Quantum,

    /// <summary>The published circuit: its angles act on nothing and its input is detached.</summary>
    QuantumReleased,

    /// <summary>As many trainable numbers as the quantum gate, none of them quantum: the matched control.</summary>
    SqueezeExcite,
}

/// <summary>A network of the quantum-attention system as data.</summary>
/// <remarks>Chen et al. 2025, arXiv 2504.00034; squeeze-and-excitation: Hu et al., arXiv 1709.01507.</remarks>
public sealed record AttentionUNet : INetworkDesign
{
    /// <summary>Which generation.</summary>
    public AttentionDepth Depth { get; init; }

    /// <summary>What weighs the channels.</summary>
    public ChannelGate Gate { get; init; } = ChannelGate.Quantum;

    /// <summary>Image channels: 1 grey, 3 colour.</summary>
    public int ImageChannels { get; init; } = 1;

    /// <summary>Pixels a side; divisible by 4.</summary>
    public int ImageSize { get; init; } = 28;

    /// <inheritdoc/>
    public Network Build(Control control = Control.None)
    {
        if (control != Control.None && Gate is not (ChannelGate.Quantum or ChannelGate.QuantumReleased))
            throw new ArgumentException($"The network has no circuits, so the control '{control.ToString().ToLowerInvariant()}' "
                + $"has nothing to replace.");
        if (control == Control.Shrunk)
            throw new ArgumentException("A quantum gate adds to its network, so nothing can be shrunk to its count; the models "
                + "'-plain' and '-matched' are its classical controls.");
        if (ImageChannels < 1) throw new ArgumentException($"ImageChannels is {ImageChannels}; it must be positive.");
        if (ImageSize < 4 || ImageSize % 4 != 0)
            throw new ArgumentException($"ImageSize is {ImageSize}; the network halves it twice, so it must be a multiple of 4.");
        return Depth == AttentionDepth.Light ? new LightAttentionNetwork(this, control) : new FullAttentionNetwork(this, control);
    }
}
