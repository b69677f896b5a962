using System.Globalization;
using System.Text.Json;

namespace Qdiff.Evaluation;

/// <summary>Measures samples by a preset: every metric with its protocol, its interval and what real images get in its
/// place.</summary>
/// <example>
/// <code>
/// DataConfig data = new() { Dataset = "mnist", Folder = "data/mnist" };
/// EvaluationOptions options = new() { Classifier = DomainClassifier.For("mnist", [1, 28, 28]) };
/// RealImages real = RealImages.For(data, Papers.Catalog, options.Preset, count: 5000);
/// EvaluationReport report = Evaluator.Run(images, real, options);
/// </code>
/// </example>
public static class Evaluator
{
    /// <summary>
    /// Evaluates <paramref name="generated"/> against <paramref name="real"/>. Of several processes
    /// (<see cref="EvaluationOptions.Processes"/>) each computes its share of the features; the first measures, and all get its
    /// report.
    /// </summary>
    /// <param name="key">What tells these samples from others, for <see cref="EvaluationReport.Key"/>; the options are added to
    /// it. It may be empty where no reports are kept.</param>
    /// <param name="subject">See <see cref="EvaluationReport.Subject"/>; null for the name of
    /// <paramref name="generated"/>.</param>
    /// <exception cref="InputException">
    /// The samples are no distribution or of another size, or a feature network that the preset needs is missing.
    /// </exception>
    public static EvaluationReport Run(ImageSet generated, RealImages real, EvaluationOptions options, string key = "",
        string? subject = null, long? step = null, CancellationToken cancellationToken = default)
    {
        DenoisingLossMetric.RequireNone(options.Preset);
        Check(generated, real.Reference);
        RequireClasses(options, generated.HasLabels, real.Reference);
        if (options.Processes.Size == 1) return Measure();
        foreach ((FeatureReader reader, ImageSet? images, string what) in Needed(generated, real, options))
            if (images is not null) reader.Prepare(images, what, cancellationToken);
        EvaluationReport? report = null;
        byte[] text = options.Processes.FromFirst(() => JsonSerializer.SerializeToUtf8Bytes(report = Measure(), RunJson.File));
        return report ?? JsonSerializer.Deserialize<EvaluationReport>(text, RunJson.File)!;

        EvaluationReport Measure() => new PresetMeasurement(generated, real, options, cancellationToken).Report(
            KeyOf(key, generated.Count, real, options), subject ?? generated.Name, step);
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
                + $"{(options.FewSamples ? " few-samples" : "")}{(options.BiasCurve ? " curve" : "")}"
                + $"{Measured(options.Preset, count)}");
    }

    /// <summary>What is measured, with all settings: a preset's name may come to stand for others.</summary>
    static string Measured(EvaluationPreset preset, int count) =>
        (preset.PerClass ? $" per-class={preset.ReferenceCount}" : "")
            + string.Concat(preset.Metrics.Select(metric => $" [{metric.SettingsFor(count)}]"));

    static string Hash(ImageSet? images) => images is null ? "-" : FeatureReader.Short(images.Hash);

    /// <summary>Refuses options that lack a feature network which they need, before anybody trains or samples for them.</summary>
    /// <exception cref="InputException">Names what is missing.</exception>
    public static void Require(EvaluationOptions options)
    {
        if (options.Preset.NeedsNoSamples) return;
        FeatureReaders.Extra(options, FeatureReaders.Main(options));
    }

    /// <summary>Refuses a comparison class by class of samples without classes, before anybody draws them.</summary>
    /// <exception cref="InputException">The samples have no labels and the reference has several classes, or none.</exception>
    public static void RequireClasses(EvaluationOptions options, bool samplesHaveLabels, ImageSet reference)
    {
        if (!options.Preset.PerClass || options.Preset.NeedsNoSamples) return;
        if (!reference.HasLabels)
            throw new InputException($"Preset {options.Preset.Name} compares class by class, but the reference images have no "
                + "labels.");
        if (!samplesHaveLabels && reference.Labels.ToArray().Distinct().Count() > 1)
            throw new InputException($"Preset {options.Preset.Name} compares class by class, but the samples have no labels: "
                + "give some with the samples, or train a conditional network or one of a single class.");
    }

    /// <summary>Raised when values, intervals or deviations come out otherwise for the same images, so that kept ones are
    /// measured anew.</summary>
    const string Version = "v5";

    static void Check(ImageSet generated, ImageSet reference)
    {
        if (generated.Count < 2)
            throw new InputException($"{generated.Count} sample is no distribution: at least 2 are needed, better thousands.");
        if (!generated.Shape.ToArray().SequenceEqual(reference.Shape.ToArray()))
            throw new InputException($"The samples are {generated.Shape} (channels × height × width), the images of "
                + $"{reference.Name} {reference.Shape}; scale either, or compare with the data set that the samples are of.");
    }
}
