namespace Qdiff.Evaluation;

/// <summary>
/// The share of samples that are nearer to a training image than to a held-out one, one half where none is copied and
/// both kinds of images are alike: see <see cref="Memorisation"/>.
/// </summary>
public sealed record MemorisationMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "memorisation";

    /// <inheritdoc/>
    public override MetricNeeds Needs => MetricNeeds.Training;

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override double? Highest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        Memorisation details = Memorisation.Compute(input.Generated.Features, input.Training.Features, input.HeldOut.Features,
            seed: input.Seed);
        return new(details.NearerToTraining, details.Interval(input.Level)) { Memorisation = details };
    }
}
