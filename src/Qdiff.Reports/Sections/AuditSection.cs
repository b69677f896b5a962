namespace Qdiff.Reports;

/// <summary>Which parameters can act, by kind, and why the others cannot.</summary>
static class AuditSection
{
    public static Html Of(RunContent run)
    {
        if (run.Audit is not { } audit)
            return Piece.Missing("There is no audit of this run, so it is not known which of its parameters can act.");
        ReportTable findings = new("Findings, the worst first", "severity", "what", "where", ReportTable.Number("parameters"),
            "known as");
        foreach (var group in audit.Findings.GroupBy(f => (f.Severity, f.Code, f.What, f.Divergence)))
            findings.Add(Severity(group.Key.Severity), group.Key.What, string.Join(", ", group.Select(f => f.Where)),
                group.Sum(f => (long)f.Parameters), group.Key.Divergence ?? "");

        string third = audit.Undecided > 0 ? $", {Piece.N(audit.Undecided)} are not decided" : "";
        string verdict = $"{Piece.N(audit.Live)} of {Piece.N(audit.Nominal)} parameters can change the output, "
            + $"{Piece.N(audit.Dead)} cannot{third}"
            + (audit.Detached > 0 ? $"; {Piece.N(audit.Detached)} of the live ones get no gradient" : "") + ".";
        return $"""
            <p class="verdict">{verdict}
            {(audit.IsClean ? (Html)$"""<span class="clean">Nothing is wrong.</span>"""
                : $"""<span class="faulty">Something is: see below.</span>""")}</p>
            {Kinds(audit).ToHtml()}{(findings.IsEmpty ? Html.None : findings.ToHtml())}{Inputs(audit)}
            """;
    }

    /// <summary>How many there are of every kind of parameter.</summary>
    public static ReportTable Kinds(AuditReport audit)
    {
        ReportTable kinds = new("Parameters by kind", "kind",
            ReportTable.Number("nominal", "trainable parameters, as papers count them"),
            ReportTable.Number("live", "parameters that can change the output"), ReportTable.Number("dead"),
            ReportTable.Number("undecided"), ReportTable.Number("no gradient", "live, but no gradient reaches them"));
        foreach (AuditTotal kind in audit.Totals)
            kinds.Add(kind.Kind.Word, kind.Nominal, kind.Live, kind.Nominal - kind.Live - kind.Undecided, kind.Undecided,
                kind.Detached);
        kinds.Add("together", audit.Nominal, audit.Live, audit.Dead, audit.Undecided, audit.Detached);
        return kinds;
    }

    static Html Inputs(AuditReport audit) => $"<p>Inputs: {string.Join(", ", audit.Inputs.Select(input =>
        $"{input.Name} {(input.Matters ? "matters" : "is ignored")}"))}.</p>\n";

    // Sorted by the letter, the worst still come first.
    static ReportTable.Cell Severity(AuditSeverity severity) => new(severity.ToString().ToLowerInvariant(), -(int)severity);
}
