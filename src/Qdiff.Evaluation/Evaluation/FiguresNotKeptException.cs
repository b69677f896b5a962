namespace Qdiff.Evaluation;

/// <summary>What was measured could not be written down. The figures are here, so that the work was not for nothing.</summary>
public sealed class FiguresNotKeptException(EvaluationReport report, IOException cause)
    : IOException($"The figures are not kept: {cause.Message}", cause)
{
    /// <summary>The figures.</summary>
    public EvaluationReport Report => report;
}
