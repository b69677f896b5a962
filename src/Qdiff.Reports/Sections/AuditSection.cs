namespace Qdiff.Reports;

/// <summary>Which parameters can act, by kind, and why the others cannot.</summary>
static class AuditSection
{
    public static Html Of(RunContent run)
    {
        if (run.Audit is not { } audit)
            return Parts.Missing("There is no audit of this run, so it is not known which of its parameters can act.");
        HtmlTable kinds = new("Parameters by kind", "kind", HtmlTable.Number("nominal", "trainable numbers, as papers count them"),
            HtmlTable.Number("live", "numbers that can change the output"), HtmlTable.Number("dead"),
            HtmlTable.Number("undecided"), HtmlTable.Number("no gradient", "live, but no gradient reaches them"));
        foreach (AuditTotal kind in audit.Totals)
            kinds.Add(Name(kind.Kind), kind.Nominal, kind.Live, kind.Nominal - kind.Live - kind.Undecided, kind.Undecided,
                kind.Detached);
        kinds.Add("together", audit.Nominal, audit.Live, audit.Dead, audit.Undecided, audit.Detached);

        HtmlTable findings = new("Findings, the worst first", "severity", "what", "where", HtmlTable.Number("numbers"), "known as");
        foreach (var group in audit.Findings.GroupBy(f => (f.Severity, f.Code, f.What, f.Divergence)))
            findings.Add(Severity(group.Key.Severity), group.Key.What, string.Join(", ", group.Select(f => f.Where)),
                group.Sum(f => f.Numbers), group.Key.Divergence ?? "");

        string third = audit.Undecided > 0 ? $", {Parts.N(audit.Undecided)} are not decided" : "";
        string verdict = $"{Parts.N(audit.Live)} of {Parts.N(audit.Nominal)} parameters can change the output, "
            + $"{Parts.N(audit.Dead)} cannot{third}"
            + (audit.Detached > 0 ? $"; {Parts.N(audit.Detached)} of the live ones get no gradient" : "") + ".";
        return $"""
            <p class="verdict">{verdict} <span class="{(audit.IsClean ? "clean" : "faulty")}">{(audit.IsClean ? "Nothing is wrong." : "Something is: see the findings.")}</span></p>
            {kinds.ToHtml()}{(findings.IsEmpty ? Html.None : findings.ToHtml())}{Inputs(audit)}
            """;
    }

    static Html Inputs(AuditReport audit) => $"<p>Inputs: {string.Join(", ", audit.Inputs.Select(input =>
        $"{input.Name} {(input.Matters ? "matters" : "is ignored")}"))}.</p>\n";

    static string Name(ParameterKind kind) => kind == ParameterKind.CircuitAngle ? "circuit angle" : kind.ToString().ToLowerInvariant();

    // Sorted by the letter, the worst still come first.
    static HtmlTable.Cell Severity(AuditSeverity severity) => new(severity.ToString().ToLowerInvariant(), -(int)severity);
}
