using System.Text.Json.Serialization;

namespace Qdiff;

/// <summary>What one step of training measured.</summary>
/// <param name="Number">How many steps have been done, this one included.</param>
/// <param name="Loss">The weighted loss of the batch, before the update.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient, before clipping.</param>
/// <param name="LearningRate">The rate of this update.</param>
/// <param name="Decay">How much of the running average stayed: 0 copied the weights, 1 left it as it was.</param>
/// <param name="Seconds">Time that the step took.</param>
public sealed record TrainingStep(long Number, double Loss, double GradientNorm, double LearningRate, double Decay,
    double Seconds)
{
    /// <summary>
    /// The part of <see cref="GradientNorm"/> that belongs to angles of circuits, before clipping; null if no circuit is trained,
    /// and in logs of earlier versions.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CircuitGradientNorm { get; init; }

    /// <summary>The part that belongs to all other numbers; null where the part of the circuits is not known.</summary>
    [JsonIgnore]
    public double? ClassicalGradientNorm => CircuitGradientNorm is { } circuits
        ? Math.Sqrt(Math.Max(0, GradientNorm * GradientNorm - circuits * circuits)) : null;

    /// <summary>The gradient by the angles of each layer of circuits, before clipping; null if no circuit is trained, and in logs
    /// of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CircuitLayerGradient>? CircuitLayers { get; init; }

    /// <summary>Whether both measured the same, layer by layer.</summary>
    public bool Equals(TrainingStep? other) => other is not null
        && (Number, Loss, GradientNorm, LearningRate, Decay, Seconds, CircuitGradientNorm)
            .Equals((other.Number, other.Loss, other.GradientNorm, other.LearningRate, other.Decay, other.Seconds,
                other.CircuitGradientNorm))
        && (CircuitLayers ?? []).SequenceEqual(other.CircuitLayers ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Number, Loss, GradientNorm);

    /// <summary>A line for people.</summary>
    public override string ToString() =>
        Invariant($"step {Number:N0}  loss {Loss:F4}  gradient norm {GradientNorm:G3}  {Seconds:F3} s");
}
