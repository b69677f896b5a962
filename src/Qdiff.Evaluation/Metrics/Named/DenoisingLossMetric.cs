namespace Qdiff.Evaluation;

/// <summary>
/// The mean of (ε̂ − ε)² of a network on held-out images: see <see cref="DenoisingLoss"/>. It is of the network and needs no
/// samples and no feature network, so samples of another program have none.
/// </summary>
public sealed record DenoisingLossMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "denoising-loss";

    /// <summary>Timesteps of each image.</summary>
    public int Timesteps { get; init; } = DenoisingMeasurement.UsualTimesteps;

    /// <inheritdoc/>
    public override double? Lowest => 0;

    internal override bool IsOfNetwork => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">Always: it is not measured on samples.</exception>
    public override MetricEstimate Measure(MetricInput input) => throw NotOfSamples();

    /// <inheritdoc/>
    protected override Protocol Describe(Protocol protocol) => protocol.With("timesteps", Timesteps);

    /// <inheritdoc/>
    protected override void Check(Protocol protocol)
    {
        if (protocol.RealCount < 2)
            throw new InputException($"{protocol.RealCount} image says nothing of a denoising loss: at least 2 are needed, "
                + "better thousands.");
    }

    static InputException NotOfSamples() => new("The metric denoising-loss is of a trained network itself, with its circuits "
        + "read exactly; samples alone have none. Leave it out of the metrics.");

    /// <summary>Refuses to measure it where there are only samples.</summary>
    /// <exception cref="InputException">It is among the metrics.</exception>
    internal static void RequireNone(EvaluationPreset preset)
    {
        if (preset.Metrics.Any(metric => metric.IsOfNetwork)) throw NotOfSamples();
    }
}
