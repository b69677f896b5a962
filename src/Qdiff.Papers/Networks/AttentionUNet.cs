using Qdiff.Tensors;

namespace Qdiff.Papers;

/// <summary>The two network generations of the quantum-attention system.</summary>
public enum AttentionDepth
{
    /// <summary>Three convolutions down, one residual block, two up, one skip.</summary>
    Light,

    /// <summary>Residual blocks with the time in each, two skips.</summary>
    Full,
}

/// <summary>A network of the quantum-attention system as data.</summary>
/// <remarks>Chen et al. 2025, arXiv 2504.00034; squeeze-and-excitation: Hu et al., arXiv 1709.01507.</remarks>
public sealed record AttentionUNet : INetworkDesign
{
    /// <summary>Which generation.</summary>
    public AttentionDepth Depth { get; init; }

    /// <summary>The circuit that weighs the channels at the bottleneck; null for none.</summary>
    public CircuitGate? Gate { get; init; }

    /// <summary>Without a circuit, a classical gate of as many trainable numbers as the published one stands in its
    /// place.</summary>
    public bool Matched { get; init; }

    /// <summary>Channels, height and width of the images; both sides are divisible by 4.</summary>
    public Shape Image { get; init; } = [1, 28, 28];

    /// <inheritdoc/>
    public Network Build(Control? control = null)
    {
        Control instead = control ?? Control.None;
        if (instead != Control.None && Gate is null)
            throw new ArgumentException($"The network has no circuits, so the control '{instead.Name}' has nothing "
                + "to replace.");
        if (instead.Network is not null)
            throw new ArgumentException("A quantum gate adds to its network, so nothing can be shrunk to its count; the models "
                + "'-plain' and '-matched' are its classical controls.");
        if (Gate is not null && Matched) throw new ArgumentException("A network has a gate of a circuit or a classical one, "
            + "not both.");
        if (Image.Rank != 3) throw new ArgumentException($"Image is {Image}; it must be [channels, height, width].");
        if (Image[1] % 4 != 0 || Image[2] % 4 != 0)
            throw new ArgumentException($"The images are {Image}; the network halves them twice, so that both sides must be "
                + "multiples of 4.");
        return Depth == AttentionDepth.Light ? new LightAttentionNetwork(this, instead) : new FullAttentionNetwork(this, instead);
    }
}
