using Qdiff.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Qdiff.Evaluation;

/// <summary>
/// A classifier of one domain's images as a feature network: 64 features (layer <c>domain-NAME</c>) and its logits
/// (<c>domain-NAME-logits</c>). Four come with the library; others are trained with <see cref="ClassifierTraining"/>.
/// </summary>
public sealed class DomainClassifier : FeatureNetwork
{
    const string Extension = ".classifier.safetensors";

    static readonly Lazy<IReadOnlyList<DomainClassifier>> s_all = new(() =>
        [.. ClassifierRecipe.All.Select(recipe => Shipped(recipe.Domain))]);

    readonly ClassifierNetwork network;
    readonly Weights weights;

    /// <summary>A classifier of trained weights; the card's hash of the weights is set here.</summary>
    public DomainClassifier(ClassifierCard card, ClassifierNetwork network, Weights weights)
    {
        if (weights.Table != network.Parameters)
            throw new ArgumentException("The weights belong to another network.", nameof(weights));
        if (card.ClassNames.Count != network.Classes)
            throw new ArgumentException($"The card names {card.ClassNames.Count} classes, the network has {network.Classes}.",
                nameof(card));
        (Card, this.network, this.weights) = (card with { WeightsHash = ClassifierFile.Hash(weights) }, network, weights);
        Layers = [new(Name, ClassifierNetwork.Features), new(Name + "-logits", network.Classes, IsLogits: true)];
    }

    /// <summary>The classifiers that come with the library: digits, clothes, tissue, land-cover.</summary>
    public static IReadOnlyList<DomainClassifier> All => s_all.Value;

    /// <summary>What it was trained and tested on, and how well it does.</summary>
    public ClassifierCard Card { get; }

    /// <summary>The images that it takes: [channels, height, width].</summary>
    public Shape Image => network.Image;

    /// <summary>How many parameters it has.</summary>
    public int Parameters => network.Parameters.Scalars;

    /// <inheritdoc/>
    public override string Name => "domain-" + Card.Domain;

    /// <inheritdoc/>
    public override string WeightsHash => Card.WeightsHash;

    /// <inheritdoc/>
    public override string Resize => "none";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => Card.ClassNames;

    /// <summary>The shipped classifier of a domain: digits or domain-digits.</summary>
    /// <exception cref="InputException">There is none; the message lists those there are.</exception>
    public static DomainClassifier Named(string name)
    {
        if (All.FirstOrDefault(c => c.Card.Domain == name || c.Name == name) is { } found) return found;
        string[] known = [.. All.Select(c => c.Card.Domain)];
        string meant = NearestName.Find(name, known) is string nearest ? $" Did you mean {nearest}?" : "";
        throw new InputException($"There is no classifier '{name}'.{meant} Known are {string.Join(", ", known)}, and files "
            + "of trained ones.");
    }

    /// <summary>
    /// The shipped classifier for a data set by its name (<c>mnist</c>, or an <see cref="ImageSet.Name"/> such as
    /// <c>mnist/train[labels 0,1]</c>), or null if there is none or it takes images of another shape.
    /// </summary>
    public static DomainClassifier? For(string dataset, Shape shape)
    {
        string plain = dataset.Split('/', '[')[0];
        if (plain == FashionMnist.BuiltIn.Name) plain = FashionMnist.Source.Name;
        return All.FirstOrDefault(c => c.Card.Dataset == plain && c.Image == shape);
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InputException">It is missing, damaged or no classifier; the message says which.</exception>
    public static DomainClassifier Load(string path) => Of(ClassifierFile.Read(path));

    /// <summary>The same classifier with a card that also says how it did in cross-validation.</summary>
    public DomainClassifier With(ClassAccuracy crossValidated) =>
        new(Card with { CrossValidation = ClassifierCard.Rows(crossValidated) }, network, weights);

    /// <summary>Writes a file, replacing one that is there only when the new one is complete.</summary>
    public void Save(string path) => WholeFile.Write(path, stream => ClassifierFile.Write(stream, Card, weights));

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureSet> Extract(ImageSet images, IReadOnlyList<string> layers, int threads = 0,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        FeatureLayer[] wanted = [.. layers.Select(Layer)];
        if (wanted.FirstOrDefault(layer => (long)images.Count * layer.Width > Array.MaxLength) is { Name: { } large } tooLarge)
            throw new InputException($"{images.Count} images × {tooLarge.Width} numbers of {large} do not fit into memory at "
                + "once; extract them in parts.");
        float[][] values = [.. wanted.Select(layer => new float[images.Count * layer.Width])];
        Run(images, threads, progress, cancellationToken, (features, logits, first, count) =>
        {
            for (int l = 0; l < wanted.Length; l++)
            {
                (Tensor tensor, int width) = (wanted[l].IsLogits ? logits : features, wanted[l].Width);
                for (int s = 0; s < count; s++) tensor.GetSample(s, values[l].AsSpan((first + s) * width, width));
            }
        });
        return [.. wanted.Select((layer, l) => new FeatureSet(Extractor(layer), images.Count, layer.Width, values[l]))];
    }

    /// <summary>The class of each image: that of the largest logit.</summary>
    /// <inheritdoc cref="FeatureNetwork.Extract" path="/param"/>
    /// <exception cref="InputException">Images of another shape than the classifier's.</exception>
    public int[] Classify(ImageSet images, int threads = 0, Action<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var classes = new int[images.Count];
        Run(images, threads, progress, cancellationToken, (_, logits, first, count) =>
        {
            Span<float> sample = stackalloc float[network.Classes];
            for (int s = 0; s < count; s++)
            {
                logits.GetSample(s, sample);
                classes[first + s] = TensorPrimitives.IndexOfMax<float>(sample);
            }
        });
        return classes;
    }

    /// <summary>How often it names the images' own labels.</summary>
    /// <inheritdoc cref="FeatureNetwork.Extract" path="/param"/>
    /// <exception cref="InputException">No labels, labels that it does not know, or images of another shape.</exception>
    public ClassAccuracy Check(ImageSet images, int threads = 0, Action<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (!images.HasLabels)
            throw new InputException($"{images.Name} has no labels to compare with; in a folder, sub-folders are classes.");
        return ClassAccuracy.Compute(images.Labels, Classify(images, threads, progress, cancellationToken), network.Classes);
    }

    static DomainClassifier Shipped(string domain)
    {
        using Stream stream = typeof(DomainClassifier).Assembly.GetManifestResourceStream(domain + Extension)!;
        return Of(ClassifierFile.Read(stream, domain + Extension));
    }

    static DomainClassifier Of((ClassifierCard Card, ClassifierNetwork Network, Weights Weights) file) =>
        new(file.Card, file.Network, file.Weights);

    void Run(ImageSet images, int threads, Action<double>? progress, CancellationToken cancellationToken,
        Action<Tensor, Tensor, int, int> each)
    {
        if (images.Shape != Image)
            throw new InputException($"The classifier {Name} takes images of {Image}, but {images.Name} has {images.Shape}. It "
                + "does not resize: give it images of its size, train one on images of this size, or take a network that "
                + "resizes.");
        int tiles = TileWorkers.TilesOf(images.Count), done = 0;
        new TileWorkers(threads).Run(weights, tiles, (space, tile) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = tile * Tensor.Samples, count = Math.Min(Tensor.Samples, images.Count - first);
            Tensor x = space.Input(Image);
            images.FillTile([.. Enumerable.Range(first, count)], x.Values);
            (Tensor features, Tensor logits) = network.Apply(x);
            each(features, logits, first, count);
            progress?.Invoke((double)Interlocked.Increment(ref done) / tiles);
        });
    }
}
