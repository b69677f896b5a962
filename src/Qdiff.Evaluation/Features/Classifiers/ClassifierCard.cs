using System.Text.Json;
using System.Text.Json.Serialization;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>What a classifier's file says about it: what it was trained and tested on, how, and how well it does.</summary>
public sealed record ClassifierCard
{
    /// <summary>The domain: digits, clothes, tissue, land-cover, or one of the user's own.</summary>
    public required string Domain { get; init; }

    /// <summary>The data set of <see cref="Catalog.DataSets"/> it is for.</summary>
    public required string Dataset { get; init; }

    /// <summary>Which images it learned from.</summary>
    public required ImagesUsed Training { get; init; }

    /// <summary>Which images it was tested on.</summary>
    public required ImagesUsed HeldOut { get; init; }

    /// <summary>What label k is called.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Row w, column p: how many held-out images of class w were taken for class p.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>
    /// The same over all images, each judged by a network that had not seen it, where the set was divided and every part had its
    /// turn.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>>? CrossValidation { get; init; }

    /// <summary>The seed of initial weights, order, augmentation and division.</summary>
    public required long Seed { get; init; }

    /// <summary>How often each image was learned from.</summary>
    public required int Epochs { get; init; }

    /// <summary>The command that trains it again.</summary>
    public required string Command { get; init; }

    /// <summary>The network's shape of images: channels, height, width.</summary>
    public required IReadOnlyList<int> Image { get; init; }

    /// <summary>See <see cref="ClassifierNetwork.Width"/>.</summary>
    public required int Width { get; init; }

    /// <summary>See <see cref="ClassifierNetwork.Blocks"/>.</summary>
    public required int Blocks { get; init; }

    /// <summary>The hash of the weights, <c>sha256:…</c>.</summary>
    [JsonPropertyName("weights")]
    public required string WeightsHash { get; init; }

    /// <summary>A set of images: its name, size and content hash.</summary>
    public sealed record ImagesUsed(string Name, int Count, string Hash)
    {
        /// <summary>Describes a set.</summary>
        public static ImagesUsed Of(ImageSet images) => new(images.Name, images.Count, images.Hash);
    }

    /// <summary>Accuracy on the held-out images.</summary>
    public ClassAccuracy Accuracy() => FromRows(Confusion, ClassNames.Count);

    /// <summary>Accuracy over all images, each judged by a network that had not seen it; null if that was not measured.</summary>
    public ClassAccuracy? CrossValidated() => CrossValidation is null ? null : FromRows(CrossValidation, ClassNames.Count);

    /// <summary>The rows of a confusion matrix.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Rows(ClassAccuracy accuracy) =>
        [.. Enumerable.Range(0, accuracy.Classes)
            .Select(w => (IReadOnlyList<int>)[.. Enumerable.Range(0, accuracy.Classes).Select(p => accuracy[w, p])])];

    internal string ToJson() => JsonSerializer.Serialize(this, RunJson.Line);

    /// <summary>Reads and checks what a file says.</summary>
    internal static ClassifierCard Parse(string json, string source)
    {
        ClassifierCard card;
        try
        {
            card = JsonSerializer.Deserialize<ClassifierCard>(json, RunJson.Line)
                ?? throw new JsonException("null instead of an object.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{source}: the description of the classifier cannot be read: {e.Message}", e);
        }

        if (card.Domain.Length is 0 or > 40 || card.Domain.Any(letter => !char.IsAsciiLetterLower(letter)
            && !char.IsAsciiDigit(letter) && letter != '-'))
            throw new InputException($"{source} is of the domain '{card.Domain}'; a domain has 1 to 40 lower-case letters, "
                + "digits and hyphens.");
        if (card.Image.Count != 3) throw new InputException($"{source} is for images of [{string.Join(", ", card.Image)}]; "
            + "channels, height and width are expected.");
        if (card.ClassNames.Any(name => name is null)) throw new InputException($"{source} has a class without a name.");
        CheckRows(card.Confusion, card.ClassNames.Count, source);
        if (card.CrossValidation is { } rows) CheckRows(rows, card.ClassNames.Count, source);
        return card;
    }

    internal ClassifierNetwork Build()
    {
        // The constructor of a shape refuses sizes that are not positive in its own words; the network's are about images.
        if (Image.Any(size => size is < 1 or > ClassifierNetwork.LargestSide))
            throw new InputException($"A classifier is for images of up to {ClassifierNetwork.LargestSide} pixels a side, not "
                + $"for {string.Join('×', Image)}.");
        return new(new Shape([.. Image]), ClassNames.Count, Width, Blocks);
    }

    static void CheckRows(IReadOnlyList<IReadOnlyList<int>> rows, int classes, string source)
    {
        if (classes is < 2 or > ClassifierNetwork.MostClasses || rows.Count != classes
            || rows.Any(row => row is null || row.Count != classes || row.Any(count => count < 0))
            || rows.Sum(row => row.Sum(count => (long)count)) is < 1 or > 10_000_000)
            throw new InputException($"{source}: the confusion matrix should be {classes} × {classes} counts, none negative, "
                + "of 1 to 10,000,000 images.");
    }

    static ClassAccuracy FromRows(IReadOnlyList<IReadOnlyList<int>> rows, int classes)
    {
        List<int> wanted = [], predicted = [];
        for (int w = 0; w < classes; w++)
            for (int p = 0; p < classes; p++)
            {
                wanted.AddRange(Enumerable.Repeat(w, rows[w][p]));
                predicted.AddRange(Enumerable.Repeat(p, rows[w][p]));
            }

        return ClassAccuracy.Compute([.. wanted], [.. predicted], classes);
    }
}
