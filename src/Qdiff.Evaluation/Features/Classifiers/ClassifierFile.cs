using System.Security.Cryptography;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// A classifier as a safetensors file: one F32 tensor a parameter, in the order of the network; in the metadata <c>format</c> and
/// <c>card</c>, the <see cref="ClassifierCard"/> as JSON. The hash of the weights is the SHA-256 of everything after the header.
/// </summary>
static class ClassifierFile
{
    const string Format = "qdiff-classifier 1", FormatKey = "format", CardKey = "card";

    // Far above the largest network that can be described, far below what would hurt.
    const long LargestFile = 64_000_000;

    public static (ClassifierCard Card, ClassifierNetwork Network, Weights Weights) Read(string path)
    {
        try
        {
            using FileStream stream = InputFile.Open(path);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The classifier {path} cannot be read: {e.Message}", e);
        }
    }

    public static (ClassifierCard Card, ClassifierNetwork Network, Weights Weights) Read(Stream stream, string source)
    {
        if (stream.Length > LargestFile)
            throw new InputException($"{source} has {stream.Length} bytes; a classifier has {LargestFile} at most.");
        SafeTensors file;
        try
        {
            file = SafeTensors.Read(stream, source);
        }
        catch (InvalidDataException e)
        {
            throw new InputException(e.Message, e);
        }

        string? format = Text(FormatKey), card = Text(CardKey);
        if (format != Format || card is null)
            throw new InputException($"{source} is no classifier: its metadata should have the format '{Format}' and a card, "
                + $"but the format is {(format is null ? "missing" : $"'{format}'")}"
                + $"{(card is null ? " and there is no card" : "")}.");
        ClassifierCard parsed = ClassifierCard.Parse(card, source);
        ClassifierNetwork network;
        try
        {
            network = parsed.Build();
        }
        catch (InputException e)
        {
            throw new InputException($"{source}: {e.Message}", e);
        }

        Require(file, network, source);
        var weights = new Weights(network.Parameters);
        foreach (Parameter parameter in network.Parameters) file[parameter.Name].ToSingles().CopyTo(weights[parameter]);
        weights.Refresh();
        string hash = Hash(weights);
        if (hash != parsed.WeightsHash) throw new InputException(
            $"{source} is damaged: the hash of its weights is {hash}, it was written with {parsed.WeightsHash}.");
        foreach (float value in weights.Values)
            if (!float.IsFinite(value)) throw new InputException(Invariant($"{source} has a weight that is {value}."));
        return (parsed, network, weights);

        string? Text(string key) => file.Metadata.FirstOrDefault(pair => pair.Key == key).Value;
    }

    public static void Write(Stream stream, ClassifierCard card, Weights weights) => new SafeTensors(
        weights.Table.Select(p => KeyValuePair.Create(p.Name, StoredArray.Create(p.Shape.ToArray(), weights[p]))),
        [KeyValuePair.Create(FormatKey, Format), KeyValuePair.Create(CardKey, card.ToJson())]).Write(stream);

    /// <summary>SHA-256 over the tensors' bytes, little-endian, one after another in the order of the network.</summary>
    public static string Hash(Weights weights)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in weights.Table)
            sha.AppendData(StoredArray.Create(parameter.Shape.ToArray(), weights[parameter]).Bytes.Span);
        return "sha256:" + Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <summary>Refuses a file whose tensors are not exactly the network's, before anything is made of them.</summary>
    static void Require(SafeTensors file, ClassifierNetwork network, string source)
    {
        foreach (Parameter parameter in network.Parameters)
        {
            if (!file.TryGet(parameter.Name, out StoredArray? array))
                throw new InputException($"{source} has no tensor '{parameter.Name}'.");
            if (array.Type != ElementType.F32 || !array.Shape.SequenceEqual(parameter.Shape.ToArray()))
                throw new InputException($"{source}: the tensor '{parameter.Name}' is {array.Type} of "
                    + $"[{string.Join(", ", array.Shape)}]; F32 of "
                    + $"[{string.Join(", ", parameter.Shape.ToArray())}] is needed for the network that the file describes.");
        }

        if (file.Names.FirstOrDefault(name => network.Parameters.Find(name) is null) is { } stranger)
            throw new InputException($"{source} has a tensor '{stranger}' that is no part of the network that the file "
                + "describes.");
    }
}
