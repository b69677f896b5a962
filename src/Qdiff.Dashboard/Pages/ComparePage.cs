using System.Globalization;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>Runs side by side: curves over one another, images of the same step, what their configurations and audits differ
/// in.</summary>
/// <param name="Runs">The runs that can be shown.</param>
/// <param name="Missing">What was asked for and cannot be shown, and why.</param>
/// <param name="BySeed">Whether runs that differ in seeds alone are shown as their mean.</param>
sealed record ComparePage(IReadOnlyList<ComparedRun> Runs, IReadOnlyList<string> Missing, bool BySeed)
{
    /// <summary>More lines than these cannot be told apart.</summary>
    public const int Most = 40;

    public string Of()
    {
        (string, string)[] names = [.. Runs.Select(run => ("name", run.Row.Name))];
        bool hasFamilies = Runs.GroupBy(run => run.Row.Family).Any(family => family.Count() > 1);
        string title = Runs.Count == 1 ? "1 run" : $"{Runs.Count} runs";
        return DashboardPage.Of($"{title} - Qdiff", $"""
            <header>
            <p class="up"><a href="/">All runs</a></p>
            <h1>{title} compared</h1>
            {Missing.Select(Piece.Missing)}
            <nav aria-label="Sections"><ul><li><a href="#curves">Curves</a></li><li><a href="#samples">Samples</a></li>
            <li><a href="#values">Values</a></li><li><a href="#differences">Configuration</a></li>
            <li><a href="#audit">Audit</a></li></ul></nav>
            </header>
            <main id="content">
            <section id="curves" aria-labelledby="curves-heading"><h2 id="curves-heading">Curves</h2>
            {(hasFamilies ? Choice(names) : Html.None)}
            <div class="plots" data-curves="{Address.With("/curves", [.. names, ("compared", "1"), ("mean", BySeed ? "1" : "")])}"
              data-news="steps results"></div>
            </section>
            <section id="samples" aria-labelledby="samples-heading"><h2 id="samples-heading">Samples</h2>
            <div class="shots" data-images="{Address.With("/samples", names)}" data-news="samples"></div>
            </section>
            <section id="values" aria-labelledby="values-heading"><h2 id="values-heading">Values</h2>
            <div id="values-content" data-part="state steps results">{Values()}</div>
            </section>
            <section id="differences" aria-labelledby="differences-heading"><h2 id="differences-heading">Configuration</h2>
            <div id="differences-content" data-part="state">{Differences()}</div>
            </section>
            <section id="audit" aria-labelledby="audit-heading"><h2 id="audit-heading">Audit</h2>
            <div id="audit-content" data-part="results">{Audits()}</div>
            </section>
            </main>

            """, live: News.AddressOf(Runs.Select(run => run.Row.Name),
                RunStamp.Together(Runs.Select(run => run.Stamp))), charts: true);
    }

    Html Choice((string, string)[] names)
    {
        (string, string)[] runs = [.. names.Select(name => ("run", name.Item2))];
        return BySeed
            ? (Html)$"""
            <p>Lines are means over the runs that differ in nothing but seeds, bands their 95 % intervals by Student's t.
            <a href="{Address.With("/compare", runs)}">Show each run</a></p>

            """
            : (Html)$"""
            <p>Each line is a run. <a href="{Address.With("/compare", [.. runs, ("mean", "1")])}">Show means over seeds</a></p>

            """;
    }

    Html Values()
    {
        string[] metrics = [.. Runs.SelectMany(run => run.Row.Metrics.Keys).Distinct().Order(StringComparer.Ordinal)];
        ReportTable table = new("Last values", ["run", "model", "data", "state", ReportTable.Number("seed"),
            ReportTable.Number("steps"), ReportTable.Number("loss"), ReportTable.Number("probe"), .. metrics.Select(name =>
            ReportTable.Number(name))]);
        foreach (ComparedRun run in Runs)
            table.Add([new(run.Row.Name) { Link = Address.Of(run.Row) }, run.Row.Model ?? "-", run.Row.Data ?? "-",
                ListPage.Word(run.Row.State), run.Row.Seed is { } seed ? seed : new ReportTable.Cell("-"), run.Row.Done,
                Four(run.Row.Loss), Four(run.Row.Probe), .. metrics.Select(name => MetricSection.Number(
                    run.Row.Metrics.TryGetValue(name, out double value) ? value : null))]);
        return $"{table.ToHtml()}{ProtocolNote.Of(Runs.Select(run => run.Row), metrics)}";
    }

    /// <summary>The settings in which they differ.</summary>
    Html Differences()
    {
        ComparedRun[] known = [.. Runs.Where(run => run.Row.Settings.Count > 0)];
        Html unknown = Html.Of(Runs.Except(known)
            .Select(run => Piece.Missing($"The configuration of {run.Row.Name} cannot be read.")));
        if (known.Length < 2) return $"{unknown}{Piece.Missing("There are no two configurations to compare.")}";
        ReportTable table = new("Settings in which they differ",
            ["setting", .. known.Select(run => (ReportTable.Column)run.Row.Name)]);
        string[] all = [.. known.SelectMany(run => run.Row.Settings.Keys).Distinct()];
        foreach (string setting in all)
        {
            string[] values = [.. known.Select(run => run.Row.Settings.GetValueOrDefault(setting, "-"))];
            if (values.Distinct().Count() > 1)
                table.Add([new(setting, IsCode: true), .. values.Select(value => new ReportTable.Cell(value, IsCode: true))]);
        }

        string same = $"{Piece.N(all.Length - table.Rows.Count)} settings are the same in all.";
        return $"{unknown}{(table.IsEmpty ? Piece.Missing("They are configured alike.") : table.ToHtml())}<p>{same}</p>\n";
    }

    Html Audits()
    {
        ReportTable table = new("Which parameters can act", "run",
            ReportTable.Number("nominal", "trainable parameters, as papers count them"),
            ReportTable.Number("live", "numbers that can change the output"), ReportTable.Number("dead"),
            ReportTable.Number("undecided"), ReportTable.Number("no gradient", "live, but no gradient reaches them"), "verdict");
        foreach (ComparedRun run in Runs)
            if (run.Content.Audit is { } audit)
                table.Add(run.Row.Name, audit.Nominal, audit.Live, audit.Dead, audit.Undecided, audit.Detached,
                    audit.IsClean ? "nothing is wrong" : Invariant($"{audit.Findings.Count:N0} findings"));
            else table.Add(run.Row.Name, "-", "-", "-", "-", "-", "not audited");
        return table.ToHtml();
    }

    static ReportTable.Cell Four(double? value) =>
        value is { } number ? new(number.ToString("G4", CultureInfo.InvariantCulture), number) : new("-");
}
