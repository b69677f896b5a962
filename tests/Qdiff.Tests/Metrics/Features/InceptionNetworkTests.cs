using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>The FID network with weights from a formula, against torchvision's network with the same weights.</summary>
public class InceptionNetworkTests
{
    static readonly Lazy<Dictionary<string, StoredArray>> s_tensors = new(Unfolded);
    static readonly Lazy<InceptionNetwork> s_whole = new(() => InceptionWeights.From(s_tensors.Value, "test"));

    /// <summary>The same numbers up to Mixed_6e.</summary>
    static readonly Lazy<InceptionNetwork> s_part = new(() => InceptionWeights.From(s_tensors.Value
        .Where(tensor => !tensor.Key.StartsWith("Mixed_7", StringComparison.Ordinal)
            && !tensor.Key.StartsWith("fc.", StringComparison.Ordinal))
        .ToDictionary(StringComparer.Ordinal), "test"));

    /// <summary>All features and the logits at 75×75 pixels, where every layer and border of the network has its part.</summary>
    [Fact]
    public void AgreesWithTorchvision()
    {
        InceptionNetwork network = s_whole.Value;
        Assert.Equal([("inception-64", 64), ("inception-192", 192), ("inception-768", 768), ("inception-2048", 2048),
            ("inception-logits", 1008)],
            network.Layers.Select(layer => (layer.Name, layer.Width)));
        Assert.Equal("inception-logits", network.Layers.Single(layer => layer.IsLogits).Name);

        using var expected = JsonDocument.Parse(File.ReadAllBytes(InceptionNumbers.Fixture("inception-75.json")));
        var space = new Workspace(network.Weights);
        Tensor x = space.Input([3, 75, 75]);
        x.SetSample(5, InceptionNumbers.Of("image", x.Count));
        var passed = new List<string>();
        network.Graph.Run(x, [.. network.Layers.Select(layer => layer.Name)], (name, features) =>
        {
            passed.Add(name);
            double[] right = [.. expected.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
            var found = new float[right.Length];
            features.GetSample(5, found);
            double error = found.Zip(right, (a, b) => Math.Abs(a - b)).Max() / right.Max(Math.Abs);
            Assert.True(error < 1e-4, $"{name} is off by {error:e1} of its largest value");
        });
        Assert.Equal(network.Layers.Select(layer => layer.Name), passed);
    }

    [Fact(Explicit = true)]
    public void TheHashIsOfTheFoldedWeightsHoweverTheyWereKept()
    {
        InceptionNetwork network = s_part.Value;
        Dictionary<string, StoredArray> folded = network.Weights.Table.ToDictionary(parameter => parameter.Name,
            parameter => StoredArray.Create(parameter.Shape.ToArray(), network.Weights[parameter]));
        using var folder = new TemporaryFolder();
        new SafeTensors(folded.Reverse()).Write(folder.File("folded.safetensors"));
        InceptionNetwork again = InceptionNetwork.Load(folder.File("folded.safetensors"));
        Assert.Equal(network.WeightsHash, again.WeightsHash);
        Assert.Matches("^sha256:[0-9a-f]{64}$", again.WeightsHash);
        Assert.NotEqual(s_whole.Value.WeightsHash, again.WeightsHash);

        float[] bias = folded["Conv2d_1a_3x3.bias"].ToSingles();
        bias[3] = MathF.BitIncrement(bias[3]);
        folded["Conv2d_1a_3x3.bias"] = StoredArray.Create([32], bias);
        Assert.NotEqual(network.WeightsHash, InceptionWeights.From(folded, "test").WeightsHash);
    }

    [Fact]
    public void WeightsThatEndAtMixed6eGiveNoDeeperLayers()
    {
        Assert.Equal(["inception-64", "inception-192", "inception-768"], s_part.Value.Layers.Select(layer => layer.Name));
        foreach (string deep in (string[])["inception-2048", "inception-logits"])
            Assert.Contains("pt_inception-2015-12-05-6726825d.pth",
                Assert.Throws<InputException>(() => s_part.Value.Extract(Noise(2, 1), ["inception-64", deep])).Message);
        string message = Assert.Throws<InputException>(() => s_part.Value.Extract(Noise(2, 1), ["inception-65"])).Message;
        Assert.Contains("inception-65", message);
        Assert.DoesNotContain(".pth", message);
    }

    [Fact(Explicit = true)]
    public void AnImagesFeaturesDependOnNoNeighbourAndNoThread()
    {
        ImageSet images = Noise(18, 3);
        FeatureSet one = s_part.Value.Extract(images, ["inception-64"], threads: 1)[0];
        double last = 0;
        FeatureSet two = s_part.Value.Extract(images, ["inception-64"], threads: 2,
            progress: done => { lock (images) last = Math.Max(last, done); })[0];
        FeatureSet alone = s_part.Value.Extract(images.Select([17], "last"), ["inception-64"])[0];
        Assert.Equal(1, last);
        Assert.Equal((18, 64, one.Extractor), (two.Count, two.Width, alone.Extractor));
        Assert.StartsWith("inception-64-tf1bilinear@", one.Extractor);
        double[] wide = new double[64], other = new double[64];
        for (int i = 0; i < 18; i++)
        {
            one.CopyTo(i, 0, wide);
            two.CopyTo(i, 0, other);
            Assert.Equal(wide, other);
        }

        alone.CopyTo(0, 0, wide);
        Assert.Equal(wide, other);
    }

    [Fact(Explicit = true)]
    public void GreyImagesAreRepeatedInAllColours()
    {
        ImageSet grey = Noise(1, 1);
        byte[] pixels = grey.Image(0).ToArray();
        var colour = new ImageSet("colour", [3, 8, 8], [.. pixels, .. pixels, .. pixels]);
        double[] a = new double[64], b = new double[64];
        s_part.Value.Extract(grey, ["inception-64"])[0].CopyTo(0, 0, a);
        s_part.Value.Extract(colour, ["inception-64"])[0].CopyTo(0, 0, b);
        Assert.Equal(a, b);
    }

    [Fact]
    public void CanBeCancelled() => Assert.Throws<OperationCanceledException>(() =>
        s_part.Value.Extract(Noise(1, 1), ["inception-768"], cancellationToken: new CancellationToken(canceled: true)));

    [Fact(Explicit = true)]
    public void WeightsOfAnotherNetworkAreRefusedInOneMessage()
    {
        string missing = Refusal(tensors => tensors.Remove("Mixed_6b.branch_pool.conv.weight"));
        Assert.Contains("missing: Mixed_6b.branch_pool.weight", missing);
        Assert.Contains("pt_inception-2015-12-05-6726825d.pth", missing);
        Assert.Contains("'Mixed_6b.branch_pool.bn.running_var' is missing",
            Refusal(tensors => tensors.Remove("Mixed_6b.branch_pool.bn.running_var")));
        Assert.Contains("not part of it: AuxLogits.fc.bias",
            Refusal(tensors => tensors.Add("AuxLogits.fc.bias", StoredArray.Create([1], (float[])[1]))));
        Assert.Contains("'fc.weight' is 1000×2048 instead of 1008×2048",
            Refusal(tensors => tensors["fc.weight"] = StoredArray.Create([1000, 2048], new float[1000 * 2048])));
        float[] broken = s_tensors.Value["fc.bias"].ToSingles();
        broken[7] = float.NaN;
        Assert.Contains("number 7 of 'fc.bias' is NaN", Refusal(tensors => tensors["fc.bias"] = StoredArray.Create([1008],
            broken)));

        static string Refusal(Action<Dictionary<string, StoredArray>> change)
        {
            var tensors = new Dictionary<string, StoredArray>(s_tensors.Value);
            change(tensors);
            return Assert.Throws<InputException>(() => InceptionWeights.From(tensors, "weights.pth")).Message;
        }
    }

    [Fact]
    public void FilesThatCannotBeReadAreBadInput()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InputException>(() => InceptionNetwork.Load(folder.File("absent.pth")));
        folder.Write("text", "no weights at all"u8.ToArray());
        Assert.Throws<InputException>(() => InceptionNetwork.Load(folder.File("text")));
        Assert.Contains("missing", Assert.Throws<InputException>(() =>
            InceptionNetwork.Load(InceptionNumbers.Fixture("legacy.pth"))).Message);
    }

    /// <summary>The state dictionary as tests/oracles/inception_reference.py fills it.</summary>
    static Dictionary<string, StoredArray> Unfolded()
    {
        var tensors = new Dictionary<string, StoredArray>(StringComparer.Ordinal);
        foreach (Parameter parameter in new InceptionGraph(whole: true).Parameters)
        {
            if (parameter.Shape.Rank == 4)
            {
                string layer = parameter.Name[..^".weight".Length];
                Add(layer + ".conv.weight", parameter.Shape, (float)Math.Sqrt(6.0 / (parameter.Count / parameter.Shape[0])), 0);
                Shape channels = [parameter.Shape[0]];
                Add(layer + ".bn.weight", channels, 0.25f, 1);
                Add(layer + ".bn.bias", channels, 0.1f, 0);
                Add(layer + ".bn.running_mean", channels, 0.1f, 0);
                Add(layer + ".bn.running_var", channels, 0.5f, 1);
                tensors[layer + ".bn.num_batches_tracked"] = StoredArray.Create([], (long[])[1]);
            }
            else if (parameter.Name == "fc.weight") Add(parameter.Name, parameter.Shape, (float)Math.Sqrt(6.0 / 2048), 0);
            else if (parameter.Name == "fc.bias") Add(parameter.Name, parameter.Shape, 0.1f, 0);
        }

        return tensors;

        void Add(string name, Shape shape, float scale, float shift) => tensors[name] = StoredArray.Create(shape.ToArray(),
            Array.ConvertAll(InceptionNumbers.Of(name, shape.Count), value => shift + scale * value));
    }

    static ImageSet Noise(int count, int channels)
    {
        var pixels = new byte[count * channels * 64];
        new RandomStream(3, "noise").NextBytes(pixels);
        return new("noise", [channels, 8, 8], pixels);
    }
}
