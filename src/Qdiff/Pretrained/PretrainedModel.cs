using Qdiff.Imaging;

namespace Qdiff;

/// <summary>
/// A trained model as it is given away: a folder with <c>model.safetensors</c> (or <c>class-K.safetensors</c>, a network for each
/// class), <c>config.yaml</c>, the card <c>README.md</c>, an image of samples and, where its training images were at hand, their
/// mean, <c>mean.safetensors</c>. Nothing is believed: the weights are compared with the card, the configuration and the mean
/// with the weights.
/// </summary>
/// <example>
/// <code>
/// TrainedRun model = PretrainedModel.Named("mnist-unet", Papers.Catalog).Load();
/// float[] digits = model.Sampler("dpm++2m").Generate(seed: 7, count: 16);
/// </code>
/// </example>
public sealed class PretrainedModel
{
    internal const string WeightsFile = "model.safetensors";

    PretrainedModel(string path, PretrainedCard card, IReadOnlyList<(int? Label, RunFolder Run)> networks) =>
        (Path, Card, Networks) = (path, card, networks);

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>What the folder is called.</summary>
    public string Name => NameOf(Path);

    /// <summary>What the card says.</summary>
    public PretrainedCard Card { get; }

    /// <summary>
    /// Its network, or a network for each class with its label. Each is a run as far as the model knows it; whatever is made of
    /// it, samples and metrics, goes to <c>runs/pretrained/NAME</c> under the working folder.
    /// </summary>
    public IReadOnlyList<(int? Label, RunFolder Run)> Networks { get; }

    /// <summary>Opens the model of this name: a path, or a folder where models are looked for (<see cref="PretrainedModels"/>).
    /// </summary>
    /// <param name="catalog">The parts that its configuration names.</param>
    /// <exception cref="InputException">There is none, or what <see cref="Open"/> refuses.</exception>
    public static PretrainedModel Named(string name, Catalog catalog) => Open(PretrainedModels.Here.Find(name), catalog);

    /// <summary>Whether there is a model in a folder.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, PretrainedCard.FileName))
        && File.Exists(System.IO.Path.Combine(path, RunFolder.ConfigFile))
        && !File.Exists(System.IO.Path.Combine(path, RunManifest.FileName));

    /// <summary>Opens the model in a folder.</summary>
    /// <param name="catalog">The parts that its configuration names.</param>
    /// <exception cref="InputException">
    /// It is no model, its card lacks a field, or weights, configuration and card do not belong together; the message says which.
    /// </exception>
    public static PretrainedModel Open(string path, Catalog catalog)
    {
        if (!Directory.Exists(path)) throw new InputException($"There is no pretrained model {path}.{NearestPath.Hint(path)}");
        foreach (string needed in (string[])[PretrainedCard.FileName, RunFolder.ConfigFile])
            if (!File.Exists(System.IO.Path.Combine(path, needed)))
                throw new InputException($"{path} is no pretrained model: it has no {needed}.");
        PretrainedCard card = PretrainedCard.Read(System.IO.Path.Combine(path, PretrainedCard.FileName));
        string config = System.IO.Path.Combine(path, RunFolder.ConfigFile);
        ResolvedExperiment experiment = ResolvedExperiment.LoadOwn(config, catalog);
        string hash = Sha256Hex.Of(TextFile.ReadBytes(config));
        (int?, RunFolder)[] networks = [.. card.WeightFiles.Select(file => (file.Class, Network(file)))];
        RequireLike("model", card.Model, experiment.Config.Model.Name);
        RequireLike("wiring", card.Wiring, experiment.Config.Model.Wiring);
        RequireLike("datasets", string.Join(", ", card.Datasets), experiment.Config.Data.Dataset);
        return new(path, card, networks);

        void RequireLike(string field, string said, string configured)
        {
            if (said != configured)
                throw new InputException($"The card of {path} says {field}: {said}; the configuration beside it is of "
                    + $"{configured}.");
        }

        RunFolder Network(PretrainedFile file)
        {
            PretrainedWeights weights = PretrainedWeights.Read(System.IO.Path.Combine(path, file.File), file.Sha256, hash,
                experiment.Config.Model, card.Steps, card.Raw) with
            {
                Parameters = card.Parameters,
                Mean = card.Mean is { } mean ? new(System.IO.Path.Combine(path, mean.File), mean.Sha256, file.Class) : null,
            };
            weights.RequireLike(card);
            string place = System.IO.Path.Combine("runs", "pretrained", NameOf(path));
            if (file.Class is not { } label) return RunFolder.Create(place, experiment, weights);
            if (weights.Manifest.Data.Labels is not [var own] || own != label)
                throw new InputException($"{weights.File.Source} is of the classes "
                    + $"{string.Join(", ", weights.Manifest.Data.Labels)}; the card says {label}.");
            return RunFolder.Create(System.IO.Path.Combine(place, Invariant($"{ClassSweep.ClassPrefix}{label}")),
                ClassSweep.OnClasses(experiment, [ClassNames.Of(label, weights.Manifest.Data.ClassNames)])
                    .With("data.eachClass=false"), weights);
        }
    }

    /// <summary>The network, ready to draw.</summary>
    /// <param name="label">Of which class, where there is a network for each.</param>
    /// <exception cref="InputException">The weights are another network's, or the class was not said or is not there.</exception>
    public TrainedRun Load(int? label = null)
    {
        if (label is null) return TrainedRun.Open(Run);
        return TrainedRun.Open(Networks.FirstOrDefault(network => network.Label == label).Run
            ?? throw new InputException(Invariant($"The model {Name} has no network for class {label}.")));
    }

    /// <summary>The run of its one network.</summary>
    internal RunFolder Run => Networks is [(null, var only)] ? only
        : throw new InputException($"The model {Name} has a network for each class; choose one of "
            + $"{string.Join(", ", Networks.Select(network => network.Label))}.");

    /// <summary>Draws the samples of the card again and compares them with its image.</summary>
    /// <exception cref="InputException">The image is missing or damaged, or the weights or the mean are another
    /// network's.</exception>
    public PretrainedCheck Check(CancellationToken cancellationToken = default)
    {
        if (Card.Mean is not null)
            foreach ((int? label, _) in Networks) Load(label).Mean();
        return PretrainedCheck.Compare(Raster.Read(System.IO.Path.Combine(Path, Card.Samples.File)),
            Card.Samples.Draw(Networks, cancellationToken), Card.Samples.Arithmetic.Agrees(Arithmetic.Here));
    }

    static string NameOf(string path) =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
}
