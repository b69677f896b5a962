using System.Text;
using System.Text.RegularExpressions;

namespace Qdiff.Reports;

/// <summary>
/// A table with the rules of booktabs that fits the text of an article (345 points, in 10 points). One that is too wide is set
/// smaller with its headings broken; then what its first column repeats becomes a line above its rows; then it is cut into
/// several tables below each other, each with the columns that say which row it is. One that is longer than a page is a
/// longtable.
/// </summary>
static partial class LatexTable
{
    /// <summary>Letters of a line in the usual size and in \footnotesize, less than those that fit.</summary>
    const int Usual = 64, Small = 76;

    /// <summary>Letters of space between columns.</summary>
    const int Between = 2;

    /// <summary>Texts that are longer are broken into lines of so many letters, 0.35 of the line.</summary>
    const int LongestText = 40, BrokenText = 30;

    /// <summary>Lines of a page, without those above groups.</summary>
    const int Page = 45;

    /// <summary>The table; the caption, the notes and the packages stand in comments.</summary>
    public static string Of(ReportTable table)
    {
        int[] all = [.. Enumerable.Range(0, table.Columns.Count)];
        bool[] broken = [.. all.Select(c => !table.Columns[c].IsNumber
            && table.Rows.Any(row => row[c].Text.Length > LongestText))];
        bool isSmall = Width(all, stacked: false) > Usual, isLong = table.Rows.Sum(Lines) > Page;
        bool isGrouped = isSmall && Width(all, stacked: true) > Small && Repeats(table);
        List<int[]> parts = isSmall ? Cut(isGrouped ? all[1..] : all) : [all];

        var text = new StringBuilder();
        foreach (string line in table.Notes.Prepend(table.Caption))
            text.Append("% ").Append(TableText.OneLine(line)).Append('\n');
        text.Append("% \\usepackage{booktabs")
            .Append(isLong ? ",longtable" : "").Append(broken.Contains(true) ? ",array" : "").Append("}\n");
        if (isSmall) text.Append("{\\footnotesize\\setlength{\\tabcolsep}{4pt}%\n");
        for (int part = 0; part < parts.Count; part++)
        {
            if (part > 0) text.Append(isLong ? "" : "\n\\medskip\\noindent\n");
            Part(text, table, parts[part], broken, isLong, isSmall, isGrouped);
        }

        return text.Append(isSmall ? "}\n" : "").ToString();

        int Lines(IReadOnlyList<ReportTable.Cell> row) =>
            all.Max(c => broken[c] ? 1 + row[c].Text.Length / BrokenText : 1);

        int Width(IEnumerable<int> columns, bool stacked) => columns.Sum(c => Between + Math.Max(
            Heading(table.Columns[c].Name, stacked).Max(line => line.Length), broken[c] ? BrokenText
                : table.Rows.Select(row => row[c].Text.Length).DefaultIfEmpty(0).Max()));

        // As few tables as there can be, all with about as many columns, the first of them those that name the row.
        List<int[]> Cut(int[] columns)
        {
            int[] keys = [.. table.Keys.Where(columns.Contains).DefaultIfEmpty(columns[0])];
            int few = Filled(columns, keys, columns.Length).Count, others = columns.Length - keys.Length;
            List<int[]> even = Filled(columns, keys, (others + few - 1) / few);
            return even.Count == few ? even : Filled(columns, keys, columns.Length);
        }

        List<int[]> Filled(int[] columns, int[] keys, int most)
        {
            List<int[]> cut = [];
            List<int> next = [.. keys];
            foreach (int c in columns.Except(keys))
            {
                if (next.Count > keys.Length && (Width([.. next, c], stacked: true) > Small || next.Count == keys.Length + most))
                {
                    cut.Add([.. next.Order()]);
                    next = [.. keys];
                }

                next.Add(c);
            }

            return [.. cut, [.. next.Order()]];
        }
    }

    static void Part(StringBuilder text, ReportTable table, int[] columns, bool[] broken, bool isLong, bool isSmall,
        bool isGrouped)
    {
        string kind = isLong ? "longtable" : "tabular";
        text.Append("\\begin{").Append(kind).Append("}{").AppendJoin("", columns.Select(c => broken[c]
            ? ">{\\raggedright\\arraybackslash}p{0.35\\linewidth}" : table.Columns[c].IsNumber ? "r" : "l"))
            .Append("}\n\\toprule\n");
        Row(columns.Select(c => Head(table.Columns[c], isSmall)));
        text.Append(isLong ? "\\midrule\n\\endhead\n" : "\\midrule\n");
        string? group = null;
        foreach (IReadOnlyList<ReportTable.Cell> row in table.Rows)
        {
            if (isGrouped && row[0].Text != group)
            {
                text.Append(group is null ? "" : "\\addlinespace\n");
                // The star keeps it on the page of its first row.
                text.Append($"\\multicolumn{{{columns.Length}}}{{l}}{{{Word(group = row[0].Text)}}} \\\\*\n");
            }

            Row(columns.Select(c => table.Columns[c].IsNumber ? SignedNumber().Replace(Word(row[c].Text), InMathematics)
                : broken[c] ? Breakable(row[c].Text) : Word(row[c].Text)));
        }

        text.Append("\\bottomrule\n\\end{").Append(kind).Append("}\n");

        void Row(IEnumerable<string> cells) => text.AppendJoin(" & ", cells).Append(" \\\\\n");
    }

    static string Word(string text) => TableText.Escaped(text);

    static string Head(ReportTable.Column column, bool stacked) => Heading(column.Name, stacked) is var lines && lines.Length == 1
        ? Word(column.Name)
        : $"\\shortstack[{(column.IsNumber ? 'r' : 'l')}]{{{string.Join(@"\\", lines.Select(Word))}}}";

    /// <summary>The lines of a heading.</summary>
    static string[] Heading(string name, bool stacked) => !stacked ? [name] : [.. HeadingBreak().Split(name)];

    /// <summary>A text that may also be broken behind signs, and within long words such as hashes.</summary>
    static string Breakable(string text) => string.Concat(BreakablePiece().Matches(text)
        .Select(piece => Word(piece.Value) + (piece.Value[^1] == ' ' ? "" : @"\allowbreak{}")));

    /// <summary>Whether rows with the same first cell follow each other.</summary>
    static bool Repeats(ReportTable table) => !table.Columns[0].IsNumber && table.Columns.Count > 2
        && table.Rows.Zip(table.Rows.Skip(1)).Count(pair => pair.First[0].Text == pair.Second[0].Text) * 2 >= table.Rows.Count;

    // As text the sign would be a hyphen, and the exponent a letter.
    static string InMathematics(Match number) =>
        $"${number.Groups[1]}{(number.Groups[2].Success ? $@"\cdot10^{{{number.Groups[2]}}}" : "")}$";

    /// <summary>A number with a sign before it or with an exponent, which is the second group.</summary>
    [GeneratedRegex(@"(?<![\w.])(-\d+(?:\.\d+)?|\d+(?:\.\d+)?(?=e))(?:e\+?(-?\d+))?")]
    private static partial Regex SignedNumber();

    [GeneratedRegex(@"(?<=/)| (?!%)")]
    private static partial Regex HeadingBreak();

    [GeneratedRegex(@"[^ /=:,;._-]{0,11}[ /=:,;._-]|[^ /=:,;._-]{1,12}")]
    private static partial Regex BreakablePiece();
}
