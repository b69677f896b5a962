namespace Qdiff.Evaluation;

/// <summary>What was measured could not be written down. The report is here, so that the work was not for nothing.</summary>
public sealed class ReportNotKeptException(EvaluationReport report, IOException cause)
    : IOException($"The metrics are not kept: {cause.Message}", cause)
{
    /// <summary>The report.</summary>
    public EvaluationReport Report => report;
}
