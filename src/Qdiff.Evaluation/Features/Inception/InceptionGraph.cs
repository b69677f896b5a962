using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The layers of the FID network and how they hang together, for images of any size of at least 75×75. It holds no weights; see
/// <see cref="Parameters"/>.
/// </summary>
/// <remarks>
/// Szegedy et al. 2015, arXiv 1512.00567, with the pooling of the graph inception-2015-12-05 that Heusel et al. 2017, arXiv
/// 1706.08500, measured with: averages within the blocks leave padding out of the divisor, and the last block takes the maximum
/// instead.
/// </remarks>
sealed class InceptionGraph
{
    /// <summary>One step of the computation, and the features that are the mean of its result over all pixels, if protocols use
    /// them.</summary>
    readonly record struct Stage(Func<Tensor, Tensor> Apply, FeatureLayer? Layer = null);

    static readonly FeatureLayer s_64 = new("inception-64", 64), s_192 = new("inception-192", 192),
        s_768 = new("inception-768", 768), s_2048 = new("inception-2048", 2048),
        s_logits = new("inception-logits", 1008, IsLogits: true);

    readonly List<Stage> stages = [];
    readonly Parameter? logits;

    /// <summary>The network up to Mixed_6e, or the whole of it.</summary>
    public InceptionGraph(bool whole)
    {
        RectifiedConvolutionLayer stem1 = Layer("Conv2d_1a_3x3", 3, 32, 3, 3, stride: 2),
        stem2 = Layer("Conv2d_2a_3x3", 32, 32, 3, 3),
            stem3 = Layer("Conv2d_2b_3x3", 32, 64, 3, 3, 1, 1, 1), stem4 = Layer("Conv2d_3b_1x1", 64, 80, 1, 1),
            stem5 = Layer("Conv2d_4a_3x3", 80, 192, 3, 3);
        stages.Add(new(x => stem2.Apply(stem1.Apply(x))));
        stages.Add(new(x => Operation.MaxPool(stem3.Apply(x), 3, 2), s_64));
        stages.Add(new(x => Operation.MaxPool(stem5.Apply(stem4.Apply(x)), 3, 2), s_192));
        stages.Add(new(Narrow("Mixed_5b", 192, 32)));
        stages.Add(new(Narrow("Mixed_5c", 256, 64)));
        stages.Add(new(Narrow("Mixed_5d", 288, 64)));
        stages.Add(new(Halve("Mixed_6a", 288)));
        stages.Add(new(Long("Mixed_6b", 128)));
        stages.Add(new(Long("Mixed_6c", 160)));
        stages.Add(new(Long("Mixed_6d", 160)));
        stages.Add(new(Long("Mixed_6e", 192), s_768));
        if (!whole) return;
        stages.Add(new(HalveAgain("Mixed_7a")));
        stages.Add(new(Wide("Mixed_7b", 1280, x => Operation.AveragePool(x, 3, 1, 1, countPadding: false))));
        stages.Add(new(Wide("Mixed_7c", 2048, x => Operation.MaxPool(x, 3, 1, 1)), s_2048));
        logits = Parameters.Add("fc.weight", [s_logits.Width, 2048], Initialisers.LecunNormal);
        // Not read: the Inception score is published without it. It is part of the file, and of its hash.
        Parameters.Add("fc.bias", [s_logits.Width], Initialisers.Zeros);
    }

    /// <summary>Names as in pt_inception-2015-12-05, with <c>.conv</c> and <c>.bn</c> folded into one <c>.weight</c> and
    /// <c>.bias</c>.</summary>
    public ParameterTable Parameters { get; } = new();

    /// <summary>Where features can be read in the whole network.</summary>
    public static IReadOnlyList<string> LayerNames { get; } =
        [.. new[] { s_64, s_192, s_768, s_2048, s_logits }.Select(layer => layer.Name)];

    /// <summary>Where features can be read, in the order of the computation.</summary>
    public IReadOnlyList<FeatureLayer> Layers =>
        [.. stages.Where(stage => stage.Layer is not null).Select(stage => stage.Layer!.Value),
            .. logits is null ? (FeatureLayer[])[] : [s_logits]];

    /// <summary>
    /// Runs a tile [3, height, width] as far as the deepest of the layers wanted, and gives each of those that it passes to
    /// <paramref name="found"/>.
    /// </summary>
    public void Run(Tensor x, IReadOnlyCollection<string> wanted, Action<string, Tensor> found,
        CancellationToken cancellationToken = default)
    {
        int left = wanted.Count;
        foreach (Stage stage in stages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor input = x;
            x = x.Workspace.Keep(() => stage.Apply(input));
            if (stage.Layer is not { } layer) continue;
            bool last = layer.Width == 2048 && wanted.Contains(s_logits.Name);
            if (!wanted.Contains(layer.Name) && !last) continue;
            Tensor features = Operation.GlobalAveragePool(x);
            if (wanted.Contains(layer.Name)) found(layer.Name, features);
            if (last) found(s_logits.Name, Operation.Dense(features, logits!));
            left -= wanted.Contains(layer.Name) ? 1 : 0;
            if (left == 0) return;
        }
    }

    RectifiedConvolutionLayer Layer(string name, int inputs, int outputs, int height, int width, int stride = 1, int paddingY = 0,
        int paddingX = 0) => new(Parameters, name, inputs, outputs, height, width, stride, paddingY, paddingX);

    /// <summary>Convolutions one after another: <c>name_1</c>, <c>name_2</c>, …, each (outputs, kernel height, kernel width),
    /// padded to keep the size.</summary>
    Func<Tensor, Tensor> Chain(string name, int inputs, params (int Outputs, int Height, int Width)[] kernels)
    {
        var layers = new RectifiedConvolutionLayer[kernels.Length];
        for (int i = 0; i < kernels.Length; i++)
        {
            (int outputs, int height, int width) = kernels[i];
            string suffix = kernels.Length == 1 ? "" : $"_{i + 1}";
            layers[i] = Layer(name + suffix, inputs, outputs, height, width, 1, height / 2, width / 2);
            inputs = outputs;
        }

        return x => layers.Aggregate(x, (value, layer) => layer.Apply(value));
    }

    Func<Tensor, Tensor> Pooled(string name, int inputs, int outputs, Func<Tensor, Tensor> pool)
    {
        Func<Tensor, Tensor> layer = Chain(name, inputs, (outputs, 1, 1));
        return x => layer(pool(x));
    }

    static Func<Tensor, Tensor> Beside(params Func<Tensor, Tensor>[] branches) =>
        x => Operation.Concatenate([.. branches.Select(branch => x.Workspace.Keep(() => branch(x)))]);

    static Tensor Average(Tensor x) => Operation.AveragePool(x, 3, 1, 1, countPadding: false);

    Func<Tensor, Tensor> Narrow(string name, int inputs, int pooled) => Beside(
        Chain(name + ".branch1x1", inputs, (64, 1, 1)),
        Chain(name + ".branch5x5", inputs, (48, 1, 1), (64, 5, 5)),
        Chain(name + ".branch3x3dbl", inputs, (64, 1, 1), (96, 3, 3), (96, 3, 3)),
        Pooled(name + ".branch_pool", inputs, pooled, Average));

    Func<Tensor, Tensor> Halve(string name, int inputs)
    {
        RectifiedConvolutionLayer single = Layer(name + ".branch3x3", inputs, 384, 3, 3, 2);
        Func<Tensor, Tensor> chain = Chain(name + ".branch3x3dbl", inputs, (64, 1, 1), (96, 3, 3));
        RectifiedConvolutionLayer last = Layer(name + ".branch3x3dbl_3", 96, 96, 3, 3, 2);
        return Beside(single.Apply, x => last.Apply(chain(x)), x => Operation.MaxPool(x, 3, 2));
    }

    Func<Tensor, Tensor> Long(string name, int c) => Beside(
        Chain(name + ".branch1x1", 768, (192, 1, 1)),
        Chain(name + ".branch7x7", 768, (c, 1, 1), (c, 1, 7), (192, 7, 1)),
        Chain(name + ".branch7x7dbl", 768, (c, 1, 1), (c, 7, 1), (c, 1, 7), (c, 7, 1), (192, 1, 7)),
        Pooled(name + ".branch_pool", 768, 192, Average));

    Func<Tensor, Tensor> HalveAgain(string name)
    {
        RectifiedConvolutionLayer before = Layer(name + ".branch3x3_1", 768, 192, 1, 1),
            single = Layer(name + ".branch3x3_2", 192, 320, 3, 3, 2);
        Func<Tensor, Tensor> chain = Chain(name + ".branch7x7x3", 768, (192, 1, 1), (192, 1, 7), (192, 7, 1));
        RectifiedConvolutionLayer last = Layer(name + ".branch7x7x3_4", 192, 192, 3, 3, 2);
        return Beside(x => single.Apply(before.Apply(x)), x => last.Apply(chain(x)), x => Operation.MaxPool(x, 3, 2));
    }

    Func<Tensor, Tensor> Wide(string name, int inputs, Func<Tensor, Tensor> pool)
    {
        Func<Tensor, Tensor> single = Chain(name + ".branch1x1", inputs, (320, 1, 1));
        RectifiedConvolutionLayer before = Layer(name + ".branch3x3_1", inputs, 384, 1, 1);
        Func<Tensor, Tensor> fork = Fork(name + ".branch3x3_2"),
        chain = Chain(name + ".branch3x3dbl", inputs, (448, 1, 1), (384, 3, 3)),
            secondFork = Fork(name + ".branch3x3dbl_3");
        return Beside(single, x => fork(before.Apply(x)), x => secondFork(chain(x)),
            Pooled(name + ".branch_pool", inputs, 192, pool));
    }

    Func<Tensor, Tensor> Fork(string name) =>
        Beside(Chain(name + "a", 384, (384, 1, 3)), Chain(name + "b", 384, (384, 3, 1)));
}
