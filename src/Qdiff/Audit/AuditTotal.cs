namespace Qdiff;

/// <summary>Nominal and live parameters of one kind of parameters.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Nominal">Numbers that are counted as parameters.</param>
/// <param name="Live">Those that can change the output.</param>
/// <param name="Detached">Live ones that no gradient reaches.</param>
/// <param name="Undecided">Those of which neither is known.</param>
public sealed record AuditTotal(ParameterKind Kind, int Nominal, int Live, int Detached, int Undecided = 0);
