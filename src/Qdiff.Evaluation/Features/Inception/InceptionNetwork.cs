using System.Collections.Frozen;
using System.Numerics.Tensors;
using Qdiff.Tensors;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff.Evaluation;

/// <summary>
/// The Inception network that published Fréchet and kernel distances are measured with (inception-2015-12-05, as the file
/// pt_inception-2015-12-05-6726825d.pth holds it). Images are resized to 299×299 as TensorFlow 1 did, grey ones repeated as red,
/// green and blue, and bytes become (x − 128)/128.
/// </summary>
/// <remarks>
/// Heusel et al. 2017, arXiv 1706.08500; Bińkowski et al. 2018, arXiv 1801.01401. Layers: <c>inception-64</c>,
/// <c>inception-192</c> and <c>inception-768</c> are means over the pixels after the first and second max-pool and Mixed_6e;
/// <c>inception-2048</c> are those of the last block; <c>inception-logits</c> are the 1,008 outputs without their bias, as the
/// Inception score takes them. A file that ends at Mixed_6e gives the first three.
/// </remarks>
public sealed class InceptionNetwork : FeatureNetwork
{
    /// <summary>The file with all layers.</summary>
    const string WholeFile = "pt_inception-2015-12-05-6726825d.pth";

    const int Side = 299, Area = Side * Side;

    internal InceptionNetwork(InceptionGraph graph, Weights weights)
    {
        (Graph, Weights) = (graph, weights);
        WeightsHash = InceptionWeights.Hash(weights);
    }

    internal InceptionGraph Graph { get; }

    internal Weights Weights { get; }

    /// <inheritdoc/>
    public override string Name => "inception-2015-12-05";

    /// <summary>
    /// <c>sha256:</c> and 64 hexadecimal digits, over the folded float32 weights: for each tensor in ordinal order of its name
    /// the name in UTF-8 and a zero byte, its sizes as 32-bit integers and its numbers, little-endian. It does not depend on how
    /// the file kept them.
    /// </summary>
    public override string WeightsHash { get; }

    /// <inheritdoc/>
    public override string Resize => "tf1bilinear";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => Graph.Layers;

    /// <summary>
    /// Reads the weights from the original PyTorch file (either of torch.save's formats), or from a safetensors file with batch
    /// norm folded into <c>.weight</c> and <c>.bias</c>. Nothing in the file is executed.
    /// </summary>
    /// <exception cref="InputException">No such file, a damaged one, or the weights of another network.</exception>
    public static InceptionNetwork Load(string path) => InceptionWeights.Load(path);

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureSet> Extract(ImageSet images, IReadOnlyList<string> layers, int threads = 0,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        FeatureLayer[] asked = [.. layers.Select(Find)];
        if (images.Count == 0) throw new InputException($"{images.Name} has no images to take features of.");
        FrozenSet<string> wanted = layers.ToFrozenSet();
        if (wanted.Count == 0) return [];
        var values = wanted.ToFrozenDictionary(name => name, name => new float[checked(images.Count * Layer(name).Width)]);
        int tiles = TileWorkers.TilesOf(images.Count), done = 0;
        new TileWorkers(threads).Run(Weights, tiles, (space, tile) =>
        {
            int start = tile * Tensor.Samples, members = Math.Min(Tensor.Samples, images.Count - start);
            Tensor x = space.Input([3, Side, Side]);
            Fill(images, start, members, x.Values);
            Graph.Run(x, wanted, (name, features) =>
            {
                for (int i = 0; i < members; i++)
                    features.GetSample(i, values[name].AsSpan((start + i) * features.Count, features.Count));
            }, cancellationToken);
            progress?.Invoke((double)Interlocked.Increment(ref done) / tiles);
        });
        return [.. asked.Select(layer => new FeatureSet(Extractor(layer), images.Count, layer.Width, values[layer.Name]))];
    }

    FeatureLayer Find(string name)
    {
        if (name is "inception-2048" or "inception-logits" && !Layers.Any(layer => layer.Name == name))
            throw new InputException($"The weights end at Mixed_6e and give no '{name}': load the whole file, {WholeFile}. "
                + $"These have {string.Join(", ", Layers.Select(layer => layer.Name))}.");
        return Layer(name);
    }

    static void Fill(ImageSet images, int start, int members, Span<float> tile)
    {
        int plane = images.Height * images.Width;
        float[] pixels = new float[plane], resized = new float[Area * members];
        for (int c = 0; c < images.Channels; c++)
        {
            for (int i = 0; i < members; i++)
            {
                TensorPrimitives.ConvertChecked<byte, float>(images.Image(start + i).Slice(c * plane, plane), pixels);
                Span<float> large = resized.AsSpan(i * Area, Area);
                TfBilinearResize.Resize(pixels, images.Height, images.Width, large, Side, Side);
                TensorPrimitives.Subtract(large, 128f, large);
                TensorPrimitives.Multiply(large, 1f / 128, large);
            }

            Span<float> channel = tile.Slice(c * Area * Tensor.Samples, Area * Tensor.Samples);
            for (int e = 0; e < Area; e++)
                for (int i = 0; i < members; i++) channel[e * Tensor.Samples + i] = resized[i * Area + e];
        }

        Span<float> first = tile[..(Area * Tensor.Samples)];
        for (int c = images.Channels; c < 3; c++) first.CopyTo(tile[(c * first.Length)..]);
    }
}
