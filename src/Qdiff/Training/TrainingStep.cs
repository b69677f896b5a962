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
    /// <summary>A line for people.</summary>
    public override string ToString() =>
        Invariant($"step {Number:N0}  loss {Loss:F4}  gradient norm {GradientNorm:G3}  {Seconds:F3} s");
}
