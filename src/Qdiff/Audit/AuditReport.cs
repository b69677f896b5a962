using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qdiff;

/// <summary>
/// Which parameters of a network can change its output at all, and what else it does not use: the content of <c>audit.json</c>.
/// </summary>
public sealed record AuditReport
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The seed of the random data and weights.</summary>
    public required long Seed { get; init; }

    /// <summary>Trainable parameters, as papers count them.</summary>
    public required int Nominal { get; init; }

    /// <summary>Numbers that can change the output.</summary>
    public required int Live { get; init; }

    /// <summary>Numbers that are neither known to act nor known not to.</summary>
    public int Undecided { get; init; }

    /// <summary>Live parameters that no gradient reaches.</summary>
    public required int Detached { get; init; }

    /// <summary>By kind, in the order of the kinds; kinds that do not occur are left out.</summary>
    public required IReadOnlyList<AuditTotal> Totals { get; init; }

    /// <summary>The worst first.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>The network's inputs.</summary>
    public required IReadOnlyList<AuditInput> Inputs { get; init; }

    /// <summary>The network's circuits.</summary>
    public required IReadOnlyList<AuditCircuit> Circuits { get; init; }

    /// <summary>Every parameter, in order of declaration.</summary>
    public required IReadOnlyList<AuditParameter> Parameters { get; init; }

    /// <summary>How sure the verdicts are.</summary>
    public required AuditMargin Margin { get; init; }

    /// <summary>Numbers that cannot change the output.</summary>
    [JsonIgnore]
    public int Dead => Nominal - Live - Undecided;

    /// <summary>Whether nothing worse than a note was found.</summary>
    [JsonIgnore]
    public bool IsClean => Findings.All(finding => finding.Severity == AuditSeverity.Note);

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InputException">It is not a report.</exception>
    public static AuditReport FromJson(string json, string source = "audit.json")
    {
        try
        {
            AuditReport report = RunJson.Whole(JsonSerializer.Deserialize<AuditReport>(json, s_json));
            // Reports of earlier versions lack numbers, but no words.
            return report.Findings.All(finding => finding is { Code: not null, Where: not null, What: not null }) ? report
                : throw new JsonException("a finding lacks its code, its place or what it is.");
        }
        catch (JsonException error)
        {
            throw new InputException($"{source}, line {error.LineNumber + 1}: not an audit: {error.Message}", error);
        }
    }

    /// <summary>The report for a terminal: totals, findings, circuits (equal rows once) and how sure it is.</summary>
    public string ToText() => AuditText.Of(this);
}
