using System.Globalization;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>The list of all runs: filtered, sorted, a hundred a page.</summary>
/// <param name="Filter">As it was typed.</param>
/// <param name="Sort">The value by which it is sorted; empty for what trains first and then the newest.</param>
/// <param name="Down">Whether the largest come first.</param>
/// <param name="Number">Of the page, from 1.</param>
sealed record ListPage(string Filter, string Sort, bool Down, int Number)
{
    const int RowsAPage = 100, MetricColumns = 3;

    public string Of(RunsFolder folder, RunList list)
    {
        string? mistake = null;
        IReadOnlyList<RunRow> rows = list.Rows;
        try
        {
            rows = Ordered(RunFilter.Apply(Filter, list.Rows));
        }
        catch (InputException e)
        {
            mistake = e.Message;
        }

        int pages = Math.Max(1, (rows.Count + RowsAPage - 1) / RowsAPage), page = Math.Clamp(Number, 1, pages);
        RunRow[] shown = [.. rows.Skip((page - 1) * RowsAPage).Take(RowsAPage)];
        return DashboardPage.Of($"{folder.Name} - Qdiff", $"""
            <header>
            <h1>{folder.Name}</h1>
            <p class="lead">{Summary(list)}</p>
            <form class="filter" method="get" action="/" role="search">
            <label for="filter">Filter</label>
            <input id="filter" name="filter" type="search" value="{Filter}" placeholder="loss&lt;0.03 model=unet" maxlength="500"
              aria-describedby="filter-help" autocomplete="off" spellcheck="false">
            {Hidden("sort", Sort)}{(Down ? Hidden("down", "1") : Html.None)}
            <button>Show</button>
            </form>
            <p id="filter-help" class="hint">Words of the name, and comparisons with =, !=, &lt;, &lt;=, &gt;, &gt;= or ~
            (contains) of loss, probe, step, state, model, data, seed, started, metrics and settings such as training.batch; all
            must hold.</p>
            </header>
            <main id="content">
            <div id="shown" data-part>
            {(mistake is null ? Html.None : (Html)$"""<p class="faulty" role="alert">{mistake}</p>""")}
            {Notes(list)}
            {(shown.Length == 0 ? Piece.Missing(list.Rows.Count == 0 && !list.IsReading ? "There are no runs in this folder yet."
                : "No run is so.") : Table(shown, rows.Count))}
            {Pages(page, pages)}
            </div>
            </main>

            """, live: Address.With("/live", ("list", Invariant($"{list.Number}"))));
    }

    static string Summary(RunList list)
    {
        int training = list.Rows.Count(row => row.State == RunState.Training);
        int events = list.Rows.Count(row => row.Kind == FolderKind.Events);
        string runs = list.Rows.Count - events == 1 ? "1 run" : $"{Piece.N(list.Rows.Count - events)} runs";
        return runs + (events > 0 ? $", {Piece.N(events)} {(events == 1 ? "folder" : "folders")} of event files" : "")
            + (training > 0 ? $"; {Piece.N(training)} in training" : "") + ".";
    }

    static Html Notes(RunList list) => $"""
        {(list.IsReading ? Piece.Missing($"The first look at the files is not done: {Piece.N(list.Rows.Count)} of "
            + $"{Piece.N(list.Found)} runs are read so far. The page goes on by itself.") : Html.None)}
        {(list.Partial ? Piece.Missing($"There are more folders here than are looked into ({Piece.N(RunsFolder.MostFolders)}): "
            + "runs in the others are missing.") : Html.None)}
        """;

    Html Table(RunRow[] rows, int all)
    {
        string[] metrics = [.. rows.SelectMany(row => row.Metrics.Keys).GroupBy(name => name)
            .OrderByDescending(group => group.Count()).Take(MetricColumns).Select(group => group.Key)];
        string caption = all == rows.Length ? $"{Piece.N(all)} shown" : $"{Piece.N(rows.Length)} of {Piece.N(all)} shown";
        return $"""
            <form method="get" action="/compare">
            <div class="table" role="region" aria-label="Runs" tabindex="0"><table data-served>
            <caption>{caption} <button class="copying">Compare the marked ones</button>{CompareAll(all)}</caption>
            <thead><tr><td></td>{Head("name", "run", "t")}{Head("state", "state", "t")}{Head("step", "steps", "n")}
            {Head("loss", "loss", "n")}{Head("probe", "probe", "n")}{metrics.Select(name => Head(name, name, "n"))}
            {Head("model", "model", "t")}{Head("data", "data", "t")}{Head("started", "started (UTC)", "t")}</tr></thead>
            <tbody>
            {rows.Select(row => Row(row, metrics))}</tbody></table></div>
            {ProtocolNote.Of(rows, metrics)}</form>

            """;
    }

    Html CompareAll(int count) => Filter == "" || count is < 2 or > ComparePage.Most ? Html.None
        : $""" <a href="{Address.With("/compare", ("filter", Filter))}">Compare all {count}</a>""";

    static Html Row(RunRow row, string[] metrics) => $"""
        <tr data-key="{row.Name}"><td><input type="checkbox" name="run" value="{row.Name}" aria-label="Compare {row.Name}"></td>
        <th scope="row"><a href="{Address.Of(row)}">{row.Name}</a>{Faults(row)}</th>
        <td>{StateOf(row)}</td><td class="n">{Steps(row)}</td>
        <td class="n">{Four(row.Loss)}</td><td class="n">{Four(row.Probe)}</td>
        {metrics.Select(name => (Html)$"""<td class="n">{Value(row, name)}</td>""")}
        <td>{row.Model ?? "-"}</td><td>{row.Data ?? "-"}</td><td>{Time(row.Started)}</td></tr>

        """;

    static string Value(RunRow row, string metric) =>
        row.Metrics.TryGetValue(metric, out double value) ? EvaluationText.Number(value) : "-";

    static Html Faults(RunRow row) => row.Problems.Count == 0 ? Html.None
        : $""" <span class="faulty" title="{string.Join(" ", row.Problems)}">{(row.Problems.Count == 1 ? "1 problem"
            : $"{row.Problems.Count} problems")}</span>""";

    static Html StateOf(RunRow row) => row.Kind == FolderKind.Events ? (Html)$"""<span class="state">events</span>"""
        : $"""<span class="state {Word(row.State)}">{Word(row.State)}</span>""";

    /// <summary>A state as it is shown.</summary>
    public static string Word(RunState state) => state.ToString().ToLowerInvariant();

    static string Steps(RunRow row) => row.Kind == FolderKind.Events ? "-"
        : row.Total is { } total ? $"{Piece.N(row.Done)} / {Piece.N(total)}" : Piece.N(row.Done);

    static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    static string Four(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "-";

    Html Head(string field, string text, string kind)
    {
        bool isSorted = Sort == field;
        string sorted = isSorted ? Down ? "descending" : "ascending" : "none";
        return $"""
            <th scope="col" class="{kind}" aria-sort="{sorted}"><a href="{Link(field, isSorted && !Down, 1)}">{text}</a></th>
            """;
    }

    Html Pages(int page, int pages) => pages == 1 ? Html.None : $"""
        <nav class="pages" aria-label="Pages"><ul>
        {(page > 1 ? (Html)$"""<li><a href="{Link(Sort, Down, page - 1)}" rel="prev">Before</a></li>""" : Html.None)}
        <li>page {page} of {pages}</li>
        {(page < pages ? (Html)$"""<li><a href="{Link(Sort, Down, page + 1)}" rel="next">Next</a></li>""" : Html.None)}
        </ul></nav>

        """;

    string Link(string sort, bool down, int page) => Address.With("/", ("filter", Filter), ("sort", sort),
        ("down", down ? "1" : ""), ("page", page > 1 ? Invariant($"{page}") : ""));

    static Html Hidden(string name, string value) => value == "" ? Html.None
        : $"""<input type="hidden" name="{name}" value="{value}">""";

    IReadOnlyList<RunRow> Ordered(IReadOnlyList<RunRow> rows)
    {
        if (Sort == "" || RunFields.Find(Sort, rows) is not { } field)
            return [.. rows.OrderByDescending(row => row.State == RunState.Training).ThenByDescending(row => row.Started)
                .ThenBy(row => row.Name, StringComparer.Ordinal)];
        (RunRow Row, FieldValue Value)[] keyed = [.. rows.Select(row => (row, field(row)))];
        // What has no value comes last, whichever way.
        IOrderedEnumerable<(RunRow Row, FieldValue Value)> there = keyed
            .OrderBy(entry => entry.Value.Text is null || entry.Value.Number is double.NaN);
        there = Down
            ? there.ThenByDescending(entry => entry.Value.Number)
                .ThenByDescending(entry => entry.Value.Text, StringComparer.Ordinal)
            : there.ThenBy(entry => entry.Value.Number).ThenBy(entry => entry.Value.Text, StringComparer.Ordinal);
        return [.. there.ThenBy(entry => entry.Row.Name, StringComparer.Ordinal).Select(entry => entry.Row)];
    }
}
