using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>How samples are to be evaluated, and what is there to do it with.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Metrics with their settings, features and reference.</summary>
    public EvaluationPreset Preset { get; init; } = EvaluationPreset.Domain;

    /// <summary>The data set's own classifier; null if there is none.</summary>
    public FeatureNetwork? Classifier { get; init; }

    /// <summary>The Inception network; null if its weights are not at hand.</summary>
    public FeatureNetwork? Inception { get; init; }

    /// <summary>Feature networks of the user's own, which presets may name.</summary>
    public Parts<FeatureNetwork> FeatureNetworks { get; init; } = [];

    /// <summary>
    /// A layer of <see cref="Inception"/>, or one of <see cref="FeatureNetworks"/>, that FID and KID are measured in besides the
    /// preset's features.
    /// </summary>
    public string? ExtraLayer { get; init; }

    /// <summary>Whether the preset's features are those of the Inception network.</summary>
    public bool NeedsInception => !Preset.NeedsNoSamples && Preset.Features != EvaluationPreset.DomainFeatures
        && FeatureReaders.Own(this, Preset.Features) is null;

    /// <summary>Another part of the data as reference than the preset's.</summary>
    public Split? Split { get; init; }

    /// <summary>Seed of every random choice in the measurement.</summary>
    public long Seed { get; init; }

    /// <summary>Accept fewer samples than a metric bears; its protocol says so.</summary>
    public bool FewSamples { get; init; }

    /// <summary>
    /// Splits into halves for the intervals of the Fréchet distance (null for 50 up to 256 features, 20 up to 1,024 and else
    /// none) and of metrics that use <see cref="MetricInput.ByHalves"/> (null for 50); 0 for no interval.
    /// </summary>
    public int? Resamples { get; init; }

    /// <summary>Whether the Fréchet distance is also measured over growing parts of the samples.</summary>
    public bool BiasCurve { get; init; }

    /// <summary>Where features are kept.</summary>
    public FeatureCache Cache { get; init; } = new(FeatureCache.DefaultFolder);

    /// <summary>Who else draws samples and computes features: each process takes its share, the first measures and keeps. All
    /// evaluate the same.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.Single;

    /// <summary>Is told what is being done and how much of it, from 0 to 1; from any thread.</summary>
    public Action<string, double>? Progress { get; init; }
}
