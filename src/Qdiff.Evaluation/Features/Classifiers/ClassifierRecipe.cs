namespace Qdiff.Evaluation;

/// <summary>How a domain's classifier is built and trained. Data only.</summary>
public sealed record ClassifierRecipe
{
    /// <summary>The domain: digits, clothes, tissue, land-cover, or a data set's name.</summary>
    public required string Domain { get; init; }

    /// <summary>The data set of <see cref="Catalog.DataSets"/> to learn from.</summary>
    public required string Dataset { get; init; }

    /// <summary>Channels of the first layer; see <see cref="ClassifierNetwork.Width"/>.</summary>
    public int Width { get; init; } = 16;

    /// <summary>See <see cref="ClassifierNetwork.Blocks"/>.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>How often each image is learned from.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images of a step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>The highest learning rate; it rises for a twentieth of the steps, then falls to 0 along a cosine.</summary>
    public double LearningRate { get; init; } = 4e-3;

    /// <summary>How much the weights shrink in a step, as a share of the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>How images are changed before they are learned from.</summary>
    public Augmentation Augmentation { get; init; } = new();

    /// <summary>The domains that classifiers are shipped for.</summary>
    public static IReadOnlyList<ClassifierRecipe> All { get; } =
    [
        new()
        {
            Domain = "digits", Dataset = "mnist", Epochs = 10,
            Augmentation = new() { Shift = 2, Rotation = 12, Zoom = 0.12 },
        },
        new()
        {
            Domain = "clothes", Dataset = "fashion-mnist", Width = 24, Blocks = 2, Epochs = 14,
            Augmentation = new() { Shift = 2, Flip = true },
        },
        new()
        {
            Domain = "tissue", Dataset = "pathmnist", Epochs = 100, Batch = 64,
            Augmentation = new() { Shift = 2, Zoom = 0.1, Flip = true, Turn = true, Colour = 0.1 },
        },
        new()
        {
            Domain = "land-cover", Dataset = "eurosat", Epochs = 50, Batch = 64,
            Augmentation = new() { Shift = 4, Zoom = 0.1, Flip = true, Turn = true, Colour = 0.1 },
        },
    ];

    /// <summary>
    /// The recipe of a domain, or of the domain that a data set belongs to, or a plain one for another data set of the catalogue.
    /// </summary>
    /// <exception cref="InputException">Neither a domain nor a data set.</exception>
    public static ClassifierRecipe For(string domainOrDataset, Catalog catalog)
    {
        if (All.FirstOrDefault(recipe => recipe.Domain == domainOrDataset || recipe.Dataset == domainOrDataset) is { } known)
            return known;
        if (!catalog.DataSets.Contains(domainOrDataset)
            && !domainOrDataset.AsSpan().ContainsAny('/', '\\', ':'))
        {
            string[] names = [.. All.Select(recipe => recipe.Domain), .. catalog.DataSets.Names];
            string meant = NearestName.Find(domainOrDataset, names) is string nearest ? $" Did you mean {nearest}?" : "";
            throw new InputException($"'{domainOrDataset}' is neither a domain nor a data set.{meant} Known are "
                + $"{string.Join(", ", names)}.");
        }

        return new() { Domain = DomainOf(domainOrDataset), Dataset = domainOrDataset };
    }

    /// <summary>The last part of the name in letters, digits and hyphens: a folder's path is no domain.</summary>
    static string DomainOf(string dataset)
    {
        string last = dataset.TrimEnd('/', '\\').Split('/', '\\', ':')[^1].ToLowerInvariant();
        string plain = new([.. last.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-').Take(40)]);
        return plain.Trim('-') is { Length: > 0 } domain ? domain : "own";
    }
}
