namespace Qdiff;

/// <summary>What an audit found out about one parameter.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Nominal">How many numbers it has.</param>
/// <param name="Live">How many of them can change the network's output at all.</param>
/// <param name="Detached">How many of the live ones no gradient reaches, so that they never learn.</param>
/// <param name="Dead">Which are not live, as ranges: <c>4-27, 32-55</c>; empty if none.</param>
public sealed record AuditParameter(string Name, ParameterKind Kind, int Nominal, int Live, int Detached, string Dead);
