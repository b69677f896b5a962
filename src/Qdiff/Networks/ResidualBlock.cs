using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A residual block, classical or hybrid.</summary>
interface IResidualBlock
{
    /// <summary>[inputs, H, W] to [outputs, H, W]; <paramref name="embedding"/> is SiLU of the time embedding.</summary>
    Tensor Apply(Tensor x, Tensor embedding);
}

/// <summary>
/// conv → norm → modulation by the timestep → SiLU → conv → norm → SiLU → + x, with standardised 3×3 kernels and a 1×1
/// convolution on the shortcut where the channels change.
/// </summary>
/// <remarks>De Falco et al., arXiv 2402.16147, section 3; the SiLU after the second norm comes before the sum, as in the released
/// code.</remarks>
sealed class ResidualBlock : IResidualBlock
{
    readonly ConvolutionLayer conv0, conv1;
    readonly GroupNormLayer norm0, norm1;
    readonly DenseLayer time;
    readonly ConvolutionLayer? skip;

    /// <param name="hidden">Channels between the two convolutions; as many as <paramref name="outputs"/> by default.</param>
    public ResidualBlock(ParameterTable table, string name, int inputs, int outputs, int groups, int timeFeatures,
        int? hidden = null)
    {
        int inner = hidden ?? outputs;
        conv0 = new(table, name + ".conv0", inputs, inner, 3, padding: 1, standardised: true);
        norm0 = new(table, name + ".norm0", inner, GroupsFor(inner, (double)outputs / groups));
        time = new(table, name + ".time", timeFeatures, 2 * inner);
        conv1 = new(table, name + ".conv1", inner, outputs, 3, padding: 1, standardised: true);
        norm1 = new(table, name + ".norm1", outputs, groups);
        if (inputs != outputs) skip = new(table, name + ".skip", inputs, outputs, 1);
    }

    /// <summary>How many groups of one size these channels make, when the size is to be as near as can be to
    /// <paramref name="size"/>.</summary>
    public static int GroupsFor(int channels, double size) =>
        Enumerable.Range(1, channels).Where(groups => channels % groups == 0)
            .MinBy(groups => Math.Abs(Math.Log(channels / (groups * size))));

    public Tensor Apply(Tensor x, Tensor embedding)
    {
        Tensor h = norm0.Apply(conv0.Apply(x), time.Apply(embedding), silu: true);
        h = conv1.Apply(h);
        return norm1.Apply(h, silu: true, addend: skip?.Apply(x) ?? x);
    }
}
