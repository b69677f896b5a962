using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// A small convolutional classifier's structure: a 5×5 convolution, two stages that each halve the image and then add
/// convolutions of 3×3 to what they got, the mean of each of 64 channels as features, and one dense layer on top. It holds no
/// weights.
/// </summary>
/// <remarks>
/// Residual sums: He et al., arXiv 1512.03385. Group norm (Wu and He, arXiv 1803.08494) instead of batch norm, so that an image's
/// features depend on that image alone. Before the mean each group of channels has variance 1, which bounds the features.
/// </remarks>
public sealed class ClassifierNetwork
{
    /// <summary>Features of a sample before the last dense layer.</summary>
    public const int Features = 64;

    /// <summary>The fewest and the most pixels of a side.</summary>
    public const int SmallestSide = 8, LargestSide = 128;

    /// <summary>The most classes, channels of the first layer and blocks of a stage.</summary>
    public const int MostClasses = 1000, WidestStem = 64, MostBlocks = 4;

    const int GroupSize = 8;

    readonly Step stem;
    readonly Stage first, second;
    readonly DenseLayer head;

    /// <summary>
    /// A network for images [C, H, W]; images of 48 pixels and more are halved by the first convolution already.
    /// </summary>
    /// <param name="width">Channels of the first layer, a multiple of 8; the first stage has twice as many.</param>
    /// <param name="blocks">Convolutions that each stage adds.</param>
    /// <exception cref="InputException">A size outside what the constants say.</exception>
    public ClassifierNetwork(Shape image, int classes, int width = 16, int blocks = 1)
    {
        if (image.Rank != 3 || image[0] is not (1 or 3) || image[1] is < SmallestSide or > LargestSide
            || image[2] is < SmallestSide or > LargestSide)
            throw new InputException($"A classifier is for grey or colour images of {SmallestSide} to {LargestSide} pixels a "
                + $"side, not for {image}. Resize them first.");
        if (classes is < 2 or > MostClasses)
            throw new InputException($"A classifier tells 2 to {MostClasses} classes apart, not {classes}.");
        if (width is < GroupSize or > WidestStem || width % GroupSize != 0)
            throw new InputException($"A classifier's first layer has a multiple of {GroupSize} channels up to {WidestStem}, "
                + $"not {width}.");
        if (blocks is < 0 or > MostBlocks)
            throw new InputException($"A classifier's stage has 0 to {MostBlocks} blocks, not {blocks}.");
        (Image, Classes, Width, Blocks) = (image, classes, width, blocks);
        stem = new(Parameters, "stem", image[0], width, size: 5, stride: Math.Min(image[1], image[2]) >= 48 ? 2 : 1);
        first = new(Parameters, "stage0", width, 2 * width, blocks);
        second = new(Parameters, "stage1", 2 * width, Features, blocks);
        head = new(Parameters, "head", Features, classes);
    }

    /// <summary>The images that go in: [channels, height, width].</summary>
    public Shape Image { get; }

    /// <summary>How many logits come out.</summary>
    public int Classes { get; }

    /// <summary>Channels of the first layer.</summary>
    public int Width { get; }

    /// <summary>Convolutions that each stage adds.</summary>
    public int Blocks { get; }

    /// <summary>Names, shapes and initial values of all parameters.</summary>
    public ParameterTable Parameters { get; } = new();

    /// <summary>The features [64] and the logits [classes] of a tile of images in −1 … 1.</summary>
    public (Tensor Features, Tensor Logits) Apply(Tensor images)
    {
        Tensor features = Operation.GlobalAveragePool(second.Apply(first.Apply(stem.Apply(images))));
        return (features, head.Apply(features));
    }

    /// <summary>Convolution, group norm, SiLU.</summary>
    sealed class Step(ParameterTable table, string name, int inputs, int outputs, int size = 3, int stride = 1)
    {
        readonly ConvolutionLayer convolution = new(table, name + ".conv", inputs, outputs, size, stride, size / 2, bias: false);
        readonly GroupNormLayer norm = new(table, name + ".norm", outputs, outputs / GroupSize);

        public Tensor Apply(Tensor x) => norm.Apply(convolution.Apply(x), silu: true);
    }

    /// <summary>Halves the image, changes the number of channels, then adds blocks.</summary>
    sealed class Stage(ParameterTable table, string name, int inputs, int outputs, int blocks)
    {
        readonly Step entry = new(table, name + ".entry", inputs, outputs);
        readonly Step[] added = [.. Enumerable.Range(0, blocks)
            .Select(i => new Step(table, $"{name}.block{i}", outputs, outputs))];

        public Tensor Apply(Tensor x)
        {
            x = entry.Apply(Operation.MaxPool(x, 2, 2));
            foreach (Step block in added) x = Operation.Add(x, block.Apply(x));
            return x;
        }
    }
}
