using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// One set of samples being measured by a preset: every metric in its network's features, with what real images get in the place
/// of samples. What cannot be measured is kept with its reason, and the others go on.
/// </summary>
sealed class PresetMeasurement(ImageSet generated, RealImages real, EvaluationOptions options,
    CancellationToken cancellationToken)
{
    readonly FeatureReader main = FeatureReaders.Main(options);
    readonly List<MeasuredMetric> metrics = [];
    readonly List<MissingMetric> missing = [];
    Memorisation? memorisation, unseen;

    /// <summary>Measures everything.</summary>
    /// <param name="key">See <see cref="EvaluationReport.Key"/>.</param>
    /// <exception cref="InputException">Nothing of the preset can be measured.</exception>
    public EvaluationReport Report(string key, string subject, long? step)
    {
        EvaluationPreset preset = options.Preset;
        // Read first: images that cannot be read end the evaluation, not a metric of it.
        Generated(main).Features.RequireSamples(2);
        Reference(main);
        foreach (Metric metric in preset.Metrics)
            if (preset.PerClass && metric.FitsOneClass) MeasureEachClass(metric);
            else Measure(metric, () => Measured(metric));
        if (FeatureReaders.Extra(options, main) is { } extra) MeasureIn(extra);
        FidBiasCurve? curve = options.BiasCurve ? BiasCurve() : null;
        if (metrics.Count == 0)
            throw new InputException($"Nothing of preset {preset.Name} can be measured. "
                + $"{string.Join(" ", missing.Select(m => $"{m.Metric}: {m.Reason}").Distinct())}");

        return new()
        {
            Key = key,
            Subject = subject,
            Step = step,
            Samples = generated.Count,
            Preset = preset.Name,
            Metrics = metrics,
            Missing = missing,
            Notes = [.. Notes()],
            Memorisation = memorisation,
            UnseenMemorisation = unseen,
            BiasCurve = curve,
            Arithmetic = Arithmetic.Here,
        };
    }

    IEnumerable<string> Notes()
    {
        foreach (string note in real.Notes) yield return note;
        if (real.Floor is null) yield return "There are too few real images for values of real against real.";
        else if (real.Floor.Count < generated.Count && real.FloorReference == real.Reference)
            yield return Invariant($"Only {real.Floor.Count:N0} real images stand in for {generated.Count:N0} samples in the ")
                + "values of real against real; with fewer images a distance is larger and coverage smaller.";
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

    void MeasureEachClass(Metric metric)
    {
        try
        {
            FeatureReader reader = ReaderOf(metric);
            ClassByClass.Measure(metric, reader, options, real.Split, Generated(reader), Reference(reader), Floor(reader),
                metrics, missing);
        }
        catch (InputException e)
        {
            missing.Add(new(metric.Name, e.Message));
        }
    }

    /// <summary>Distances in the features of another network too.</summary>
    void MeasureIn(FeatureReader extra)
    {
        foreach (Metric metric in (Metric[])[options.Preset.Metrics.Find("fid") ?? new FidMetric(),
            options.Preset.Metrics.Find("kid") ?? new KidMetric()])
            Measure(metric, () => OfSamples(extra, metric, withLabels: false));
    }

    MeasuredMetric Measured(Metric metric)
    {
        bool withLabels = metric.Needs.HasFlag(MetricNeeds.Labels);
        if (withLabels && !generated.HasLabels) throw new InputException(Measurement.NoLabels);
        FeatureReader reader = ReaderOf(metric);
        return metric.Needs.HasFlag(MetricNeeds.Training) ? OfTraining(reader, metric) : OfSamples(reader, metric, withLabels);
    }

    MeasuredMetric OfSamples(FeatureReader reader, Metric metric, bool withLabels)
    {
        var by = new Measurement(reader, options, real.Split);
        RealPair? floor = withLabels && real.Floor is not { HasLabels: true } ? null : Floor(reader);
        return new(by.Measure(metric, Generated(reader), Reference(reader)),
            OrNull(() => floor is null ? null : by.WithoutIntervals.Measure(metric, floor.Samples, floor.Reference)));
    }

    MeasuredMetric OfTraining(FeatureReader reader, Metric metric)
    {
        if (real.Training is null)
            throw new InputException("The images that the model learned from are not there, so nobody can say what it copied.");
        if (real.HeldOut is null)
            throw new InputException("The model was trained on all images that there are; what it copied shows only against "
                + "images that it cannot have seen. Train with some left out, for instance data.perClass.");
        var by = new Measurement(reader, options, real.Split);
        ImageFeatures training = Read(reader, real.Training, "training"), heldOut = Read(reader, real.HeldOut, "held-out"),
            against = Reference(reader);
        (MetricValue value, MetricEstimate estimate) = by.OfTraining(metric, Generated(reader), against, training, heldOut);
        // Held-out images in place of samples, judged by the other half of them: they cannot have been copied. Halves at random,
        // for images may come sorted by class.
        int[] order = new RandomStream(options.Seed, "halves of the held-out").Permutation(heldOut.Count);
        // No more of them than samples: the more are judged, the farther from 0 their score.
        int half = heldOut.Count / 2, judged = Math.Min(half, generated.Count);
        Memorisation? ofHeldOut = null;
        MetricValue? floor = OrNull(() =>
        {
            (MetricValue of, MetricEstimate halves) = by.WithoutIntervals.OfTraining(metric,
                heldOut.Take(order[..judged], heldOut.Hash), against, training, heldOut.Take(order[half..], heldOut.Hash));
            ofHeldOut = halves.Memorisation;
            return of;
        });
        if (memorisation is null) (memorisation, unseen) = (estimate.Memorisation, ofHeldOut);
        return new(value, floor);
    }

    FidBiasCurve? BiasCurve()
    {
        try
        {
            return FidBiasCurve.Between(Reference(main).Features, Generated(main).Features, seed: options.Seed);
        }
        catch (InputException e)
        {
            missing.Add(new("bias curve", e.Message));
            return null;
        }
    }

    FeatureReader ReaderOf(Metric metric) =>
        metric.Needs.HasFlag(MetricNeeds.Classifier) ? FeatureReaders.Classifier(options, main) : main;

    ImageFeatures Generated(FeatureReader reader) => Read(reader, generated, "generated");

    ImageFeatures Reference(FeatureReader reader) => Read(reader, real.Reference, "reference");

    RealPair? Floor(FeatureReader reader) => real.Floor is null ? null
        : new(Read(reader, real.Floor, "other real"), Read(reader, real.FloorReference, "reference"));

    ImageFeatures Read(FeatureReader reader, ImageSet images, string what) => reader.Read(images, what, cancellationToken);

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
