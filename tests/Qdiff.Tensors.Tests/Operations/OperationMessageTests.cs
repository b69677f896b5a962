using Qdiff.Tensors;

/// <summary>Shapes that do not fit are refused at the border, and the message names what was given and what is needed.</summary>
public class OperationMessageTests
{
    static readonly ParameterTable s_table = new();
    static readonly Parameter s_kernel = s_table.Add("kernel", [4, 3, 5, 5], Initialisers.Zeros),
        s_four = s_table.Add("four", [4], Initialisers.Zeros), s_matrix = s_table.Add("matrix", [4, 6], Initialisers.Zeros),
        s_qkv = s_table.Add("qkv", [24, 3, 1, 1], Initialisers.Zeros),
        s_mix = s_table.Add("mix", [2, 3, 3], Initialisers.Zeros), s_three = s_table.Add("three", [3], Initialisers.Zeros);
    static readonly Workspace s_space = new(new(s_table));

    static readonly (string Name, Action Use, string[] Parts)[] s_cases =
    [
        ("convolution: channels", () => Operation.Convolution(New(2, 9, 9), s_kernel), ["'kernel'", "4×3×5×5", "2×9×9"]),
        ("convolution: bias", () => Operation.Convolution(New(3, 9, 9), s_kernel, s_three), ["'three'", "3", "4"]),
        ("convolution: small image", () => Operation.Convolution(New(3, 3, 9), s_kernel), ["3×9", "'kernel'", "5×5"]),
        ("convolution: stride", () => Operation.Convolution(New(3, 9, 9), s_kernel, stride: 0, padding: -2), ["0", "-2"]),
        ("convolution: rank", () => Operation.Convolution(New(3), s_kernel), ["3 dimensions", "shape is 3"]),
        ("transposed convolution: channels", () => Operation.TransposedConvolution(New(3, 2, 2), s_kernel), ["4×3×5×5", "3×2×2"]),
        ("dense: inputs", () => Operation.Dense(New(5), s_matrix), ["'matrix'", "4×6", "5"]),
        ("dense: bias", () => Operation.Dense(New(6), s_matrix, s_three), ["'three'", "3", "4"]),
        ("full attention: pixels", () => Operation.FullAttention(New(12, 200, 200), 4),
            ["4 heads", "40000 pixels", "6400000000"]),
        ("add", () => Operation.Add(New(3, 2, 2), New(3, 4)), ["3×2×2", "3×4"]),
        ("squared error", () => Operation.SquaredError(New(3), New(4)), ["shape 3", "shape 4"]),
        ("scale channels", () => Operation.ScaleChannels(New(3, 2, 2), New(4)), ["3", "4"]),
        ("add channels", () => Operation.AddChannels(New(3, 2, 2), New(4)), ["3", "4"]),
        ("concatenate: areas", () => Operation.Concatenate(New(3, 2, 2), New(3, 2, 3)), ["3×2×2", "3×2×3"]),
        ("concatenate: turned", () => Operation.Concatenate(New(3, 2, 6), New(3, 6, 2)), ["3×2×6", "3×6×2"]),
        ("concatenate: ranks", () => Operation.Concatenate(New(3), New(3, 1, 1)), ["3", "3×1×1"]),
        ("concatenate: scalar", () => Operation.Concatenate(New(3), New()), ["3", "scalar"]),
        ("channels", () => Operation.Channels(New(3, 2, 2), 2, 2), ["2 to 3", "of 3"]),
        ("group norm: groups", () => Operation.GroupNorm(New(4, 2, 2), 3, s_four, s_four), ["4 channels", "3 groups"]),
        ("group norm: scale", () => Operation.GroupNorm(New(4, 2, 2), 2, s_three, s_four), ["'three'", "3", "4"]),
        ("group norm: film", () => Operation.GroupNorm(New(4, 2, 2), 2, s_four, s_four, New(4)), ["8", "4"]),
        ("layer norm", () => Operation.LayerNorm(New(4, 2, 2), s_three), ["'three'", "3", "4"]),
        ("linear attention: channels", () => Operation.LinearAttention(New(4, 2, 2), s_qkv, s_mix, s_three, 2),
            ["'qkv'", "24×3×1×1", "24×4×1×1"]),
        ("linear attention: heads", () => Operation.LinearAttention(New(3, 2, 2), s_qkv, s_mix, s_three, 5), ["24", "5 heads"]),
        ("linear attention: mix", () => Operation.LinearAttention(New(3, 2, 2), s_qkv, s_mix, s_three, 4), ["2×3×3", "4×3×3"]),
        ("full attention: heads", () => Operation.FullAttention(New(24, 2, 2), 5), ["24 channels", "5 heads"]),
        ("full attention: no heads", () => Operation.FullAttention(New(24, 2, 2), 0), ["24 channels", "0 heads"]),
        ("max pool: small image", () => Operation.MaxPool(New(1, 2, 9), 3, 1), ["2×9", "3"]),
        ("average pool: padding", () => Operation.AveragePool(New(1, 9, 9), 3, 1, 2), ["3", "2"]),
        ("resize", () => Operation.ResizeNearest(New(1, 2, 2), 0, 3), ["0×3"]),
        ("cross entropy: label", () => Operation.CrossEntropy(New(3), [0, 3]), ["Label 3", "0 … 2"]),
        ("cross entropy: labels", () => Operation.CrossEntropy(New(3), new int[17]), ["16", "17"]),
        ("embedding: label", () => Operation.Embedding(s_space, [-1], s_matrix), ["Label -1", "0 … 3"]),
        ("embedding: shape", () => Operation.Embedding(s_space, [0], s_four), ["'four'", "rows×dimension", "4"]),
        ("sinusoidal embedding", () => Operation.SinusoidalEmbedding(s_space, [1], 5), ["5"]),
        ("sample", () => New(3, 2, 2).SetSample(0, new float[11]), ["3×2×2", "12", "11"]),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => s_cases.Select(c => new TheoryDataRow<string>(c.Name));

    [Theory, MemberData(nameof(Names))]
    public void NamesWhatWasGivenAndWhatIsNeeded(string name)
    {
        (_, Action use, string[] parts) = s_cases.Single(c => c.Name == name);
        string message = Assert.ThrowsAny<ArgumentException>(use).Message;
        Assert.All(parts, part => Assert.Contains(part, message));
    }

    static Tensor New(params int[] shape) => s_space.Input(new(shape));
}
