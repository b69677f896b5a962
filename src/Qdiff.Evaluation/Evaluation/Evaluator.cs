using System.Globalization;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Measures samples by a preset: every figure with its protocol, its interval and what real images get in its
/// place.</summary>
public static class Evaluator
{
    /// <summary>Evaluates <paramref name="generated"/> against <paramref name="real"/>.</summary>
    /// <param name="key">See <see cref="EvaluationReport.Key"/>; the options are added to it.</param>
    /// <param name="subject">See <see cref="EvaluationReport.Subject"/>.</param>
    /// <exception cref="InputException">
    /// The samples are no distribution or of another size, or a feature network that the preset needs is missing.
    /// </exception>
    public static EvaluationReport Run(ImageSet generated, RealImages real, EvaluationOptions options, string key, string subject,
        long? step = null,
        CancellationToken cancellationToken = default)
    {
        EvaluationPreset preset = options.Preset;
        Check(generated, real.Reference);
        RequireClasses(options, generated.HasLabels, real.Reference);
        FeatureReader main = MainReader(options);
        var metrics = new List<MeasuredMetric>();
        var missing = new List<MissingMetric>();
        var notes = new List<string>(real.Notes);
        if (real.Floor is null) notes.Add("There are too few real images for figures of real against real.");
        else if (real.Floor.Count < generated.Count && real.FloorReference == real.Reference)
            notes.Add(Invariant(
                $"Only {real.Floor.Count:N0} real images stand in for {generated.Count:N0} samples in the figures of real ")
                + $"against real; with fewer images a distance is larger.");

        ImageFeatures made = Read(main, generated, "generated"), reference = Read(main, real.Reference, "reference");
        RealPair? floor = Floor(main);
        made.Features.RequireSamples(2);
        var measurement = new Measurement(main, options, real.Split);
        foreach (string metric in preset.Metrics.Except(["memorisation", "accuracy"]))
            if (preset.PerClass)
                ClassByClass.Measure(metric, main, options, real.Split, made, reference, floor, metrics, missing);
            else Measure(measurement, metric, made, reference, floor);

        Memorisation? memorisation = null;
        if (preset.Metrics.Contains("memorisation")) MeasureMemorisation();
        if (preset.Metrics.Contains("accuracy")) MeasureAccuracy();
        if (options.ExtraLayer is { } layer) MeasureExtra(layer);
        FidBiasCurve? curve = options.BiasCurve ? Curve() : null;
        if (metrics.Count == 0)
            throw new InputException($"Nothing of preset {preset.Name} can be measured. "
                + $"{string.Join(" ", missing.Select(m => $"{m.Metric}: {m.Reason}").Distinct())}");

        return new()
        {
            Key = KeyOf(key, generated.Count, real, options),
            Subject = subject,
            Step = step,
            Samples = generated.Count,
            Preset = preset.Name,
            Metrics = metrics,
            Missing = missing,
            Notes = notes,
            Memorisation = memorisation,
            BiasCurve = curve,
            Arithmetic = Arithmetic.Here,
        };

        ImageFeatures Read(FeatureReader reader, ImageSet images, string what) => reader.Read(images, what, cancellationToken);

        RealPair? Floor(FeatureReader reader) => real.Floor is null ? null
            : new(Read(reader, real.Floor, "other real"), Read(reader, real.FloorReference, "reference"));

        FidBiasCurve? Curve()
        {
            try
            {
                return FidBiasCurve.Of(reference.Features, made.Features, seed: options.Seed);
            }
            catch (InputException e)
            {
                missing.Add(new("bias curve", e.Message));
                return null;
            }
        }

        void Measure(Measurement by, string metric, ImageFeatures samples, ImageFeatures against, RealPair? instead)
        {
            cancellationToken.ThrowIfCancellationRequested();
            options.Progress?.Invoke($"measuring {metric}", 0);
            try
            {
                metrics.Add(new(by.Of(metric, samples, against),
                    OrNull(() => instead is null ? null : by.WithoutIntervals.Of(metric, instead.Samples, instead.Reference))));
            }
            catch (InputException e)
            {
                missing.Add(new(metric, e.Message));
            }
        }

        void MeasureMemorisation()
        {
            options.Progress?.Invoke("measuring memorisation", 0);
            try
            {
                if (real.Training is null)
                    throw new InputException("The images that the model learned from are not there, so nobody can say what it "
                        + "copied.");
                if (real.HeldOut is null)
                    throw new InputException("The model was trained on all images that there are; what it copied shows only "
                        + "against images that it cannot have seen. Train with some left out, for instance data.perClass.");
                ImageFeatures training = Read(main, real.Training, "training"), heldOut = Read(main, real.HeldOut, "held-out");
                (MetricValue value, memorisation) = measurement.Memorised(made, training, heldOut);
                // Held-out images in place of samples, judged by the other half of them: they cannot have been copied. Halves at
                // random, for images may come sorted by class.
                int[] order = new RandomStream(options.Seed, "halves of the held-out").Permutation(heldOut.Count);
                int half = heldOut.Count / 2;
                MetricValue? unseen = OrNull(() => measurement.Memorised(heldOut.Take(order[..half], heldOut.Hash), training,
                    heldOut.Take(order[half..], heldOut.Hash)).Value);
                metrics.Add(new(value, unseen));
            }
            catch (InputException e)
            {
                missing.Add(new("memorisation", e.Message));
            }
        }

        void MeasureAccuracy()
        {
            if (!generated.HasLabels)
                missing.Add(new("accuracy",
                    "No class was asked for: the samples have no labels, as those of an unconditional network."));
            else if (options.Classifier is null)
                missing.Add(new("accuracy", NoClassifier));
            else
            {
                FeatureReader classifier = options.Classifier == main.Network
                    && main.Logits is not null ? main : new(options.Classifier, options, null, needsLogits: true);
                Measure(new(classifier, options, real.Split), "accuracy", Read(classifier, generated, "generated"),
                    Read(classifier, real.Reference, "reference"), real.Floor is { HasLabels: true } ? Floor(classifier) : null);
            }
        }

        void MeasureExtra(string name)
        {
            FeatureReader extra = ExtraReader(options, name);
            foreach (string metric in (string[])["fid", "kid"])
                Measure(new(extra, options, real.Split), metric, Read(extra, generated, "generated"),
                    Read(extra, real.Reference, "reference"), Floor(extra));
        }
    }

    /// <summary>What tells one evaluation from another: the samples, the reference, the features, every number of the
    /// protocol.</summary>
    /// <exception cref="InputException">A feature network that the preset needs is missing.</exception>
    public static string KeyOf(string samples, int count, RealImages real, EvaluationOptions options)
    {
        FeatureReader main = MainReader(options);
        string extra = options.ExtraLayer is { } layer
            && options.Inception is { } inception ? inception.Extractor(inception.Layer(layer)) : "-";
        string classifier = options.Classifier is { } other
            && options.Preset.Metrics.Contains("accuracy") ? FeatureReader.Short(other.WeightsHash) : "-";
        return string.Create(CultureInfo.InvariantCulture,
            $"{samples} n={count} {options.Preset.Name} {real.Split} {FeatureReader.Short(real.Reference.Hash)} "
                + $"{main.Network.Extractor(main.Layer)} {extra} {classifier} "
                + $"{Hash(real.Floor)} {Hash(real.FloorReference)} {Hash(real.Training)} {Hash(real.HeldOut)} {Version} "
                + $"seed={options.Seed}{(options.Resamples is { } n ? $" resamples={n}" : "")}"
                + $"{(options.FewSamples ? " few-samples" : "")}{(options.BiasCurve ? " curve" : "")}");
    }

    static string Hash(ImageSet? images) => images is null ? "-" : FeatureReader.Short(images.Hash);

    /// <summary>Refuses options that lack a feature network which they need, before anybody trains or samples for them.</summary>
    /// <exception cref="InputException">Names what is missing.</exception>
    public static void Require(EvaluationOptions options)
    {
        MainReader(options);
        if (options.ExtraLayer is { } layer) ExtraReader(options, layer);
    }

    /// <summary>Refuses a comparison class by class of samples without classes, before anybody draws them.</summary>
    /// <exception cref="InputException">The samples have no labels and the reference has several classes, or none.</exception>
    public static void RequireClasses(EvaluationOptions options, bool samplesHaveLabels, ImageSet reference)
    {
        if (!options.Preset.PerClass) return;
        if (!reference.HasLabels)
            throw new InputException($"Preset {options.Preset.Name} compares class by class, but the reference images have no "
                + "labels.");
        if (!samplesHaveLabels && reference.Labels.ToArray().Distinct().Count() > 1)
            throw new InputException($"Preset {options.Preset.Name} compares class by class, but the samples have no labels: "
                + "give some with the samples, or train a conditional network or one of a single class.");
    }

    /// <summary>Grows when figures or intervals come out otherwise for the same images, so that kept ones are measured
    /// anew.</summary>
    const string Version = "v3";

    const string NoInception =
        "Give the file of its weights, pt_inception-2015-12-05-6726825d.pth or a safetensors file of it, with --inception FILE.";

    const string NoClassifier =
        "There is no classifier for this data set. Train one with 'qdiff classifier train DATASET --output FILE' and give it "
        + "with --classifier FILE.";

    static FeatureReader MainReader(EvaluationOptions options)
    {
        EvaluationPreset preset = options.Preset;
        bool logits = preset.Metrics.Contains("is") || preset.Metrics.Contains("accuracy");
        if (preset.Features == "domain")
            return new(options.Classifier ?? throw new InputException(NoClassifier), options, null, logits);
        FeatureNetwork inception = options.Inception
            ?? throw new InputException($"Preset {preset.Name} measures in the features of the Inception network. {NoInception} "
                + $"--preset {EvaluationPresets.Default} does without.");
        if (inception.Layers.All(l => l.Name != preset.Features))
            throw new InputException($"Preset {preset.Name} measures in {preset.Features}, but the file of weights gives only "
                + $"{string.Join(", ", inception.Layers.Select(l => l.Name))}: load the whole network, or measure with --preset "
                + $"{EvaluationPresets.Default} --layer {inception.Layers[^1].Name}.");
        return new(inception, options, preset.Features, preset.Metrics.Contains("is"));
    }

    static FeatureReader ExtraReader(EvaluationOptions options, string layer) =>
        new(options.Inception ?? throw new InputException($"--layer {layer} belongs to the Inception network. {NoInception}"),
            options, layer, needsLogits: false);

    static void Check(ImageSet generated, ImageSet reference)
    {
        if (generated.Count < 2)
            throw new InputException($"{generated.Count} sample is no distribution: at least 2 are needed, better thousands.");
        if (!generated.Shape.ToArray().SequenceEqual(reference.Shape.ToArray()))
            throw new InputException($"The samples are {generated.Shape} (channels × height × width), the images of "
                + $"{reference.Name} {reference.Shape}; scale them first, or name their data set with --dataset.");
    }

    static MetricValue? OrNull(Func<MetricValue?> measure)
    {
        try
        {
            return measure();
        }
        catch (InputException)
        {
            return null;
        }
    }
}
