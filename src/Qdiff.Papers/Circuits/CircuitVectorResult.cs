namespace Qdiff.Papers;

/// <summary>The worst absolute errors of one reference case.</summary>
public sealed record CircuitVectorResult(
    string Name, double ExpectationError, double GradientError, double LiteralExpectationError, double LiteralGradientError)
{
    /// <summary>Whether the lowered circuit and the literal one are within tolerance.</summary>
    public bool Passes =>
        Math.Max(ExpectationError, LiteralExpectationError) < CircuitVectors.ExpectationTolerance
        && Math.Max(GradientError, LiteralGradientError) < CircuitVectors.GradientTolerance;
}
