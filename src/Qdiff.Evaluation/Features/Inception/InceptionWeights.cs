using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Reads, folds, checks and hashes the weights of the FID network.</summary>
static class InceptionWeights
{
    const double BatchNormEpsilon = 0.001;

    /// <inheritdoc cref="InceptionNetwork.Load"/>
    public static InceptionNetwork Load(string path) => From(Read(path), path);

    /// <summary>The network of tensors that <paramref name="path"/> held, folded or not.</summary>
    public static InceptionNetwork From(IReadOnlyDictionary<string, StoredArray> tensors, string path)
    {
        Dictionary<string, (int[] Shape, float[] Values)> folded =
            tensors.Keys.Any(name => name.EndsWith(".bn.weight", StringComparison.Ordinal))
            ? Fold(tensors, path)
            : tensors.ToDictionary(t => t.Key, t => ((int[])[.. t.Value.Shape], t.Value.ToSingles()), StringComparer.Ordinal);
        bool whole = folded.Keys.Any(name => name.StartsWith("Mixed_7", StringComparison.Ordinal)
            || name.StartsWith("fc.", StringComparison.Ordinal));
        var graph = new InceptionGraph(whole);
        RequireSameTensors(graph.Parameters, folded, path);

        var weights = new Weights(graph.Parameters);
        foreach (Parameter parameter in graph.Parameters)
        {
            float[] values = folded[parameter.Name].Values;
            int bad = Array.FindIndex(values, value => !float.IsFinite(value));
            if (bad >= 0)
                throw new InputException(Invariant(
                    $"{path}: number {bad} of '{parameter.Name}' is {values[bad]}. The file is damaged; get ")
                    + "it anew.");
            values.CopyTo(weights[parameter]);
        }

        weights.Refresh();
        return new(graph, weights);
    }

    public static string Hash(Weights weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        foreach (Parameter parameter in weights.Table.OrderBy(parameter => parameter.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(parameter.Name + "\0"));
            foreach (int size in parameter.Shape)
            {
                BinaryPrimitives.WriteInt32LittleEndian(number, size);
                hash.AppendData(number);
            }

            hash.AppendData(StoredArray.Create([parameter.Count], weights[parameter]).Bytes.Span);
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static IReadOnlyDictionary<string, StoredArray> Read(string path)
    {
        try
        {
            if (TorchFile.IsOne(path)) return TorchFile.Read(path).Tensors;
            SafeTensors file = SafeTensors.Read(path);
            return file.Names.ToDictionary(name => name, name => file[name], StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"The weights of the Inception network cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Takes batch norm γ·(x − μ)/√(σ² + ε) + β into the convolution before it, in double: <c>name.conv.weight</c> and
    /// <c>name.bn.*</c> become <c>name.weight</c> and <c>name.bias</c>.
    /// </summary>
    static Dictionary<string, (int[] Shape, float[] Values)> Fold(IReadOnlyDictionary<string, StoredArray> tensors, string path)
    {
        var folded = new Dictionary<string, (int[] Shape, float[] Values)>(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in tensors.Keys.Where(name => name.EndsWith(".conv.weight", StringComparison.Ordinal)))
        {
            string layer = name[..^".conv.weight".Length];
            StoredArray kernel = tensors[name];
            int outputs = kernel.Shape.Count == 4 ? kernel.Shape[0]
                : throw Other(path, $"'{name}' has {kernel.Shape.Count} dimensions instead of 4");
            double[] gamma = Channel("weight"), beta = Channel("bias"), mean = Channel("running_mean"),
                variance = Channel("running_var");
            double[] w = kernel.ToDoubles();
            var bias = new float[outputs];
            var values = new float[w.Length];
            for (int o = 0, size = outputs == 0 ? 0 : w.Length / outputs; o < outputs; o++)
            {
                double scale = gamma[o] / Math.Sqrt(variance[o] + BatchNormEpsilon);
                bias[o] = (float)(beta[o] - mean[o] * scale);
                for (int i = o * size; i < (o + 1) * size; i++) values[i] = (float)(w[i] * scale);
            }

            folded[layer + ".weight"] = ([.. kernel.Shape], values);
            folded[layer + ".bias"] = ([outputs], bias);
            used.Add(name);

            double[] Channel(string part)
            {
                string full = $"{layer}.bn.{part}";
                used.Add(full);
                if (!tensors.TryGetValue(full, out StoredArray? array)) throw Other(path, $"'{full}' is missing");
                return array.Count == outputs ? array.ToDoubles()
                    : throw Other(path, $"'{full}' has {array.Count} numbers for the {outputs} channels of '{name}'");
            }
        }

        foreach ((string name, StoredArray array) in tensors)
            if (!used.Contains(name) && !name.EndsWith(".num_batches_tracked", StringComparison.Ordinal))
                folded[name] = ([.. array.Shape], array.ToSingles());
        return folded;
    }

    static void RequireSameTensors(ParameterTable table, Dictionary<string, (int[] Shape, float[] Values)> found, string path)
    {
        string[] missing = [.. table.Select(p => p.Name).Where(name => !found.ContainsKey(name))];
        string[] unknown = [.. found.Keys.Where(name => table.Find(name) is null)];
        string[] wrong = [.. table.Where(p => found.TryGetValue(p.Name, out var t) && !p.Shape.ToArray().SequenceEqual(t.Shape))
            .Select(p => $"'{p.Name}' is {string.Join('×', found[p.Name].Shape)} instead of {p.Shape}")];
        if (missing.Length + unknown.Length + wrong.Length == 0) return;
        throw Other(path, string.Join("; ",
            ((string[])[List("missing", missing), List("not part of it", unknown), List("wrong size", wrong)])
            .Where(text => text.Length > 0)));

        static string List(string what, string[] names) => names.Length == 0 ? ""
            : $"{what}: {string.Join(", ", names.Take(3))}{(names.Length > 3 ? $" and {names.Length - 3} more" : "")}";
    }

    static InputException Other(string path, string difference) => new(
        $"{path} does not hold the weights of the FID network inception-2015-12-05 ({difference}). "
            + "The file to use is pt_inception-2015-12-05-6726825d.pth, or a safetensors file made from it.");
}
