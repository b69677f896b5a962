using System.Text.Json.Serialization;

namespace Qdiff;

/// <summary>What an audit found out about one parameter.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Nominal">How many parameters it is of.</param>
/// <param name="Live">How many of them can change the network's output at all.</param>
/// <param name="Detached">How many of the live ones no gradient reaches, so that they never learn.</param>
/// <param name="Dead">Which can change nothing, as ranges: <c>4-27, 32-55</c>; empty if none.</param>
/// <param name="Undecided">How many are neither known to act nor known not to.</param>
/// <param name="NotDecided">Which these are, as ranges.</param>
public sealed record AuditParameter(string Name, ParameterKind Kind, int Nominal, int Live, int Detached, string Dead,
    int Undecided = 0, string NotDecided = "")
{
    /// <summary>How many can change nothing.</summary>
    [JsonIgnore]
    public int DeadCount => Nominal - Live - Undecided;
}
