using System.Globalization;
using System.Text;

namespace Qdiff.Reports;

/// <summary>A table for other programs: CSV with all digits, or Markdown; <see cref="LatexTable"/> for LaTeX.</summary>
static class TableText
{
    /// <summary>Comma-separated values by RFC 4180: a line of headings, numbers in full and with a point.</summary>
    public static string Csv(ReportTable table)
    {
        return string.Concat(table.Rows.Select(row => row.Select(InFull)).Prepend(table.Columns.Select(column => column.Name))
            .Select(cells => string.Join(',', cells.Select(Quoted)) + "\r\n"));

        static string InFull(ReportTable.Cell cell) =>
            cell.Number?.ToString("R", CultureInfo.InvariantCulture) ?? (cell.Text == "-" ? "" : cell.Text);
    }

    /// <summary>A Markdown table whose columns also line up as text.</summary>
    public static string Markdown(ReportTable table)
    {
        string[][] all = [[.. table.Columns.Select(column => Cell(column.Name))],
            .. table.Rows.Select(row => row.Select(cell => Cell(cell.Text)).ToArray())];
        int[] widths = [.. table.Columns.Select((_, c) => Math.Max(3, all.Max(row => row[c].Length)))];
        var text = new StringBuilder();
        Line(all[0]);
        Line([.. table.Columns.Select((column, c) => new string('-', widths[c] - 1) + (column.IsNumber ? ':' : '-'))]);
        foreach (string[] row in all[1..]) Line(row);
        if (table.Notes.Count > 0) text.Append('\n');
        foreach (string note in table.Notes) text.Append("* ").Append(Cell(note)).Append('\n');
        return text.ToString();

        void Line(string[] cells) => text.Append("| ").AppendJoin(" | ", cells.Select((cell, c) =>
            table.Columns[c].IsNumber ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).Append(" |\n");

        static string Cell(string text) => OneLine(text).Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;");
    }

    /// <summary>Text as LaTeX sets it: its special characters, and signs that not every font has, by their commands.</summary>
    internal static string Escaped(string value)
    {
        var text = new StringBuilder();
        foreach (char c in OneLine(value))
            text.Append(c switch
            {
                // Behind the end of a row they would be its option.
                '[' or '*' when text.Length == 0 => $"{{{c}}}",
                '\\' => @"\textbackslash{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{c}",
                '~' => @"\textasciitilde{}",
                '^' => @"\textasciicircum{}",
                '<' => @"\textless{}",
                '>' => @"\textgreater{}",
                '|' => @"\textbar{}",
                '"' => @"\symbol{34}",     // \textquotedbl is not in LaTeX's usual encoding
                '±' => @"$\pm$",
                '×' => @"$\times$",
                '−' => "$-$",
                '…' => @"\dots{}",
                _ => c.ToString(),
            });
        return text.ToString();
    }

    /// <summary>Without what would end the line, or a comment.</summary>
    internal static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
