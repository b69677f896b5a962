using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A network's weights as a model gives them away: a safetensors file of the parameters by their canonical names, with
/// <c>format: pt</c> and, under <c>qdiff.*</c>, what they belong to.
/// </summary>
sealed record PretrainedWeights
{
    const string ManifestKey = "qdiff.manifest", ModelKey = "qdiff.model", WiringKey = "qdiff.wiring",
        ConfigKey = "qdiff.config.sha256", StepsKey = "qdiff.steps", SeedKey = "qdiff.seed", KeptKey = "qdiff.kept";

    // Far above any network that can be described, far below what would hurt.
    const long LargestFile = 1L << 31;

    /// <summary>The tensors.</summary>
    public required SafeTensors File { get; init; }

    /// <summary>What the run was that they were taken from.</summary>
    public required RunManifest Manifest { get; init; }

    /// <summary>The training steps behind them.</summary>
    public required long Step { get; init; }

    /// <summary>Whether they are those that the optimiser left, instead of their average.</summary>
    public required bool Raw { get; init; }

    /// <summary>How many they are, as the card beside them says; null if there is none.</summary>
    public int? Parameters { get; init; }

    /// <summary>The mean of the training images; null if the model has none.</summary>
    public PretrainedMean? Mean { get; init; }

    /// <summary>The values for a network.</summary>
    /// <exception cref="InputException">They are another network's, or no numbers, or the card says how many and is
    /// wrong.</exception>
    public Weights Load(Network network)
    {
        Weights weights = CheckpointContent.LoadWeights(File, network);
        if (Parameters is { } said && said != network.Parameters.Scalars)
            throw new InputException(Invariant($"{File.Source} has {network.Parameters.Scalars} numbers; the card beside it ")
                + Invariant($"says parameters: {said}."));
        return weights;
    }

    /// <summary>The file's bytes.</summary>
    /// <param name="kind">Single or half precision.</param>
    public static byte[] Format(Weights weights, ElementType kind, RunManifest manifest, long step, bool raw, string configHash)
    {
        using var file = new MemoryStream();
        new SafeTensors(weights.Table.Select(p => KeyValuePair.Create(p.Name, Stored(p.Shape.ToArray(), weights[p], kind))),
        [
            new("format", "pt"), new(ModelKey, manifest.Model.Name), new(WiringKey, manifest.Model.Wiring),
            new(ConfigKey, configHash),
            new("qdiff.version", manifest.Version), new("qdiff.dataset", manifest.Data.Name),
            new("qdiff.dataset.sha256", manifest.Data.Hash), new(StepsKey, Invariant($"{step}")),
            new(SeedKey, Invariant($"{manifest.Seeds["training"]}")), new(KeptKey, raw ? "raw" : "average"),
            new(ManifestKey, JsonSerializer.Serialize(manifest, RunJson.Line)),
        ]).Write(file);
        return file.ToArray();
    }

    /// <summary>Reads a file that a card names, and compares it with what the card and the configuration say.</summary>
    /// <param name="configHash">The SHA-256 of the configuration beside it.</param>
    /// <exception cref="InputException">It is missing, damaged, was changed, or belongs to another network.</exception>
    public static PretrainedWeights Read(string path, string expectedHash, string configHash, ModelConfig model, long step,
        bool raw)
    {
        SafeTensors file = ReadTensors(path, expectedHash);
        if (Text(ModelKey) != model.Name || Text(WiringKey) != model.Wiring)
            throw new InputException($"{path} holds the weights of {Text(ModelKey)}, {Text(WiringKey)} wiring; the configuration "
                + $"beside it is of {model.Name}, {model.Wiring} wiring.");
        if (Text(ConfigKey) != configHash)
            throw new InputException($"{path} was saved with another configuration than the one beside it: that had the SHA-256 "
                + $"{Text(ConfigKey)}, this one has {configHash}. Put back {RunFolder.ConfigFile} as it was.");
        try
        {
            return new()
            {
                File = file,
                Manifest = RunJson.Whole(JsonSerializer.Deserialize<RunManifest>(Text(ManifestKey), RunJson.Line)),
                Step = step,
                Raw = raw,
            };
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: the metadata {ManifestKey} cannot be read: {e.Message}", e);
        }

        string Text(string key) => TextOf(file, key);
    }

    /// <summary>Reads the tensors of a file that a card names.</summary>
    /// <exception cref="InputException">It is missing, damaged or was changed.</exception>
    public static SafeTensors ReadTensors(string path, string expectedHash)
    {
        try
        {
            using FileStream stream = InputFile.Open(path);
            if (stream.Length > LargestFile)
                throw new InputException($"{path} has {stream.Length} bytes; files of a model have {LargestFile} at most.");
            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (hash != expectedHash)
                throw new InputException($"{path} is damaged or was changed: its SHA-256 is {hash}, the card beside it says "
                    + $"{expectedHash}.");
            stream.Position = 0;
            return SafeTensors.Read(stream, path);
        }
        catch (InvalidDataException e)
        {
            throw new InputException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Compares what the weights say of their training with what a card says of it.</summary>
    /// <exception cref="InputException">They differ.</exception>
    public void RequireLike(PretrainedCard card)
    {
        Require(SeedKey, "seed", Invariant($"{card.Seed}"));
        Require(KeptKey, "kept", card.Raw ? "raw" : "average");
        // Of several networks the card says the longest training.
        if (card.WeightFiles.Count == 1 || !long.TryParse(TextOf(File, StepsKey), NumberStyles.None, CultureInfo.InvariantCulture,
            out long steps) || steps > card.Steps)
            Require(StepsKey, "steps", Invariant($"{card.Steps}"));

        void Require(string key, string field, string said)
        {
            if (TextOf(File, key) != said)
                throw new InputException($"{File.Source} has {key} {TextOf(File, key)}; the card beside it says {field}: "
                    + $"{said}.");
        }
    }

    static string TextOf(SafeTensors file, string key) => file.Metadata.FirstOrDefault(pair => pair.Key == key).Value
        ?? throw new InputException($"{file.Source} are no weights of a pretrained model: the metadata lack {key}.");

    static StoredArray Stored(int[] shape, ReadOnlySpan<float> values, ElementType kind)
    {
        if (kind == ElementType.F32) return StoredArray.Create(shape, values);
        if (kind != ElementType.F16)
            throw new ArgumentException($"Weights are kept as {ElementType.F32} or {ElementType.F16}, not as {kind}.",
                nameof(kind));
        return StoredArray.CreateHalf(shape, values);
    }
}
