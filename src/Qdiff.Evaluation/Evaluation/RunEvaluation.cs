using System.Globalization;

namespace Qdiff.Evaluation;

/// <summary>
/// The evaluation of what was trained: draws what samples are missing, measures them and keeps the metrics in
/// <c>metrics.json</c>. Safe to share.
/// </summary>
/// <example>
/// <code>
/// RunFolder run = RunFolder.Open("runs/mnist-unet-42", Papers.Catalog);
/// EvaluationOptions options = new() { Classifier = DomainClassifier.For("mnist", [1, 28, 28]) };
/// EvaluationReport report = new RunEvaluation { DataFolder = "data/mnist" }.Run(run, options);
/// </code>
/// </example>
public sealed record RunEvaluation
{
    readonly Dictionary<(DataConfig, EvaluationPreset, int, string, Split?, long), RealImages> chosen = [];

    /// <summary>How samples are drawn; null as the run is configured.</summary>
    public SamplingConfig? Sampling { get; init; }

    /// <summary>Number of samples; null for the configuration's, then the preset's.</summary>
    public int? Samples { get; init; }

    /// <summary>The weights as the optimiser left them instead of their average.</summary>
    public bool Raw { get; init; }

    /// <summary>A .safetensors file with the weights to evaluate instead of a checkpoint's.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>Whether an earlier checkpoint will do if the latest is damaged.</summary>
    public bool AllowEarlier { get; init; }

    /// <summary>Where the data are, if not where the configuration says.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Another run, trained on the same images: its denoising loss is measured beside that of the evaluated one, with
    /// the difference image by image. Null for none. It takes the metric denoising-loss.</summary>
    public RunFolder? Beside { get; init; }

    /// <summary>Whether metrics of the same samples and protocol that are there already are taken as they are.</summary>
    public bool Reuse { get; init; }

    /// <summary>Is told of what is damaged and therefore made anew.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Refuses what no run of a configuration could be measured by, before one is trained for it.</summary>
    /// <exception cref="InputException">Weights, real images, classes or a network without labels are missing.</exception>
    public void Require(ResolvedExperiment experiment, EvaluationOptions options)
    {
        (ExperimentConfig config, Catalog catalog) = (experiment.Config, experiment.Catalog);
        Evaluator.Require(options);
        config.Diffusion.RequireUsableWeights(catalog);
        SamplingConfig sampling = Sampling ?? config.Sampling;
        NoiseSchedule schedule = config.Diffusion.ToSchedule(catalog);
        Sampler sampler = sampling.ToSampler(catalog, schedule);
        if (sampling.MeanStart && !options.Preset.NeedsNoSamples) MeanStart.Require(schedule, sampler.Table(schedule));
        RealImages real = Choose(config.Data.In(DataFolder), catalog, options,
            Samples ?? config.Evaluation.Samples ?? options.Preset.GeneratedCount, []);
        if (options.Preset.Metrics.Any(metric => metric.IsOfNetwork))
        {
            RequireOneNetwork(config.Data.EachClass);
            NetworkLoss.ImagesOf(real, options, real.Reference.Count);
        }

        Network network = config.BuildNetwork(real.Reference.Shape, catalog);
        Evaluator.RequireClasses(options, config.Data.EachClass || network.Classes > 0, real.Reference);
        if (sampling.Guidance is not 1 and var scale && network.NullLabel is null)
            throw new InputException(Invariant(
                $"Guidance of scale {scale} needs a network that is trained without labels too: set ")
                + "training.labelDropout.");
    }

    /// <summary>Evaluates a checkpoint of a run.</summary>
    /// <param name="step">Which; null for the latest.</param>
    /// <exception cref="InputException">There is no such checkpoint, or what <see cref="Evaluator.Run"/> refuses.</exception>
    public EvaluationReport Run(RunFolder folder, EvaluationOptions options, long? step = null,
        CancellationToken cancellationToken = default) =>
        Of([(null, folder)], folder.PathOf(MetricsFile.FileName), RunFolder.NameOf(folder.Experiment.Config), options, step,
            cancellationToken);

    /// <summary>
    /// Evaluates the networks of all classes together, equally many samples of each, and keeps the metrics in
    /// <paramref name="file"/>.
    /// </summary>
    /// <param name="runs">The class of each network and its run.</param>
    /// <param name="name">What they are called together.</param>
    /// <exception cref="InputException">A run has no checkpoint, or what <see cref="Evaluator.Run"/> refuses.</exception>
    public EvaluationReport OfEachClass(IReadOnlyList<(int Label, RunFolder Folder)> runs, string file, string name,
        EvaluationOptions options, CancellationToken cancellationToken = default) =>
        Of([.. runs.Select(run => ((int?)run.Label, run.Folder))], file, name, options, null, cancellationToken);

    EvaluationReport Of(IReadOnlyList<(int? Label, RunFolder Folder)> runs, string file, string name, EvaluationOptions options,
        long? step, CancellationToken cancellationToken)
    {
        Evaluator.Require(options);
        EvaluationOptions ofSamples = options with { Preset = options.Preset.OfSamples };
        bool needsNoSamples = options.Preset.NeedsNoSamples;
        if (needsNoSamples && (options.BiasCurve || options.ExtraLayer is not null))
            throw new InputException("FID over the number of samples, or in a further layer, is of samples, and the denoising "
                + "loss takes none; measure another metric too.");
        if (ofSamples.Preset.Metrics.Count < options.Preset.Metrics.Count) RequireOneNetwork(runs[0].Label is not null);
        ExperimentConfig config = runs[0].Folder.Experiment.Config;
        SamplingConfig sampling = Sampling ?? config.Sampling;
        TrainedRun[] trained = [.. runs.Select(run => WeightsFile is { } weights ? TrainedRun.OpenWith(run.Folder, weights)
            : TrainedRun.Open(run.Folder, step, Raw, Warn, AllowEarlier))];
        IReadOnlyList<int> labels = runs[0].Label is null
            ? ClassChoice.Create(trained[0].Network, runs[0].Folder.Manifest.Data, []).Labels
            : [.. runs.Select(run => run.Label!.Value)];
        int classes = Math.Max(1, labels.Count);
        int count = Samples ?? config.Evaluation.Samples
            ?? options.Preset.GeneratedCount * (options.Preset.PerClass ? classes : 1);
        if (runs[0].Label is not null) count = Math.Max(1, count / classes) * classes;

        options.Progress?.Invoke("reading and choosing the real images", 0);
        // The real images first: if they are missing, nobody should wait for samples.
        DataConfig data = runs[0].Label is null ? config.Data : config.Data with
        { Classes = [.. runs.Select(run => ClassNames.Of(run.Label!.Value, run.Folder.Manifest.Data.ClassNames))] };
        RealImages real = Choose(data.In(DataFolder), runs[0].Folder.Experiment.Catalog, options, count, labels);
        Evaluator.RequireClasses(options, runs[0].Label is not null || trained[0].Network.Classes > 0, real.Reference);
        NetworkLoss? loss = NetworkLoss.Asked(trained[0], real, options, count,
            Beside is null ? null : TrainedRun.Open(Beside, null, Raw, Warn, AllowEarlier));
        if (runs is [(null, { } run)] && real.Training is { } known && known.Hash != run.Manifest.Data.Hash)
            Warn?.Invoke(Invariant($"{name} was trained on other images than {known.Name} has here ({known.Count:N0} with the ")
                + Invariant($"hash {known.Hash[..8]}, not {run.Manifest.Data.Count:N0} with {run.Manifest.Data.Hash[..8]}): its ")
                + "metrics compare with these, and its memorisation with the wrong ones.");
        SampleStore[] stores = needsNoSamples ? [] : [.. runs.Select((run, i) => SampleStore.Open(run.Folder, trained[i],
            sampling, Warn, options.Processes, i, runs.Count, DataFolder))];
        string key = string.Join('+', stores.Select(store => store.Recipe.Key)),
            kept = needsNoSamples ? loss!.Key : Evaluator.KeyOf(key, count, real, ofSamples)
                + (loss is null ? "" : $" {loss.Key}");
        options.Processes.RequireSameProgram();
        options.Processes.RequireEqual("weights, settings or real images", kept);
        // Read in any case: a file that cannot be added to is better said before the work than after.
        EvaluationReport? there = MetricsFile.Read(file).Evaluations.FirstOrDefault(e => e.Key == kept);
        if (Reuse && there is not null) return there;
        if (needsNoSamples) return Kept(loss!.Report(name, cancellationToken));

        var parts = new List<ImageSet>();
        foreach (SampleStore store in stores)
        {
            int done = parts.Count;
            parts.Add(store.Take(count / stores.Length,
                part => options.Progress?.Invoke(Invariant($"sampling {count:N0} images, {sampling.Sampler}"),
                (done + part) / stores.Length), cancellationToken));
        }

        ImageSet generated = runs[0].Label is null ? parts[0] : Together(parts, [.. runs.Select(run => run.Label!.Value)]);
        string words = $"{name}, {stores[0].Recipe.Words}";
        if (trained.Any(network => network.Step != trained[0].Step))
            words += $" ({string.Join(", ", trained.Select(network => Grouped(network.Step)))}, class by class)";
        EvaluationReport measured = Evaluator.Run(generated, real, ofSamples, key, words,
            WeightsFile is null ? trained[0].Step : null, cancellationToken);
        return Kept(loss is null ? measured : loss.AddTo(measured with { Key = kept }, cancellationToken));

        EvaluationReport Kept(EvaluationReport report)
        {
            // Of a pretrained model nothing need have been made yet; the folder of a run that was taken away is not made anew.
            if (options.Processes.IsFirst) MetricsFile.Add(file, report, makeFolder: runs[0].Folder.IsPretrained);
            return report;
        }
    }

    static void RequireOneNetwork(bool eachClass)
    {
        if (eachClass)
            throw new InputException("The metric denoising-loss is of one network, and here is one for each class: measure them "
                + "one by one, or leave it out of the metrics.");
    }

    /// <summary>The same images for all runs on the same data; reading and telling them apart takes seconds.</summary>
    /// <param name="labels">The classes that samples have in turn; empty if they have none.</param>
    RealImages Choose(DataConfig data, Catalog catalog, EvaluationOptions options, int count, IReadOnlyList<int> labels)
    {
        if (options.Preset.NeedsNoSamples)
        {
            // What the network learned from is known whatever the reference is; the data set need not have such a part.
            if (options.Split == Split.Train) options = options with { Split = null };
            // No samples are compared with the reference: it is all of its part that was not learned, however little that is.
            options = options with { Preset = options.Preset with { ReferenceCount = 0 } };
            (count, labels) = (2, []);
        }

        // A list is compared by what it is, not by what it holds.
        DataConfig named = data with { Classes = [], Dataset = $"{data.Dataset} [{string.Join(", ", data.Classes)}]" };
        lock (chosen)
        {
            var key = (named, options.Preset, count, string.Join(',', labels), options.Split, options.Seed);
            if (!chosen.TryGetValue(key, out RealImages? real))
                chosen[key] = real = RealImages.For(data, catalog, options.Preset, count, options.Split, options.Seed,
                    labels: labels.Count == 0 ? null : [.. Enumerable.Range(0, count).Select(i => labels[i % labels.Count])]);
            return real;
        }
    }

    static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static ImageSet Together(IReadOnlyList<ImageSet> parts, int[] labels)
    {
        int size = parts[0].Shape.Count, each = parts[0].Count;
        var pixels = new byte[checked(parts.Count * each * size)];
        for (int p = 0; p < parts.Count; p++)
            for (int i = 0; i < each; i++) parts[p].Image(i).CopyTo(pixels.AsSpan((p * each + i) * size));
        return new("samples of each class", parts[0].Shape, pixels,
            [.. labels.SelectMany(label => Enumerable.Repeat(label, each))]);
    }
}
