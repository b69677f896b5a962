using System.Globalization;
using System.Text.RegularExpressions;

namespace Qdiff.Dashboard;

/// <summary>
/// What is asked of runs, as somebody types it: words that the name holds, and comparisons such as <c>loss&lt;0.03
/// model=unet training.batch>=64</c>; all must hold. A run that has no such value is left out.
/// </summary>
static partial class RunFilter
{
    /// <summary>More is no question of a person.</summary>
    const int Longest = 500;

    /// <summary>The runs for which all of it holds.</summary>
    /// <exception cref="InputException">It cannot be understood; the message says where and what would be.</exception>
    public static IReadOnlyList<RunRow> Apply(string? text, IReadOnlyList<RunRow> rows)
    {
        if (string.IsNullOrWhiteSpace(text)) return rows;
        if (text.Length > Longest) throw new InputException($"A filter has at most {Longest} characters.");
        Predicate<RunRow>[] terms = [.. Terms(text, rows)];
        return [.. rows.Where(row => terms.All(term => term(row)))];
    }

    static IEnumerable<Predicate<RunRow>> Terms(string text, IReadOnlyList<RunRow> rows)
    {
        for (int at = 0; at < text.Length;)
        {
            Match term = Term.Match(text, at);
            if (!term.Success)
                throw new InputException($"'{text[at..].Trim()}' cannot be understood; write words of the name, or comparisons "
                    + "such as loss<0.03 or model=unet.");
            at = term.Index + term.Length;
            string key = term.Groups["key"].Value, value = Unquoted(term.Groups["value"].Value);
            if (key == "")
            {
                if (value != "") yield return row => row.Name.Contains(value, StringComparison.OrdinalIgnoreCase);
                continue;
            }

            Func<RunRow, FieldValue>? field = RunFields.Find(key, rows);
            if (field is null)
            {
                string meant = NearestName.Find(key, RunFields.Names(rows)) is { } name ? $" Did you mean {name}?" : "";
                throw new InputException($"No run here has a value called {key}.{meant}");
            }

            string comparison = term.Groups["is"].Value;
            yield return row => Holds(field(row), comparison, value);
        }
    }

    static bool Holds(FieldValue given, string comparison, string wanted)
    {
        if (given.Text is null) return false;
        if (comparison == "~") return given.Text.Contains(wanted, StringComparison.OrdinalIgnoreCase);
        // A day stands for its beginning: texts of times are in the order of time.
        if (given.Number is { } number
            && double.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out double other))
            return comparison switch
            {
                "<" => number < other,
                "<=" => number <= other,
                ">" => number > other,
                ">=" => number >= other,
                "!=" => !number.Equals(other),
                _ => number.Equals(other),
            };
        int order = string.Compare(given.Text, wanted, StringComparison.OrdinalIgnoreCase);
        return comparison switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "!=" => order != 0,
            _ => order == 0,
        };
    }

    static string Unquoted(string value) => value is ['"', .. var inside, '"'] ? inside : value;

    [GeneratedRegex("""
        \G\s* ( (?<key>[\w./-]+) \s* (?<is><=|>=|!=|==?|<|>|~) \s* (?<value>"[^"]*"|[^\s"<>=!~]+)
                | (?<value>"[^"]*"|[^\s"<>=!~]+) )? (\s+|\z)
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, 1000)]
    static partial Regex Term { get; }
}
