namespace Qdiff;

/// <summary>How bad a finding of an audit is.</summary>
public enum AuditSeverity
{
    /// <summary>True, and nobody's mistake: a bias that the normalisation behind it takes away.</summary>
    Note,

    /// <summary>Worth knowing before a claim is made: read-outs that no weight can move.</summary>
    Warning,

    /// <summary>Numbers that are counted as trainable but cannot do anything, or inputs that are ignored.</summary>
    Error,
}
