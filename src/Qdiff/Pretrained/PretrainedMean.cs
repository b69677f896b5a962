using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The mean of the images that a model was trained on, in its folder, so that drawing can begin from it without them: a
/// safetensors file with <c>all</c> and, where the network knows classes, <c>class.K</c>, and with whose mean it is under
/// <c>qdiff.*</c>. Of networks of a class each it has <c>class.K</c> alone, and says of each whose mean that is.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Sha256">Of its bytes, as the card says.</param>
/// <param name="Class">The class that the network draws; null if there is one network.</param>
sealed record PretrainedMean(string Path, string Sha256, int? Class)
{
    /// <summary>Its name in the folder of a model.</summary>
    public const string FileName = "mean.safetensors";

    const string DataKey = "qdiff.data", ImagesKey = "qdiff.images";

    /// <summary>The file's bytes for one network, or for those of a class each.</summary>
    /// <exception cref="InputException">The training images are not there, or others are.</exception>
    public static byte[] Format(IEnumerable<(int? Class, TrainedRun Run)> networks)
    {
        List<KeyValuePair<string, StoredArray>> means = [];
        List<KeyValuePair<string, string>> says = [];
        foreach ((int? own, TrainedRun run) in networks)
        {
            MeanStart mean = run.Mean();
            DataDescription data = run.Folder.Manifest.Data;
            says.Add(new(KeyOf(DataKey, own), data.Hash));
            says.Add(new(KeyOf(ImagesKey, own), Invariant($"{data.Count}")));
            means.Add(new(NameOf(own), Stored(mean)));
            if (own is null)
                foreach (int label in mean.Classes) means.Add(new(NameOf(label), Stored(mean, label)));
        }

        using var file = new MemoryStream();
        new SafeTensors(means, says).Write(file);
        return file.ToArray();
    }

    /// <summary>Reads the mean, and that of each of these classes.</summary>
    /// <param name="image">The shape of the network's images.</param>
    /// <param name="data">The hash of those that it was trained on.</param>
    /// <exception cref="InputException">It is missing, damaged, was changed, or belongs to another network.</exception>
    public MeanStart Read(Shape image, string data, IReadOnlyList<int> classes)
    {
        SafeTensors file = PretrainedWeights.ReadTensors(Path, Sha256);
        string said = file.Metadata.FirstOrDefault(pair => pair.Key == KeyOf(DataKey, Class)).Value ?? "not said";
        if (said != data)
            throw new InputException($"{Path} is the mean of other images than the network was trained on: their hash is {said}, "
                + $"not {data}.");
        return new(image, Numbers(NameOf(Class)), classes.ToDictionary(label => label, label => Numbers(NameOf(label))));

        float[] Numbers(string name)
        {
            if (!file.TryGet(name, out StoredArray? array)) throw new InputException($"{Path} has no tensor '{name}'.");
            if (array.Type != ElementType.F32 || !array.Shape.SequenceEqual(image.ToArray()))
                throw new InputException($"{Path}: '{name}' is {array.Type} of shape {string.Join('×', array.Shape)}; the "
                    + $"network's images are {ElementType.F32} of {image}.");
            float[] values = array.ToSingles();
            return values.All(value => value is >= -1 and <= 1) ? values
                : throw new InputException($"{Path}: '{name}' has a number that is not from -1 to 1.");
        }
    }

    static string NameOf(int? label) => label is { } number ? Invariant($"class.{number}") : "all";

    static string KeyOf(string key, int? own) => own is null ? key : $"{key}.{NameOf(own)}";

    static StoredArray Stored(MeanStart mean, int? label = null) =>
        StoredArray.Create(mean.Shape.ToArray(), (float[])[.. mean.Image(label)]);
}
