using System.Globalization;
using System.Text;

namespace Qdiff;

/// <summary>An audit as text for a terminal.</summary>
static class AuditText
{
    const int Width = 110;

    public static string Of(AuditReport report)
    {
        var text = new StringBuilder();
        Line($"{Number(report.Nominal)} parameters: {Number(report.Live)} can change the output, {Number(report.Dead)} cannot"
            + (report.Undecided > 0 ? $", {Number(report.Undecided)} are not decided" : "")
            + (report.Detached > 0 ? $"; {Number(report.Detached)} of the live ones get no gradient" : ""));
        string[] third = report.Undecided > 0 ? ["undecided"] : [];
        Table([["kind", "nominal", "live", "dead", .. third, "detached"], .. report.Totals.Select(kind => (string[])
            [kind.Kind.Word, Number(kind.Nominal), Number(kind.Live), Number(kind.Nominal - kind.Live - kind.Undecided),
                .. third.Select(_ => Number(kind.Undecided)), Number(kind.Detached)])]);
        text.Append('\n');
        Line(report.IsClean ? "Nothing is wrong." : "Findings:");
        foreach (var group in report.Findings.GroupBy(f => (f.Severity, f.Code, f.What, f.Divergence)))
        {
            int count = group.Sum(f => f.Parameters);
            string where = Shorten([.. group.Select(f => f.Where)]);
            string divergence = group.Key.Divergence is { } id ? $" [{id}]" : "";
            Line($"  {group.Key.Severity.ToString().ToLowerInvariant(),-8}{group.Key.Code}{divergence}: {where}"
                + (group.Count() > 1 && count > 0 ? $" (together {Number(count)})" : ""));
            Line($"          {group.Key.What}");
        }

        if (report.Circuits.Count > 0)
        {
            Line("");
            Table([["circuits", "qubits", "angles", "felt", "live", "inputs", "felt", "read-outs", "fixed"], .. report.Circuits
                .GroupBy(c => (c.Runs, Row: string.Join(' ', Cells(c))))
                .Select(g => (string[])[Shorten([.. g.Select(c => c.Name)], 40) + (g.Key.Runs ? "" : " (never run)"),
                    .. Cells(g.First())])]);
        }

        AuditMargin margin = report.Margin;
        Line("");
        IEnumerable<string> inputs = report.Inputs
            .Select(input => $"{input.Name} {(input.Matters ? "matters" : "is ignored")} ({Effect(input.Effect)})");
        Line($"Inputs: {string.Join(", ", inputs)}.");
        Line($"Effects, relative to the output: noise {Effect(margin.NoiseFloor)}, largest dead {Effect(margin.LargestDead)}, "
            + $"limit {Effect(margin.Threshold)}, "
            + $"smallest live {(margin.SmallestLive is { } live ? Effect(live) : "none tested")}; "
            + $"{margin.Passes} passes in double.");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');

        void Table(List<string[]> rows)
        {
            int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(row => row[c].Length))];
            foreach (string[] row in rows)
                Line("  " + string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c])
                    : cell.PadLeft(widths[c]))));
        }
    }

    static IEnumerable<string> Cells(AuditCircuit c) => ((int[])[c.Qubits, c.Weights, c.LiveWeights, c.LiveInNetwork, c.Inputs,
        c.LiveInputs, c.ReadOuts, c.ReadOutsIgnoringWeights.Count]).Select(Number);

    /// <summary>A few names; more than fit are counted.</summary>
    static string Shorten(string[] names, int width = Width - 40)
    {
        int shown = 1;
        while (shown < names.Length && names.Take(shown + 1).Sum(n => n.Length + 2) < width) shown++;
        return string.Join(", ", names.Take(shown)) + (shown < names.Length ? $" and {names.Length - shown} more" : "");
    }

    static string Effect(double effect) => effect.ToString("0.0E+0", CultureInfo.InvariantCulture);

    static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
