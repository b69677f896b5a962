namespace Qdiff;

/// <summary>The loss or gradient of a step was not a finite number, or too large for the optimiser, so the step was not
/// done.</summary>
public sealed class TrainingDivergedException(long step, double loss, double gradientNorm)
    : Exception(Invariant(
        $"Training diverged at step {step + 1}: loss {loss}, gradient norm {gradientNorm}. Lower training.learningRate ")
        + "or set training.clipNorm.")
{
    /// <summary>Steps that had been done.</summary>
    public long Step => step;
}
