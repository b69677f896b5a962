using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A U-Net as data: image, widths, depths, and where circuits stand in it. <see cref="Build"/> makes the network.
/// </summary>
/// <remarks>De Falco et al., arXiv 2402.16147; the class-conditional form is that of arXiv 2512.20448.</remarks>
/// <example>
/// <code>
/// Network network = new UNet
/// {
///     Image = new(1, 28, 28),
///     Vertex = new HybridBlock { Circuit = Circuit.Read("own.qasm"), Groups = 3, Patch = 2 },
/// }.Build();
/// </code>
/// </example>
public sealed record UNet : INetworkDesign
{
    // Beyond any machine's memory: a single convolution would have 10^10 weights.
    const int MostChannels = 1 << 15;

    /// <summary>Channels, height and width of the images.</summary>
    public Shape Image { get; init; } = [1, 28, 28];

    /// <summary>Channels at full resolution.</summary>
    public int Dimension { get; init; } = 10;

    /// <summary>Level i is halved into Dimension·Multipliers[i] channels, so it runs itself at what level i − 1 gave.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2, 3, 4];

    /// <summary>Groups of every group normalisation; null for 10, or as many below as divide the dimension.</summary>
    public int? Groups { get; init; }

    /// <summary>Attention heads, everywhere.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Features of a head.</summary>
    public int HeadFeatures { get; init; } = 32;

    /// <summary>Class labels; 0 for an unconditional network.</summary>
    public int Classes { get; init; }

    /// <summary>The timestep does not reach the network, only the label does.</summary>
    public bool WithoutTimestep { get; init; }

    /// <summary>Circuits in the two blocks of the vertex; null for a classical vertex.</summary>
    public HybridBlock? Vertex { get; init; }

    /// <summary>Circuits in the two blocks of encoder level <see cref="QuanvolutionLevel"/>; null for none.</summary>
    public HybridBlock? Quanvolution { get; init; }

    /// <summary>The encoder level of the quanvolution; 0 is full resolution.</summary>
    public int QuanvolutionLevel { get; init; } = 1;

    /// <summary>A circuit that weighs the channels behind the vertex; null for none.</summary>
    public CircuitGate? Gate { get; init; }

    /// <summary>
    /// A label of its own, number <see cref="Classes"/>, for "no class": what label dropout trains and classifier-free guidance
    /// needs.
    /// </summary>
    public bool NullLabel { get; init; }

    /// <summary>Channels inside the two blocks of a classical vertex; null for as many as outside.</summary>
    public int? VertexHidden { get; init; }

    /// <inheritdoc/>
    public INetworkDesign WithNullLabel() => Classes > 0 ? this with { NullLabel = true }
        : throw new ArgumentException("The network takes no class labels, so none can be dropped; set training.labelDropout "
            + "to 0.");

    /// <inheritdoc/>
    public Network Build(Control? control = null)
    {
        Control instead = control ?? Control.None;
        if (instead == Control.None) return new UNetNetwork(this, instead);
        if (Vertex is null && Quanvolution is null && Gate is null)
            throw new ArgumentException($"The network has no circuits, so the control '{instead.Name}' has nothing to replace.");
        return new UNetNetwork(instead.Network is null ? this : instead.Network(this), instead);
    }

    /// <summary>
    /// The classical network whose vertex is as narrow (or wide) inside as brings its count nearest to this one's, leaving out
    /// widths that divide only into groups of quite another size: then more than the width would differ.
    /// </summary>
    internal UNet Shrunk()
    {
        UNet classical = this with { Vertex = null, Quanvolution = null, Gate = null, VertexHidden = null };
        int channels = Dimension * Multipliers[^1], surplus = classical.Build().Parameters.Scalars - Build().Parameters.Scalars;
        // A hidden channel: 9·channels weights and a bias in, 9·channels out, 2 of the norm, 2 rows of the time's 4·Dimension +
        // 1.
        double each = 2.0 * (18 * channels + 3 + 2 * (4 * Dimension + 1));
        double exact = channels - surplus / each, usual = (double)channels / NormGroups;
        int[] widths = [.. Enumerable.Range(1, 2 * channels).OrderBy(width => Math.Abs(width - exact))];
        int hidden = widths.FirstOrDefault(Fits, widths[0]);
        return classical with { VertexHidden = hidden };

        bool Fits(int width) =>
            width / ResidualBlock.GroupsFor(width, usual) is var size && size >= usual / 2 && size <= usual * 2;
    }

    /// <summary>Channels that level <paramref name="level"/> of the encoder runs at.</summary>
    internal int EncoderChannels(int level) => level == 0 ? Dimension : Dimension * Multipliers[level - 1];

    /// <summary>Channels that level <paramref name="level"/> of the decoder runs at.</summary>
    internal int DecoderChannels(int level) => Dimension * Multipliers[level];

    /// <summary>Groups of every group normalisation.</summary>
    internal int NormGroups => Groups ?? Enumerable.Range(1, Math.Min(10, Dimension)).Last(groups => Dimension % groups == 0);

    /// <summary>Height and width at each level: even sides are halved by a 4×4 convolution, odd ones (7 to 2) by a 7×7
    /// one.</summary>
    internal (int Height, int Width)[] Sizes()
    {
        var sizes = new (int Height, int Width)[Multipliers.Count];
        sizes[0] = (Image[1], Image[2]);
        for (int i = 1; i < sizes.Length; i++)
        {
            (int height, int width) = sizes[i - 1];
            string pixels = height == width ? $"{height}" : $"{height}×{width}";
            if (height % 2 != width % 2)
                throw new ArgumentException($"Images of {Image[1]}×{Image[2]} pixels do not fit {Multipliers.Count} levels: "
                    + $"level {i - 1} has {pixels} pixels, and of an even and an odd side one convolution cannot make the half. "
                    + "Crop them, or use fewer multipliers.");
            if (Math.Min(height, width) < (height % 2 == 0 ? 2 : 5))
                throw new ArgumentException($"Images of {(Image[1] == Image[2] ? $"{Image[1]}" : $"{Image[1]}×{Image[2]}")} "
                    + $"pixels are too small for {Multipliers.Count} levels: level {i - 1} has {pixels} pixels and cannot be "
                    + "halved. Use fewer multipliers.");
            sizes[i] = (Half(height), Half(width));
        }

        return sizes;

        static int Half(int side) => side % 2 == 0 ? side / 2 : (side + 2 - 7) / 2 + 1;
    }

    internal void Validate()
    {
        if (Image.Rank != 3)
            throw new ArgumentException($"U-Net: Image is {Image}; it must be [channels, height, width].");
        Check(Dimension >= 4 && Dimension % 2 == 0, nameof(Dimension), Dimension,
            "an even number of at least 4");
        Check(Multipliers.Count > 0, nameof(Multipliers), Multipliers.Count, "at least one level");
        Check(Dimension <= MostChannels, nameof(Dimension), Dimension, $"at most {MostChannels}");
        foreach (int m in Multipliers)
        {
            Check(m > 0, nameof(Multipliers), m);
            Check(m <= MostChannels / Dimension, nameof(Multipliers), m,
                $"at most {MostChannels / Dimension}, for a level has at most {MostChannels} channels");
        }

        if (Groups is { } groups)
            Check(groups > 0 && Dimension % groups == 0, nameof(Groups), groups, $"a divisor of the dimension {Dimension}");
        Check(Heads > 0, nameof(Heads), Heads);
        Check(HeadFeatures > 0, nameof(HeadFeatures), HeadFeatures);
        Check(Classes >= 0, nameof(Classes), Classes, "0 or more");
        if (NullLabel && Classes == 0)
            throw new ArgumentException("U-Net: a null label belongs to a network with classes, and this one has none.");
        if (VertexHidden is { } hidden)
            Check(hidden > 0 && Vertex is null, nameof(VertexHidden), hidden, "positive, and only for a classical vertex");
        if (WithoutTimestep && Classes == 0)
            throw new ArgumentException("U-Net: WithoutTimestep leaves an unconditional network with nothing to go by; give it "
                + "classes.");
        if (Quanvolution is not null)
            Check(QuanvolutionLevel >= 0 && QuanvolutionLevel < Multipliers.Count, nameof(QuanvolutionLevel), QuanvolutionLevel,
            $"a level, 0 to {Multipliers.Count - 1}");

        static void Check(bool good, string name, int value, string wanted = "positive")
        {
            if (!good) throw new ArgumentException($"U-Net: {name} is {value}; it must be {wanted}.");
        }
    }
}
