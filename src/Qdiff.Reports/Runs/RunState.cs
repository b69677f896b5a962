namespace Qdiff.Reports;

/// <summary>How far a run is.</summary>
public enum RunState
{
    /// <summary>No step was done yet.</summary>
    New,

    /// <summary>Somebody trains it at this moment.</summary>
    Training,

    /// <summary>It was stopped before its end and can be gone on with.</summary>
    Stopped,

    /// <summary>It ended at a step that was not finite, and would again: only with other settings it can be trained.</summary>
    Diverged,

    /// <summary>All steps are done.</summary>
    Finished,

    /// <summary>What is there does not tell.</summary>
    Unknown,
}
