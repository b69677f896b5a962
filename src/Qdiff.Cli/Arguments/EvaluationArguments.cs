using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary>The options that verbs which evaluate share, and what they say.</summary>
sealed class EvaluationArguments(EvaluationCatalog catalog)
{
    readonly Option<string?> preset = new("--preset")
    { Description = $"{string.Join(", ", catalog.Presets.Names)}; the configuration's by default." };
    readonly Option<string?> metrics = new("--metrics")
    {
        Description = "Measure these instead of the preset's, such as fid,kid: "
            + $"{Names(catalog, MetricDirection.LowerIsBetter)} (lower is better); "
            + $"{Names(catalog, MetricDirection.HigherIsBetter)} (higher is better).",
    };
    readonly Option<string?> features = new("--features")
    {
        Description = $"Measure in these features instead of the preset's: {EvaluationPreset.DomainFeatures} (the data set's "
            + $"classifier), a layer of Inception such as inception-768{string.Concat(catalog.FeatureNetworks.Names
                .Select(name => ", " + name))}.",
    };
    readonly Option<string?> classifier = new("--classifier")
    { Description = "File of a classifier to measure with; the data set's own by default." };
    readonly Option<string?> inception = new("--inception")
    { Description = "File of the Inception network's weights: pt_inception-2015-12-05-6726825d.pth, or safetensors." };
    readonly Option<string?> layer = new("--layer")
    { Description = "Measure FID and KID in this layer of Inception, such as inception-768, or of a network of one's own too." };
    readonly Option<Split?> split = new("--split")
    { Description = "Compare with this part of the data instead of the preset's." };
    readonly Option<long> seed = new("--seed")
    { Description = "Seed of the measurement's own choices: reference, subsets, resamples." };
    readonly Option<bool> fewSamples = new("--few-samples")
    { Description = "Measure with fewer samples than a metric bears; the protocol says so." };
    readonly Option<int?> resamples = new("--resamples")
    {
        Description = "Splits into halves for the interval of FID; 0 for none. By default 50, 20 above 256 features, none above "
            + "1,024.",
    };
    readonly Option<string> cache = new("--cache")
    { Description = "Folder that features are kept in.", DefaultValueFactory = _ => FeatureCache.DefaultFolder };

    readonly Option<int?> samples = new("--samples", "-n")
    { Description = "Samples to evaluate; by default the preset's number of a run, all of a file." };
    readonly SamplerArguments sampler = new(catalog);
    readonly Option<int?> steps = new("--sampling-steps") { Description = "Timesteps visited by the sampler." };
    readonly Option<long?> sampleSeed = new("--sample-seed")
    { Description = "Sample i depends on this seed and i alone (in a comparison the run's is added)." };

    readonly GuidanceArguments guidance = new();
    readonly CalibrationArguments calibration = new();

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[preset, metrics, features, samples, .. sampler.Options, steps, sampleSeed,
            classifier, inception, layer, split, seed, fewSamples, resamples, cache])
            verb.Add(option);
        guidance.AddTo(verb);
        calibration.AddTo(verb);
    }

    /// <summary>The first option that says how a run's samples are drawn, if one was given.</summary>
    public string? SamplingOption(ParseResult parsed) => parsed.FirstGiven([.. sampler.Options, steps, sampleSeed,
        .. guidance.Options, .. calibration.Options])?.Name;

    /// <summary>What was said of samples and measurement, as it was written.</summary>
    public IEnumerable<string> Said(ParseResult parsed) =>
        from option in (Option[])[preset, metrics, features, samples, .. sampler.Options, steps, sampleSeed,
            .. guidance.Options, .. calibration.Options, split, seed]
        where parsed.IsGiven(option)
        select string.Join(' ', (string[])[option.Name, .. parsed.GetResult(option)!.Tokens.Select(token => token.Value)]);

    /// <summary>How many samples were asked for, if it was said.</summary>
    public int? Samples(ParseResult parsed) => parsed.GetValue(samples);

    /// <summary>The evaluation that is asked for of samples of a data set.</summary>
    /// <param name="usual">The preset where none is named.</param>
    /// <param name="insist">
    /// Whether the usual preset is a must; else, if it needs weights that were not given, the default preset stands in and a line
    /// says so.
    /// </param>
    public EvaluationOptions Options(ParseResult parsed, string usual, DataConfig data, IReadOnlyList<int> shape,
        bool insist = false)
    {
        string? own = parsed.GetValue(features);
        EvaluationPreset wanted = Named(parsed.GetValue(preset) ?? usual);
        if (parsed.GetValue(preset) is null && own is null && !insist && parsed.GetValue(inception) is null
            && new EvaluationOptions { Preset = wanted, FeatureNetworks = catalog.FeatureNetworks }.NeedsInception)
        {
            Print.Warning($"preset {wanted.Name} of the configuration needs the weights of the Inception "
                + $"network (--inception FILE); measuring with preset {EvaluationPreset.Domain.Name}");
            wanted = Named(EvaluationPreset.Domain.Name);
        }

        if (own is not null) wanted = wanted with { Features = own };
        if (parsed.GetValue(samples) is < 2)
            throw new InputException($"--samples {parsed.GetValue(samples)}: at least 2 are needed, better thousands.");
        if (parsed.GetValue(resamples) is < 0 or 1)
            throw new InputException($"--resamples {parsed.GetValue(resamples)}: give 0 for no interval, or 2 or more; "
                + "from 20 on an interval says something.");
        EvaluationOptions options = new()
        {
            Preset = wanted,
            FeatureNetworks = catalog.FeatureNetworks,
            Classifier = parsed.GetValue(classifier) is { } file ? OfShape(file, data, [.. shape])
                : DomainClassifier.For(data.Dataset, [.. shape]),
            Inception = parsed.GetValue(inception) is { } weights ? InceptionNetwork.Load(weights) : null,
            ExtraLayer = parsed.GetValue(layer),
            Split = parsed.GetValue(split),
            Seed = parsed.GetValue(seed),
            FewSamples = parsed.GetValue(fewSamples),
            Resamples = parsed.GetValue(resamples),
            Cache = new(parsed.GetValue(cache)!)
            {
                Warn = text => Print.Warning(text + " Another folder to keep them in is given with --cache FOLDER."),
            },
        };
        try
        {
            Evaluator.Require(options);
        }
        catch (MissingNetworkException e)
        {
            string folder = DataSets.IsFolder(data.Dataset) ? FolderHint : "";
            throw new InputException(e.Message + (!e.IsInception ? ClassifierHint + folder : InceptionHint
                + (options.NeedsInception ? own is null ? $" --preset {EvaluationPreset.Domain.Name} does without."
                    : $" --features {EvaluationPreset.DomainFeatures} does without." : "")), e);
        }

        return options;

        EvaluationPreset Named(string name) => parsed.GetValue(metrics) is not { } names ? catalog.Presets[name]
            : catalog.Presets[name].Measuring(catalog.MetricsNamed(names.Split(',', StringSplitOptions.TrimEntries)));
    }

    /// <summary>The classifier in a file, which does not resize: said before samples are drawn for hours.</summary>
    static DomainClassifier OfShape(string file, DataConfig data, Shape shape)
    {
        DomainClassifier loaded = DomainClassifier.Load(file);
        if (loaded.Image == shape) return loaded;
        string[] fit = [.. data.Crop is { } crop ? (string[])["--crop", $"{crop}"] : [], "--size", $"{shape[2]}",
            .. data.Fit == Fitting.Stretch ? (string[])["--fit", "stretch"] : []];
        throw new InputException($"--classifier {file} takes images of {loaded.Image}, but those to measure have {shape}. "
            + $"Train one of that size: {PastedCommand.Of(["classifier", "train", data.Dataset, .. fit, "-o", "FILE"])}.");
    }

    const string InceptionHint =
        " Give the file of its weights, pt_inception-2015-12-05-6726825d.pth or a safetensors file of it, with --inception FILE.";

    const string ClassifierHint =
        " Train one with 'qdiff classifier train DATASET --output FILE' (with --size, if the images are given one) and give it "
            + "with --classifier FILE.";

    const string FolderHint = " Images without labels have no classes to learn: put those of each class into a sub-folder, or "
        + "measure with --features inception-2048 --inception FILE --metrics kid.";

    static string Names(EvaluationCatalog catalog, MetricDirection direction) =>
        string.Join(", ", catalog.Metrics.Where(metric => metric.Direction == direction).Select(metric => metric.Name));

    /// <summary>How a run's samples are to be drawn.</summary>
    public SamplingConfig Sampling(ParseResult parsed, ExperimentConfig experiment)
    {
        SamplingConfig config = calibration.Apply(parsed, sampler.Apply(parsed, experiment.Sampling));
        return guidance.Apply(parsed, config, experiment.Diffusion.Steps) with
        {
            Steps = parsed.GetValue(steps) ?? config.Steps,
            Seed = parsed.GetValue(sampleSeed) ?? config.Seed,
        };
    }
}
