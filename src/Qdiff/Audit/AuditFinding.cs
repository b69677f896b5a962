using System.Text.Json.Serialization;

namespace Qdiff;

/// <summary>One thing that an audit has to say.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A short name that scripts can rely on: <c>unused-angles</c>, <c>ignores-timestep</c>, …</param>
/// <param name="Where">The layer or input.</param>
/// <param name="What">The finding in words.</param>
/// <param name="Parameters">How many of the network's parameters it concerns; 0 if it is about none.</param>
/// <param name="Evidence">Measured values by name.</param>
/// <param name="Divergence">What the documentation of the published network calls this, if it is that network which was audited:
/// its name, wiring and sizes; see <see cref="NamedNetwork.Divergences"/>.</param>
public sealed record AuditFinding(AuditSeverity Severity, string Code, string Where, string What, int Parameters,
    IReadOnlyDictionary<string, double> Evidence, string? Divergence = null)
{
    /// <summary>What <see cref="Parameters"/> was called in the audits of earlier runs, which are still read.</summary>
    [JsonInclude, JsonPropertyName("numbers")]
    int FormerParameters { init => Parameters = value; }
}
