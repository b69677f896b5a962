namespace Qdiff.Evaluation;

/// <summary>Measures metrics in one network's features: the protocol, refused before anything is computed, then the value and its
/// interval.</summary>
sealed class Measurement(FeatureReader reader, EvaluationOptions options, string split)
{
    /// <summary>Whether intervals are taken too; real images in place of samples go without, which saves most of the
    /// time.</summary>
    public bool Intervals { get; init; } = true;

    public Measurement WithoutIntervals => new(reader, options, split) { Intervals = false };

    /// <summary>The metric of samples against real images.</summary>
    /// <exception cref="InputException">The samples do not bear the metric, or are no distribution at all.</exception>
    public MetricValue Measure(Metric metric, ImageFeatures generated, ImageFeatures reference) =>
        Measure(metric, new Sets(generated, reference, null, null)).Value;

    /// <summary>A metric of what the model learned from: its protocol counts training and held-out images as the real
    /// ones.</summary>
    /// <inheritdoc cref="Measure(Metric, ImageFeatures, ImageFeatures)"/>
    public (MetricValue Value, MetricEstimate Estimate) OfTraining(Metric metric, ImageFeatures generated,
        ImageFeatures reference, ImageFeatures training, ImageFeatures heldOut) =>
        Measure(metric, new Sets(generated, reference, training, heldOut));

    (MetricValue Value, MetricEstimate Estimate) Measure(Metric metric, Sets sets)
    {
        FeatureNetwork network = reader.Network;
        if (metric.Needs.HasFlag(MetricNeeds.Logits) && sets.Generated.Logits is null)
            throw new InputException($"The feature network {network.Name} is no classifier: it has no logits.");
        if (metric.Needs.HasFlag(MetricNeeds.Labels) && sets.Generated.Labels.Length == 0) throw new InputException(NoLabels);
        FeatureLayer layer = metric.Needs.HasFlag(MetricNeeds.Logits) ? reader.Logits!.Value : reader.Layer;
        Protocol protocol = metric.ProtocolOf(new()
        {
            Metric = metric.Name,
            Features = layer.Name,
            Resize = network.Resize,
            Width = layer.Width,
            RealCount = (sets.Training ?? sets.Reference).Count,
            GeneratedCount = sets.Generated.Count,
            Split = sets.Training is null ? split : "trained",
            Seed = options.Seed,
            FewSamples = options.FewSamples,
            WeightsHash = FeatureReader.Short(network.WeightsHash),
            Reference = (sets.Training ?? sets.Reference).Hash,
        });
        if (sets.Training is { } training && sets.HeldOut is { } heldOut)
            protocol = protocol with
            {
                RealCount = Math.Min(training.Count, heldOut.Count),
                Reference = $"{training.Hash}+{heldOut.Hash}",
            };
        MetricEstimate estimate = metric.Measure(new()
        {
            Generated = sets.Generated,
            ReferenceSet = metric.Needs.HasFlag(MetricNeeds.Reference) ? sets.Reference : null,
            TrainingSet = sets.Training,
            HeldOutSet = sets.HeldOut,
            Protocol = protocol,
            WantsInterval = Intervals,
            Resamples = options.Resamples,
        });
        return (new(estimate.Value, protocol, estimate.Interval, estimate.Deviation), estimate);
    }

    /// <summary>Why a metric of the classes that were asked for cannot be measured.</summary>
    public const string NoLabels =
        "No class was asked for: the samples have no labels, as those of an unconditional network.";

    sealed record Sets(ImageFeatures Generated, ImageFeatures Reference, ImageFeatures? Training, ImageFeatures? HeldOut);
}
