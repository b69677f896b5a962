using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Qdiff.Reports;

/// <summary>A table for other programs: CSV with all digits, Markdown, or LaTeX (booktabs).</summary>
static partial class TableText
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
        return text.ToString();

        void Line(string[] cells) => text.Append("| ").AppendJoin(" | ", cells.Select((cell, c) =>
            table.Columns[c].IsNumber ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).Append(" |\n");

        static string Cell(string text) => OneLine(text).Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;");
    }

    /// <summary>A tabular with the rules of booktabs, the caption in a comment.</summary>
    public static string Latex(ReportTable table)
    {
        var text = new StringBuilder();
        text.Append("% ").Append(OneLine(table.Caption)).Append("\n% \\usepackage{booktabs}\n\\begin{tabular}{")
            .Append(string.Concat(table.Columns.Select(column => column.IsNumber ? 'r' : 'l'))).Append("}\n\\toprule\n");
        Row(table.Columns.Select(column => column.Name));
        text.Append("\\midrule\n");
        foreach (IReadOnlyList<ReportTable.Cell> row in table.Rows) Row(row.Select(cell => cell.Text), numbers: true);
        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();

        void Row(IEnumerable<string> cells, bool numbers = false) => text.AppendJoin(" & ", cells.Select((cell, c) =>
            numbers && table.Columns[c].IsNumber ? SignedNumber().Replace(Escaped(cell), InMathematics) : Escaped(cell)))
            .Append(" \\\\\n");

        // As text the sign would be a hyphen, and the exponent a letter.
        static string InMathematics(Match number) =>
            $"${number.Groups[1]}{(number.Groups[2].Success ? $@"\cdot10^{{{number.Groups[2]}}}" : "")}$";
    }

    /// <summary>A number with a sign before it or with an exponent, which is the second group.</summary>
    [GeneratedRegex(@"(?<![\w.])(-\d+(?:\.\d+)?|\d+(?:\.\d+)?(?=e))(?:e\+?(-?\d+))?")]
    private static partial Regex SignedNumber();

    /// <summary>Text as LaTeX sets it: its special characters, and signs that not every font has, by their commands.</summary>
    internal static string Escaped(string value)
    {
        var text = new StringBuilder();
        foreach (char c in OneLine(value))
            text.Append(c switch
            {
                '\\' => @"\textbackslash{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{c}",
                '~' => @"\textasciitilde{}",
                '^' => @"\textasciicircum{}",
                '<' => @"\textless{}",
                '>' => @"\textgreater{}",
                '|' => @"\textbar{}",
                '"' => @"\textquotedbl{}",
                '±' => @"$\pm$",
                '×' => @"$\times$",
                '−' => "$-$",
                '…' => @"\dots{}",
                _ => c.ToString(),
            });
        return text.ToString();
    }

    /// <summary>Without what would end the line, or a comment.</summary>
    static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
