using System.Globalization;

namespace Qdiff.Reports;

/// <summary>
/// A table with a caption and headings, for a page and for exports. The page's script lets readers sort it by a column and copy
/// it; without the script it is a table.
/// </summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">The headings, the first naming the rows.</param>
sealed record ReportTable(string Caption, params IReadOnlyList<ReportTable.Column> Columns)
{
    /// <summary>Letters of a name, which stays in one line; longer texts are broken.</summary>
    const int LongestName = 48;

    readonly List<Cell[]> rows = [];

    /// <summary>A heading; numbers stand to the right.</summary>
    /// <param name="Meaning">What the heading means, shown when somebody points at it.</param>
    public sealed record Column(string Name, bool IsNumber = false, string Meaning = "")
    {
        public static implicit operator Column(string name) => new(name);
    }

    /// <summary>A cell; its number, if it has one, is what rows are sorted by.</summary>
    public sealed record Cell(string Text, double? Number = null, bool IsCode = false)
    {
        /// <summary>Where it leads, in a page that is served with others; null for nowhere.</summary>
        public string? Link { get; init; }

        public static implicit operator Cell(string text) => new(text);

        public static implicit operator Cell(int number) => new(number.ToString("N0", CultureInfo.InvariantCulture), number);

        public static implicit operator Cell(long number) => new(number.ToString("N0", CultureInfo.InvariantCulture), number);
    }

    /// <summary>A heading of a column of numbers.</summary>
    public static Column Number(string name, string meaning = "") => new(name, IsNumber: true, meaning);

    /// <summary>The numbers of the columns that say which row it is.</summary>
    public IReadOnlyList<int> Keys { get; init; } = [0];

    /// <summary>What is said below it in an export for people, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Its rows, each with a cell a column.</summary>
    public IReadOnlyList<IReadOnlyList<Cell>> Rows => rows;

    /// <summary>Whether there is anything in it.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Adds a row.</summary>
    public void Add(params Cell[] cells)
    {
        if (cells.Length != Columns.Count)
            throw new ArgumentException($"The table has {Columns.Count} columns, the row {cells.Length} cells.", nameof(cells));
        rows.Add(cells);
    }

    /// <summary>The table.</summary>
    public Html ToHtml() => $"""
        <div class="table" role="region" aria-label="{Caption}" tabindex="0"><table>
        <caption>{Caption}</caption>
        <thead><tr>{Columns.Select(Head)}</tr></thead>
        <tbody>
        {rows.Select(Row)}</tbody></table></div>

        """;

    static Html Head(Column column) =>
        $"""<th scope="col" class="{Class(column)}" title="{column.Meaning}">{column.Name}</th>""";

    Html Row(Cell[] cells) => $"<tr>{cells.Select(Cells)}</tr>\n";

    Html Cells(Cell cell, int column) => column == 0
        ? (Html)$"""<th scope="row"{Long(cell)} data-v="{Sorted(cell)}">{Text(cell)}</th>"""
        : $"""<td class="{Class(Columns[column])}{(IsLong(cell) ? " long" : "")}" data-v="{Sorted(cell)}">{Text(cell)}</td>""";

    static Html Text(Cell cell) => cell.Link is { } link ? (Html)$"""<a href="{link}">{cell.Text}</a>"""
        : cell.IsCode ? (Html)$"<code>{cell.Text}</code>" : $"{cell.Text}";

    static Html Long(Cell cell) => IsLong(cell) ? (Html)$" class=\"long\"" : Html.None;

    static bool IsLong(Cell cell) => cell.Text.Length > LongestName;

    static string Class(Column column) => column.IsNumber ? "n" : "t";

    static string Sorted(Cell cell) => cell.Number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
