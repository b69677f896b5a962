using System.Globalization;
using System.Text;

namespace Qdiff.Evaluation;

/// <summary>A comparison as Markdown, which a terminal shows well too.</summary>
static class ComparisonText
{
    public static string Of(ComparisonResult result, IReadOnlyDictionary<string, double> secondsPerStep)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"# {result.Name}\n\nPreset {result.Preset}, {result.Seeds.Count} seed{(result.Seeds.Count == 1 ? "" : "s")} "
            + $"({string.Join(", ", result.Seeds)}), baseline {result.Baseline}. Intervals hold 95% by Student's t over the "
            + $"seeds. Differences are seed by seed, arm minus baseline; p is of the paired t-test, and corrected by Holm for "
            + $"all {result.Family} differences of this comparison (arms × metrics × steps). An arm is told apart where the "
            + $"corrected p is at most {PairedDifference.Significance}. Detectable is the difference that would have been, in "
            + $"{100 * PairedTTest.Power:F0}% of such comparisons, were it the first of all to be tested and spread over seeds "
            + $"as it does here. p of signs is of the permutation test of the differences' signs, which assumes no law and is "
            + $"not corrected.\n\n");
        Table(text, ["arm", "model", "parameters", "live", "circuits/image", "steps", "s/step"], result.Arms.Select(arm => new[]
        {
            arm.Name, arm.Model + (arm.Networks > 1 ? $", one of {arm.Networks} networks" : ""), N(arm.Parameters), N(arm.Live),
            N(arm.CircuitsPerImage), N(arm.Steps),
            secondsPerStep.TryGetValue(arm.Name, out double seconds) ? EvaluationText.Number(seconds) : "-",
        }));
        foreach (MetricComparison metric in result.Metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {metric.Metric} {When(result, metric)}\n\n");
            Table(text, ["arm", "mean", "interval", "difference", "interval", "p", "corrected p", "detectable", "p of signs",
                "seeds", "live"], metric.Rows.Select(row => new[]
            {
                row.Arm, EvaluationText.Number(row.Mean), Span(row.Interval),
                row.Difference is { } d ? EvaluationText.Number(d.Mean) : "-",
                Span(row.Difference?.Interval), P(row.Difference?.P), P(row.Difference?.CorrectedP),
                row.Difference?.Detectable is { } least ? EvaluationText.Number(least) : "-", P(row.Difference?.Test.P),
                N(row.Values.Count), N(result.Arms.First(a => a.Name == row.Arm).Live),
            }));
            if (metric.Floor is { } floor)
                text.Append("\nReal images in place of samples: ").Append(EvaluationText.Number(floor)).Append(". ");
            else text.Append('\n');
            text.Append(metric.Verdict);
            PermutationTest[] tests = [.. metric.Rows.Select(row => row.Difference?.Test).OfType<PermutationTest>()];
            // Of many pairs it is not their number alone that bounds p but that of the patterns, too.
            if (tests.Length > 0)
                text.Append(" By their signs alone ").Append(tests.All(test => test.Exact) ? "so few pairs" : "differences")
                    .Append(" cannot give a p of less than ")
                    .AppendJoin(" to ", tests.Select(test => test.SmallestP).Distinct().Order().Select(p => P(p))).Append('.');
            text.Append("\n\nProtocol: `").Append(metric.Protocol).Append("`\n");
        }

        List("Not measured", result.Missing);
        List("Notes", result.Notes);
        return text.ToString();

        void List(string heading, IReadOnlyList<string> lines)
        {
            if (lines.Count == 0) return;
            text.Append("\n## ").Append(heading).Append("\n\n");
            foreach (string line in lines) text.Append("- ").Append(line).Append('\n');
        }
    }

    /// <summary>When in the training, in words; networks of several classes are alike in their end only.</summary>
    public static string When(ComparisonResult result, MetricComparison metric) =>
        IsOfClasses(result) ? "at the end" : string.Create(CultureInfo.InvariantCulture, $"after {metric.Step:N0} steps");

    /// <summary>Whether arms have a network for each class, each with steps of its own.</summary>
    public static bool IsOfClasses(ComparisonResult result) => result.Arms.Any(arm => arm.Networks > 1);

    /// <summary>Of how many seeds these means are, in words; where some arms have fewer, how many they are at most.</summary>
    public static string Seeds(ComparisonResult result, IEnumerable<MetricComparison> metrics)
    {
        int all = result.Seeds.Count;
        if (all == 1) return "one seed";
        bool lacksSome = metrics.SelectMany(metric => metric.Rows).Any(row => row.Values.Count < all);
        return $"{(lacksSome ? "up to " : "")}{all} seeds";
    }

    /// <summary>A Markdown table whose columns also line up as text.</summary>
    public static void Table(StringBuilder text, string[] headings, IEnumerable<string[]> rows)
    {
        string[][] all = [headings, .. rows.Select(row => row.Select(cell => cell.Replace('|', '/')).ToArray())];
        int[] widths = [.. headings.Select((_, c) => all.Max(row => row[c].Length))];
        Row(all[0]);
        Row([.. widths.Select((w, c) => c == 0 ? new string('-', w) : new string('-', Math.Max(1, w - 1)) + ":")]);
        foreach (string[] row in all[1..]) Row(row);

        void Row(string[] cells) =>
            text.Append("| ").Append(string.Join(" | ",
                cells.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))).Append(" |\n");
    }

    static string Span(Interval? interval) =>
        interval is { } i ? $"{EvaluationText.Number(i.Low)} … {EvaluationText.Number(i.High)}" : "-";

    /// <summary>A probability in a few digits; a dash for none.</summary>
    public static string P(double? p) => p?.ToString(p < 0.001 ? "0.0e+0" : "0.0###", CultureInfo.InvariantCulture) ?? "-";

    static string N(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
