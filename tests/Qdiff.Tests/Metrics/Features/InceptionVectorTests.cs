using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;

/// <summary>
/// Features and distances of the published weights on real images, made by PyTorch. The weights and images are not part of the
/// repository: these tests run where the variable QDIFF_SHARED names the folder with <c>vectors/inception.json</c> and
/// <c>data</c>.
/// </summary>
public class InceptionVectorTests
{
    static readonly string[] s_layers = ["inception-64", "inception-192", "inception-768"];

    /// <summary>
    /// The whole network at 299×299 from files as PyTorch writes them: QDIFF_INCEPTION names the folder that
    /// <c>tests/oracles/inception_reference.py whole FOLDER</c> made.
    /// </summary>
    [Theory]
    [InlineData("legacy.pth")]
    [InlineData("zip.pth")]
    public void TheWholeNetworkFromPyTorchsFiles(string file)
    {
        string folder = Environment.GetEnvironmentVariable("QDIFF_INCEPTION") ?? "";
        Assert.SkipWhen(folder == "", "QDIFF_INCEPTION does not name the folder of the reference script.");
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        InceptionNetwork network = InceptionNetwork.Load(Path.Combine(folder, file));
        byte[] pixels = [.. Enumerable.Range(0, 3).SelectMany(i => InceptionNumbers.Of($"image {i}", 3 * 32 * 32))
            .Select(value => (byte)((value + 1f) * 127.5f))];
        string[] layers = [.. network.Layers.Select(layer => layer.Name)];
        foreach (FeatureSet set in network.Extract(new ImageSet("formula", [3, 32, 32], pixels), layers))
        {
            string layer = layers.Single(name => set.Extractor.StartsWith(name, StringComparison.Ordinal));
            double[] right = [.. expected.RootElement.GetProperty(layer).EnumerateArray().Select(value => value.GetDouble())];
            var found = new double[right.Length];
            for (int i = 0; i < set.Count; i++) set.CopyTo(i, 0, found.AsSpan(i * set.Width, set.Width));
            double error = found.Zip(right, (x, y) => Math.Abs(x - y)).Max() / right.Max(Math.Abs);
            Console.WriteLine($"{file}, {layer}: {error:e1}");
            Assert.InRange(error, 0, 1e-4);
        }
    }

    [Fact]
    public void FeaturesAndDistancesOfThePublishedWeights()
    {
        string shared = Environment.GetEnvironmentVariable("QDIFF_SHARED") ?? "";
        Assert.SkipWhen(shared == "", "QDIFF_SHARED does not name the folder of reference data.");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(shared, "vectors", "inception.json")));
        JsonElement root = vectors.RootElement;
        int n = root.GetProperty("n").GetInt32(), offset = root.GetProperty("offset").GetInt32();
        InceptionNetwork network = InceptionNetwork.Load(
            Directory.EnumerateFiles(Path.Combine(shared, "data", "inception"), "*.safetensors").Single());
        Assert.Equal(s_layers, network.Layers.Select(layer => layer.Name));

        ImageSet mnist = Catalog.Default.DataSets.Load("mnist", Path.Combine(shared, "data", "mnist"), Split.Test),
            fashion = Catalog.Default.DataSets.Load("fashion-mnist", Path.Combine(shared, "data", "fashion-mnist"), Split.Test);
        ImageSet path = MedMnistFile.Load(Path.Combine(shared, "data", "pathmnist", "pathmnist-test-subset-718.npz"), Split.Test,
            "pathmnist", [.. Enumerable.Range(0, 9).Select(tissue => $"tissue {tissue}")]);
        IReadOnlyList<FeatureSet> a = Extract(mnist, offset), b = Extract(mnist, offset + n), c = Extract(fashion, offset),
            d = Extract(path, 0);

        foreach ((string layer, FeatureSet set) in s_layers.Zip(a))
        {
            double[] expected = [.. root.GetProperty("first_image_features").GetProperty(layer["inception-".Length..])
                .EnumerateArray().Select(value => value.GetDouble())];
            var found = new double[expected.Length];
            set.CopyTo(0, 0, found);
            double error = found.Zip(expected, (x, y) => Math.Abs(x - y)).Max() / expected.Max(Math.Abs);
            Console.WriteLine($"{layer}: features of the first image {error:e1}");
            Assert.InRange(error, 0, 1e-4);
        }

        foreach (JsonElement pair in root.GetProperty("pairs").EnumerateArray())
        {
            string name = $"{pair.GetProperty("a")} and {pair.GetProperty("b")}";
            IReadOnlyList<FeatureSet> other = pair.GetProperty("b").GetString() switch
            {
                "mnist-test[n:2n]" => b,
                "fashion-test[0:n]" => c,
                "pathmnist[0:n]" => d,
                _ => throw new InvalidDataException($"No images are known for {name}."),
            };
            foreach ((int at, string layer) in s_layers.Select((layer, at) => (at, layer["inception-".Length..])))
            {
                Near($"fid-{layer}", FrechetDistance.Between(a[at], other[at]));
                Near($"kid-{layer}-all", KernelDistance.Between(a[at], other[at]));
            }

            void Near(string metric, double found)
            {
                double expected = pair.GetProperty(metric).GetDouble(), error = Math.Abs(found - expected) / Math.Abs(expected);
                Console.WriteLine($"{metric} of {name}: {found:g8}, expected {expected:g8}, {error:e1}");
                Assert.True(error < 1e-3, $"{metric} of {name}: {found}, expected {expected}, off by {error:e1}");
            }
        }

        IReadOnlyList<FeatureSet> Extract(ImageSet images, int first) =>
            network.Extract(images.Select([.. Enumerable.Range(first, n)], $"{images.Name} from {first}"), s_layers);
    }
}
