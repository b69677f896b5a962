namespace Qdiff.Evaluation;

/// <summary>What came of one arm with one seed.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reports">Its metrics by step.</param>
sealed record MeasuredRun(ArmRun Run, IReadOnlyList<(int Step, EvaluationReport Report)> Reports)
{
    /// <summary>Metrics that it should have and has not, and why.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Why it has no metrics at all.</summary>
    public string? Failure { get; init; }
}
