using System.Globalization;
using System.Text.Json;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Measures samples by a preset: every metric with its protocol, its interval and what real images get in its
/// place.</summary>
/// <example>
/// <code>
/// DataConfig data = new() { Dataset = "mnist", Folder = "data/mnist" };
/// EvaluationOptions options = new() { Classifier = DomainClassifier.For("mnist", [1, 28, 28]) };
/// RealImages real = RealImages.For(data, Papers.Catalog, options.Preset, count: 5000);
/// EvaluationReport report = Evaluator.Run(images, real, options, key: "", subject: "samples of mine");
/// </code>
/// </example>
public static class Evaluator
{
    /// <summary>
    /// Evaluates <paramref name="generated"/> against <paramref name="real"/>. Of several processes
    /// (<see cref="EvaluationOptions.Processes"/>) each computes its share of the features; the first measures, and all get its
    /// report.
    /// </summary>
    /// <param name="key">See <see cref="EvaluationReport.Key"/>; the options are added to it.</param>
    /// <param name="subject">See <see cref="EvaluationReport.Subject"/>.</param>
    /// <exception cref="InputException">
    /// The samples are no distribution or of another size, or a feature network that the preset needs is missing.
    /// </exception>
    public static EvaluationReport Run(ImageSet generated, RealImages real, EvaluationOptions options, string key, string subject,
        long? step = null,
        CancellationToken cancellationToken = default)
    {
        Check(generated, real.Reference);
        RequireClasses(options, generated.HasLabels, real.Reference);
        if (options.Processes.Size == 1) return Measure(generated, real, options, key, subject, step, cancellationToken);
        foreach ((FeatureReader reader, ImageSet? images, string what) in Needed(generated, real, options))
            if (images is not null) reader.Prepare(images, what, cancellationToken);
        EvaluationReport? report = null;
        byte[] text = options.Processes.FromFirst(() => JsonSerializer.SerializeToUtf8Bytes(report = Measure(generated, real,
            options, key, subject, step, cancellationToken), RunJson.File));
        return report ?? JsonSerializer.Deserialize<EvaluationReport>(text, RunJson.File)!;
    }

    /// <summary>The features that an evaluation reads, so that processes can compute them together before one measures.</summary>
    static IEnumerable<(FeatureReader Reader, ImageSet? Images, string What)> Needed(ImageSet generated, RealImages real,
        EvaluationOptions options)
    {
        Parts<Metric> metrics = options.Preset.Metrics;
        FeatureReader main = FeatureReaders.Main(options);
        List<FeatureReader> readers = [main];
        if (options.Classifier is not null && metrics.Any(metric => metric.Needs.HasFlag(MetricNeeds.Classifier)))
            readers.Add(FeatureReaders.Classifier(options, main));
        bool training = metrics.Any(metric => metric.Needs.HasFlag(MetricNeeds.Training)) && real.HeldOut is not null;
        if (FeatureReaders.Extra(options, main) is { } extra) readers.Add(extra);
        foreach (FeatureReader reader in readers.Distinct())
        {
            yield return (reader, generated, "generated");
            yield return (reader, real.Reference, "reference");
            yield return (reader, real.Floor, "other real");
            if (real.Floor is not null) yield return (reader, real.FloorReference, "reference");
            if (training && reader == main)
            {
                yield return (reader, real.Training, "training");
                yield return (reader, real.HeldOut, "held-out");
            }
        }
    }

    static EvaluationReport Measure(ImageSet generated, RealImages real, EvaluationOptions options, string key, string subject,
        long? step, CancellationToken cancellationToken)
    {
        EvaluationPreset preset = options.Preset;
        FeatureReader main = FeatureReaders.Main(options);
        var metrics = new List<MeasuredMetric>();
        var missing = new List<MissingMetric>();
        var notes = new List<string>(real.Notes);
        if (real.Floor is null) notes.Add("There are too few real images for values of real against real.");
        else if (real.Floor.Count < generated.Count && real.FloorReference == real.Reference)
            notes.Add(Invariant(
                $"Only {real.Floor.Count:N0} real images stand in for {generated.Count:N0} samples in the values of real ")
                + $"against real; with fewer images a distance is larger.");

        ImageFeatures made = Read(main, generated, "generated"), reference = Read(main, real.Reference, "reference");
        made.Features.RequireSamples(2);
        Memorisation? memorisation = null;
        foreach (Metric metric in preset.Metrics)
            if (preset.PerClass && metric.FitsOneClass) MeasureEachClass(metric);
            else Measure(metric, () => Measured(metric));
        if (FeatureReaders.Extra(options, main) is { } extra) MeasureExtra(extra);
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
                return FidBiasCurve.Between(reference.Features, made.Features, seed: options.Seed);
            }
            catch (InputException e)
            {
                missing.Add(new("bias curve", e.Message));
                return null;
            }
        }

        void Measure(Metric metric, Func<MeasuredMetric> measure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            options.Progress?.Invoke($"measuring {metric.Name}", 0);
            try
            {
                metrics.Add(measure());
            }
            catch (InputException e)
            {
                missing.Add(new(metric.Name, e.Message));
            }
        }

        FeatureReader ReaderOf(Metric metric) =>
            metric.Needs.HasFlag(MetricNeeds.Classifier) ? FeatureReaders.Classifier(options, main) : main;

        void MeasureEachClass(Metric metric)
        {
            try
            {
                FeatureReader reader = ReaderOf(metric);
                ClassByClass.Measure(metric, reader, options, real.Split, Read(reader, generated, "generated"),
                    Read(reader, real.Reference, "reference"), Floor(reader), metrics, missing);
            }
            catch (InputException e)
            {
                missing.Add(new(metric.Name, e.Message));
            }
        }

        MeasuredMetric Measured(Metric metric)
        {
            if (metric.Needs.HasFlag(MetricNeeds.Labels) && !generated.HasLabels) throw new InputException(Measurement.NoLabels);
            FeatureReader reader = ReaderOf(metric);
            return metric.Needs.HasFlag(MetricNeeds.Training) ? OfTraining(metric, reader)
                : In(reader, metric, metric.Needs.HasFlag(MetricNeeds.Labels));
        }

        MeasuredMetric In(FeatureReader reader, Metric metric, bool withLabels)
        {
            var by = new Measurement(reader, options, real.Split);
            RealPair? floor = withLabels && real.Floor is not { HasLabels: true } ? null : Floor(reader);
            return new(by.Measure(metric, Read(reader, generated, "generated"), Read(reader, real.Reference, "reference")),
                OrNull(() => floor is null ? null : by.WithoutIntervals.Measure(metric, floor.Samples, floor.Reference)));
        }

        MeasuredMetric OfTraining(Metric metric, FeatureReader reader)
        {
            if (real.Training is null)
                throw new InputException("The images that the model learned from are not there, so nobody can say what it "
                    + "copied.");
            if (real.HeldOut is null)
                throw new InputException("The model was trained on all images that there are; what it copied shows only "
                    + "against images that it cannot have seen. Train with some left out, for instance data.perClass.");
            var by = new Measurement(reader, options, real.Split);
            ImageFeatures training = Read(reader, real.Training, "training"), heldOut = Read(reader, real.HeldOut, "held-out"),
                against = Read(reader, real.Reference, "reference");
            (MetricValue value, MetricEstimate estimate) =
                by.OfTraining(metric, Read(reader, generated, "generated"), against, training, heldOut);
            memorisation ??= estimate.Memorisation;
            // Held-out images in place of samples, judged by the other half of them: they cannot have been copied. Halves at
            // random, for images may come sorted by class.
            int[] order = new RandomStream(options.Seed, "halves of the held-out").Permutation(heldOut.Count);
            int half = heldOut.Count / 2;
            return new(value, OrNull(() => by.WithoutIntervals.OfTraining(metric, heldOut.Take(order[..half], heldOut.Hash),
                against, training, heldOut.Take(order[half..], heldOut.Hash)).Value));
        }

        void MeasureExtra(FeatureReader extra)
        {
            foreach (Metric metric in (Metric[])[preset.Metrics.Find("fid") ?? new FidMetric(),
                preset.Metrics.Find("kid") ?? new KidMetric()])
                Measure(metric, () => In(extra, metric, withLabels: false));
        }
    }

    /// <summary>What tells one evaluation from another: the samples, the reference, the features, every number of the
    /// protocol.</summary>
    /// <exception cref="InputException">A feature network that the preset needs is missing.</exception>
    public static string KeyOf(string samples, int count, RealImages real, EvaluationOptions options)
    {
        FeatureReader main = FeatureReaders.Main(options);
        string extra = FeatureReaders.Extra(options, main) is { } besides ? besides.Network.Extractor(besides.Layer) : "-";
        string classifier = options.Classifier is { } other && options.Preset.Metrics.Any(
            metric => metric.Needs.HasFlag(MetricNeeds.Classifier)) ? FeatureReader.Short(other.WeightsHash) : "-";
        return string.Create(CultureInfo.InvariantCulture,
            $"{samples} n={count} {options.Preset.Name} {real.Split} {FeatureReader.Short(real.Reference.Hash)} "
                + $"{main.Network.Extractor(main.Layer)} {extra} {classifier} "
                + $"{Hash(real.Floor)} {Hash(real.FloorReference)} {Hash(real.Training)} {Hash(real.HeldOut)} {Version} "
                + $"seed={options.Seed}{(options.Resamples is { } n ? $" resamples={n}" : "")}"
                + $"{(options.FewSamples ? " few-samples" : "")}{(options.BiasCurve ? " curve" : "")}{Chosen(options.Preset)}");
    }

    /// <summary>Which metrics, where they are others than the preset's own, of another version or with other settings; else what
    /// the preset's name says.</summary>
    static string Chosen(EvaluationPreset preset)
    {
        string versions = string.Join(',', preset.Metrics.Where(metric => metric.Version > 1)
            .Select(metric => $"{metric.Name}/v{metric.Version}"));
        return (preset.IsChosen ? $" metrics={string.Join(',', preset.Metrics.Names)}" : "")
            + (versions.Length > 0 ? $" versions={versions}" : "")
            + string.Concat(preset.Altered.Select(metric => $" [{metric.Settings}]"));
    }

    static string Hash(ImageSet? images) => images is null ? "-" : FeatureReader.Short(images.Hash);

    /// <summary>Refuses options that lack a feature network which they need, before anybody trains or samples for them.</summary>
    /// <exception cref="InputException">Names what is missing.</exception>
    public static void Require(EvaluationOptions options)
    {
        FeatureReaders.Extra(options, FeatureReaders.Main(options));
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

    /// <summary>Raised when values or intervals come out otherwise for the same images, so that kept ones are measured
    /// anew.</summary>
    const string Version = "v3";

    static void Check(ImageSet generated, ImageSet reference)
    {
        if (generated.Count < 2)
            throw new InputException($"{generated.Count} sample is no distribution: at least 2 are needed, better thousands.");
        if (!generated.Shape.ToArray().SequenceEqual(reference.Shape.ToArray()))
            throw new InputException($"The samples are {generated.Shape} (channels × height × width), the images of "
                + $"{reference.Name} {reference.Shape}; scale them first, or compare with the data set that they are of.");
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
