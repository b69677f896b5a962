using System.Security.Cryptography;
using System.Text;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Features on disk by content: the name of a file is the SHA-256 of the images, the network's weights, the layer and the resize.
/// A file that is damaged is computed anew, never trusted. Images are taken 512 at a time, so that an interruption loses little.
/// Safe to share.
/// </summary>
public sealed class FeatureCache(string folder)
{
    int computed;

    /// <summary>Under the current folder, beside <c>data</c> and <c>runs</c>.</summary>
    public const string DefaultFolder = ".qdiff/features";

    /// <summary>Images in a file.</summary>
    public const int ChunkSize = 512;

    bool cannotKeep;

    /// <summary>Is told, once, if features cannot be kept. They are computed all the same.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>How many files were computed, not found.</summary>
    public int Computed => Volatile.Read(ref computed);

    /// <summary>The features of all images at these layers, from disk where they are there.</summary>
    /// <inheritdoc cref="FeatureNetwork.Extract"/>
    public IReadOnlyList<FeatureSet> Get(FeatureNetwork network, ImageSet images, IReadOnlyList<string> layers, int threads = 0,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        FeatureLayer[] wanted = [.. layers.Select(network.Layer)];
        float[][] values = [.. wanted.Select(layer => new float[checked(images.Count * layer.Width)])];
        for (int first = 0; first < images.Count; first += ChunkSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = first, count = Math.Min(ChunkSize, images.Count - first);
            ImageSet chunk = images.Select([.. Enumerable.Range(first, count)], images.Name);
            float[]?[] found = [.. wanted.Select(layer => Read(network, layer, chunk))];
            if (found.Contains(null))
            {
                IReadOnlyList<FeatureSet> sets = network.Extract(chunk, layers, threads,
                    part => progress?.Invoke((start + part * count) / images.Count), cancellationToken);
                for (int i = 0; i < wanted.Length; i++)
                    Write(network, wanted[i], chunk, found[i] = Singles(network, wanted[i], sets[i], count));
                Interlocked.Increment(ref computed);
            }
            else progress?.Invoke((double)(first + count) / images.Count);

            for (int i = 0; i < wanted.Length; i++) found[i]!.CopyTo(values[i], first * wanted[i].Width);
        }

        return [.. wanted.Select((layer, i) => new FeatureSet(network.Extractor(layer), images.Count, layer.Width, values[i]))];
    }

    /// <summary>
    /// Computes the features that are not there. Each process takes its share of the images; the first keeps what all computed.
    /// All ask for the same.
    /// </summary>
    /// <inheritdoc cref="FeatureNetwork.Extract"/>
    public void Complete(FeatureNetwork network, ImageSet images, IReadOnlyList<string> layers, ProcessGroup processes,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        FeatureLayer[] wanted = [.. layers.Select(network.Layer)];
        for (int first = 0; first < images.Count; first += ChunkSize)
        {
            int count = Math.Min(ChunkSize, images.Count - first), tiles = TileWorkers.TilesOf(count);
            ImageSet chunk = images.Select([.. Enumerable.Range(first, count)], images.Name);
            if (processes.FromFirst(() => wanted.All(layer => Read(network, layer, chunk) is not null))) continue;
            float[][] values = [.. wanted.Select(layer => new float[count * layer.Width])];
            processes.Together(() =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                (int tile, int own) = processes.Share(tiles);
                int begin = tile * Tensor.Samples, behind = Math.Min((tile + own) * Tensor.Samples, count);
                if (begin >= behind) return;
                IReadOnlyList<FeatureSet> sets = network.Extract(chunk.Select([.. Enumerable.Range(begin, behind - begin)],
                    images.Name), layers, processes.Threads, cancellationToken: cancellationToken);
                for (int i = 0; i < wanted.Length; i++)
                    Singles(network, wanted[i], sets[i], behind - begin).CopyTo(values[i], begin * wanted[i].Width);
            });
            for (int i = 0; i < wanted.Length; i++)
            {
                processes.Collect<float>(values[i], tiles, Tensor.Samples * wanted[i].Width);
                if (processes.IsFirst) Write(network, wanted[i], chunk, values[i]);
            }

            progress?.Invoke((double)(first + count) / images.Count);
        }
    }

    string FileOf(FeatureNetwork network, FeatureLayer layer, ImageSet images)
    {
        // Labels are no part of what a network sees, and the place in a larger set is none of it either.
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"v1 {network.WeightsHash} {layer.Name} {layer.Width} {network.Resize} "
            + $"{images.Shape} {images.Count}{Arithmetic.Key} "));
        for (int i = 0; i < images.Count; i++) sha.AppendData(images.Image(i));
        string key = Convert.ToHexStringLower(sha.GetHashAndReset());
        return Path.Combine(folder, key[..2], key + ".npz");
    }

    float[]? Read(FeatureNetwork network, FeatureLayer layer, ImageSet images)
    {
        string file = FileOf(network, layer, images);
        if (!File.Exists(file)) return null;
        try
        {
            if (Npz.Read(file, name => name == "features") is not [var entry]) return null;
            StoredArray stored = entry.Value;
            if (stored.Type != ElementType.F32 || !stored.Shape.SequenceEqual([images.Count, layer.Width])) return null;
            float[] values = stored.ToSingles();
            return values.All(float.IsFinite) ? values : null;
        }
        catch (Exception e) when (e is InvalidDataException or InputException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    void Write(FeatureNetwork network, FeatureLayer layer, ImageSet images, float[] values)
    {
        if (cannotKeep) return;
        StoredArray array = StoredArray.Create([images.Count, layer.Width], (ReadOnlySpan<float>)values);
        try
        {
            WholeFile.Write(FileOf(network, layer, images), stream =>
                Npz.Write(stream, [new("features", array)], compress: false),
                makeFolder: true);
        }
        catch (IOException e)
        {
            // Keeping them saves time, no more.
            cannotKeep = true;
            Warn?.Invoke($"Features are computed but not kept in {folder}: {(e.InnerException ?? e).Message.TrimEnd('.')}.");
        }
    }

    /// <summary>The numbers of a set, refused where they are not what the network promised.</summary>
    static float[] Singles(FeatureNetwork network, FeatureLayer layer, FeatureSet set, int count)
    {
        if (set.Count != count || set.Width != layer.Width)
            throw new InputException($"{network.Name} gave {set.Count} × {set.Width} features for {count} images at the layer "
                + $"{layer.Name}, which has {layer.Width}: its weights belong to another network.");
        var values = new float[count * layer.Width];
        var row = new double[layer.Width];
        for (int i = 0; i < count; i++)
        {
            set.CopyTo(i, 0, row);
            for (int k = 0; k < row.Length; k++) values[i * row.Length + k] = (float)row[k];
        }

        return values;
    }
}
