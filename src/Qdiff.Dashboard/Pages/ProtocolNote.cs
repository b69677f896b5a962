using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>Says below a table in which columns values of more than one protocol stand.</summary>
static class ProtocolNote
{
    public static Html Of(IEnumerable<RunRow> rows, IEnumerable<string> metrics)
    {
        string[] mixed = [.. metrics.Where(metric => rows.Select(row => row.Protocols.GetValueOrDefault(metric))
            .OfType<string>().Distinct().Count() > 1)];
        return mixed.Length == 0 ? Html.None : $"""
            <p class="hint">By more than one protocol: {string.Join(", ", mixed)}. Such values do not compare; the runs' pages say
            how each was measured.</p>

            """;
    }
}
