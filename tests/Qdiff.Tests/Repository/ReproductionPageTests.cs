using System.Globalization;
using System.Text.RegularExpressions;
using Qdiff;

/// <summary>The numbers in the large tables of docs/reproduction.md are those of the cards of the models that come with the
/// program.</summary>
public sealed partial class ReproductionPageTests
{
    static readonly Dictionary<string, string> s_metrics = new()
    {
        ["FID-domain"] = "fid",
        ["KID-domain"] = "kid",
        ["precision"] = "precision",
        ["recall"] = "recall",
        ["coverage"] = "coverage",
        ["IS"] = "is",
        ["sure of a digit"] = "confidence",
        ["sure of a class"] = "confidence",
        ["taken for the digit asked for"] = "accuracy",
        ["taken for the class asked for"] = "accuracy",
        ["nearer to training"] = "memorisation"
    };

    static readonly Row[] s_rows = [.. Rows(Repository.Read("docs/reproduction.md"))];

    /// <summary>Sets with a network for each class are left out: they come in half precision, the page's numbers are of the run.
    /// </summary>
    public static TheoryData<string> Models => [.. Repository.Files("models", PretrainedCard.FileName)
        .Where(path => PretrainedCard.Read(Path.Combine(Repository.Root, path)).WeightFiles.Count == 1)];

    [Theory]
    [MemberData(nameof(Models))]
    public void AModelHasARowWithItsNumbers(string path)
    {
        PretrainedCard card = PretrainedCard.Read(Path.Combine(Repository.Root, path));
        foreach (IGrouping<string, PretrainedMetric> drawn in card.Measured.GroupBy(metric => metric.Drawn))
        {
            PretrainedMetric fid = drawn.First(metric => metric.Metric == "fid");
            Row row = Assert.Single(s_rows, row => row.Cells.Count >= 8 && row.Cells["fid"].Shows(fid));
            if (row.Name.Contains('`')) Assert.Contains($"`{card.Model}`, seed {card.Seed}", row.Name);
            Assert.All(row.Cells, pair => Assert.True(pair.Value.Shows(drawn.Single(metric => metric.Metric == pair.Key)),
                $"{path}: the page has {pair.Value.Text} for {pair.Key}"));
            Row real = s_rows.First(real => real.Table == row.Table && real.Name == "real images");
            Assert.All(real.Cells, pair => Assert.True(
                pair.Value.ShowsReal(drawn.Single(metric => metric.Metric == pair.Key)),
                $"{path}: the page has {pair.Value.Text} for {pair.Key} of real images"));
        }
    }

    /// <summary>Evaluations of networks that do not come with the program are kept beside the page, each in full.</summary>
    [Fact]
    public void EveryEvaluationThatIsKeptIsOnThePage()
    {
        Cell[] cells = [.. Intervals().Matches(Repository.Read("docs/reproduction.md")).Select(found => new Cell(found.Value))];
        Kept[] kept = [.. Repository.Read("docs/reproduction.csv").Trim().Split('\n').Skip(1).Select(Kept.Read)];
        Assert.NotEmpty(kept);
        Assert.All(kept.Where(one => one.Metric.Metric == "fid"), fid =>
        {
            if (s_rows.FirstOrDefault(row => row.Cells.Count >= 8 && row.Cells["fid"].Shows(fid.Metric)) is { } row)
                Assert.All(row.Cells, pair => Assert.True(
                    pair.Value.Shows(kept.Single(one => one.Drawn == fid.Drawn && one.Metric.Metric == pair.Key).Metric),
                    $"{fid.Drawn}: the page has {pair.Value.Text} for {pair.Key}"));
            else
                Assert.True(cells.Any(cell => cell.Shows(fid.Metric)), $"{fid.Drawn}: {fid.Metric.Value} is not on the page");
        });
    }

    static IEnumerable<Row> Rows(string page)
    {
        string[]? head = null;
        int table = 0;
        foreach (string line in page.Split('\n'))
        {
            string[] cells = [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
            if (!line.StartsWith('|')) head = null;
            else if (head is null) (head, table) = (cells, table + 1);
            else if (!cells[0].StartsWith("--", StringComparison.Ordinal))
            {
                yield return new(table, cells[0], head.Zip(cells).Skip(1).Where(pair => s_metrics.ContainsKey(pair.First))
                    .ToDictionary(pair => s_metrics[pair.First], pair => new Cell(pair.Second)));
            }
        }
    }

    /// <summary>A value with its interval, wherever it stands.</summary>
    [GeneratedRegex(@"\d+\.\d+ \(\d+\.\d+ to \d+\.\d+\)")]
    private static partial Regex Intervals();

    /// <summary>A line of reproduction.csv: "DRAWN",samples,metric,value,low,high,value of real images; what is not known is
    /// empty.</summary>
    sealed record Kept(string Drawn, PretrainedMetric Metric)
    {
        public static Kept Read(string line)
        {
            (string drawn, string[] rest) = (line.Split('"')[1], line.Split('"')[2].Split(','));
            return new(drawn, new(rest[2], Number(rest[3])!.Value, Number(rest[4]), Number(rest[5]), Number(rest[6]),
                int.Parse(rest[1], CultureInfo.InvariantCulture), drawn, ""));
        }

        static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
    }

    sealed record Row(int Table, string Name, Dictionary<string, Cell> Cells);

    /// <summary>A cell: a value, or a value with its interval, each rounded to the digits that it has.</summary>
    sealed partial record Cell(string Text)
    {
        [GeneratedRegex(@"-?\d+(?:\.(\d+))?")]
        private static partial Regex Number();

        readonly (double Value, double Half)[] numbers = [.. Number().Matches(Text.Replace('−', '-')).Select(match =>
            (double.Parse(match.Value, CultureInfo.InvariantCulture), 0.5 * Math.Pow(10, -match.Groups[1].Length)))];

        public bool Shows(PretrainedMetric metric) => numbers.Length switch
        {
            1 => Near(0, metric.Value),
            3 => Near(0, metric.Value) && Near(1, metric.Low) && Near(2, metric.High),
            _ => false
        };

        public bool ShowsReal(PretrainedMetric metric) => numbers.Length == 1 && (metric.Real is null || Near(0, metric.Real));

        // One that lies in the middle may be printed either way.
        bool Near(int at, double? value) =>
            value is double there && Math.Abs(there - numbers[at].Value) <= numbers[at].Half + 1e-9;
    }
}
