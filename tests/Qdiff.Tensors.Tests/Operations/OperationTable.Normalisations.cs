using Qdiff.Tensors;

static partial class OperationTable
{
    static IEnumerable<OperationCase> Normalisations()
    {
        // The last has so many pixels that a device sums them in pieces.
        foreach ((int channels, int groups, bool film, bool silu, int width) in ((int, int, bool, bool, int)[])
            [(6, 3, false, false, 5), (4, 4, false, true, 5), (5, 1, true, false, 5), (6, 2, true, true, 5),
                (2, 1, true, true, 44)])
        {
            Shape image = [channels, 3, width];
            yield return new($"group norm of {image} in {groups}{(film ? ", film" : "")}{(silu ? ", silu" : "")}",
                film ? [image, [2 * channels]] : [image],
                table =>
                {
                    Parameter scale = table.Add("scale", [channels], Initialisers.Ones),
                        bias = table.Add("bias", [channels], Initialisers.Zeros);
                    return (_, x) => Operation.GroupNorm(x[0], groups, scale, bias, film ? x[1] : null, silu);
                },
                (_, x, w) => NormalisationOracle.GroupNorm(x[0], groups, w[0], w[1], film ? x[1] : null, silu));
        }

        // What is added may be the same tensor, whose gradient then comes from two sides.
        foreach (bool itself in (bool[])[false, true])
        {
            Shape image = [4, 3, 5];
            int added = itself ? 0 : 1;
            yield return new($"group norm plus {(itself ? "x" : "another")}", itself ? [image] : [image, image],
                table =>
                {
                    Parameter scale = table.Add("scale", [4], Initialisers.Ones),
                        bias = table.Add("bias", [4], Initialisers.Zeros);
                    return (_, x) => Operation.GroupNorm(x[0], 2, scale, bias, silu: true, addend: x[added]);
                },
                (_, x, w) => Sum(NormalisationOracle.GroupNorm(x[0], 2, w[0], w[1], null, true), x[added]));
            yield return new($"layer norm plus {(itself ? "x" : "another")}", itself ? [image] : [image, image],
                table =>
                {
                    Parameter scale = table.Add("scale", [4], Initialisers.Ones);
                    return (_, x) => Operation.LayerNorm(x[0], scale, addend: x[added]);
                },
                (_, x, w) => Sum(NormalisationOracle.LayerNorm(x[0], w[0]), x[added]));
        }

        static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (i, j) => i + j)];

        foreach (Shape shape in (Shape[])[[5, 2, 3], [11, 1, 1], [9]])
            yield return new($"layer norm of {shape}", [shape],
                table =>
                {
                    Parameter scale = table.Add("scale", [shape[0]], Initialisers.Ones);
                    return (_, x) => Operation.LayerNorm(x[0], scale);
                },
                (_, x, w) => NormalisationOracle.LayerNorm(x[0], w[0]));
    }

    static IEnumerable<OperationCase> Attentions()
    {
        // Around the 8 and 16 tokens and the 4 key rows that go through the kernel together.
        foreach ((int channels, int height, int width, int heads, int features) in ((int, int, int, int, int)[])
            [(3, 2, 2, 2, 4), (2, 3, 3, 1, 5), (5, 1, 17, 3, 2), (6, 4, 4, 2, 7), (2, 1, 1, 1, 1)])
            yield return new($"linear attention over {channels}×{height}×{width}, {heads} heads of {features}",
                [[channels, height, width]],
                table =>
                {
                    Parameter qkv = table.Add("qkv", [3 * heads * features, channels, 1, 1], Initialisers.Zeros),
                        output = table.Add("out", [channels, heads * features, 1, 1], Initialisers.Zeros),
                        bias = table.Add("bias", [channels], Initialisers.Zeros),
                        mix = Derive.ValueThroughOutput(table, qkv, output, heads);
                    return (_, x) => Operation.LinearAttention(x[0], qkv, mix, bias, heads);
                },
                (_, x, w) => AttentionOracle.Linear(x[0], channels, w[0], w[1], w[2], heads));

        foreach ((int height, int width, int heads, int features) in ((int, int, int, int)[])
            [(2, 2, 2, 4), (1, 7, 1, 3), (3, 3, 3, 2), (1, 17, 1, 5)])
            yield return Weightless($"full attention over {height}×{width}, {heads} heads of {features}",
                [[3 * heads * features, height, width]],
                x => Operation.FullAttention(x[0], heads, 3), x => AttentionOracle.Full(x[0], height * width, heads, 3));
    }
}
