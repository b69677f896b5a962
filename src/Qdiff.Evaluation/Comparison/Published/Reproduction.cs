using System.Globalization;
using System.Text;

namespace Qdiff.Evaluation;

/// <summary>A published table and ours side by side.</summary>
public static class Reproduction
{
    /// <summary>Settings of a short run of a configuration that has no short one of its own: it shows something after
    /// minutes.</summary>
    static readonly string[] s_short =
    [
        "training.batch=32", "training.checkpointEvery=400", "training.sampleEvery=0", "diffusion.prediction=v",
        "diffusion.weighting=uniform", "diffusion.gamma=null", "diffusion.k=null",
        "training.ema.maxDecay=0.98", "sampling.sampler=ddim", "evaluation.preset=domain", "evaluation.samples=1000",
    ];

    /// <summary>Sampling steps of such a run; fewer if its schedule has not as many.</summary>
    const int ShortSampling = 25;

    /// <summary>The arms of a table, in the order of its rows.</summary>
    /// <param name="read">Gives the text of a configuration by its name, such as mnist-unet or short/eurosat-qcunet-short; null
    /// if there is none.</param>
    /// <param name="catalog">The parts that they name.</param>
    /// <param name="brief">A fraction of the published length: to see that it runs, not to compare with the paper.</param>
    /// <param name="settings">Applied last.</param>
    /// <exception cref="InputException">A configuration is missing or cannot be read.</exception>
    public static IReadOnlyList<ComparisonArm> Arms(PublishedTable table, Func<string, string?> read, Catalog catalog,
        bool brief, IReadOnlyList<string> settings) =>
    [
        .. table.Rows.Select(row =>
        {
            string own = $"short/{row.Config}-short";
            if (brief && read(own) is { } text)
                return new ComparisonArm(ResolvedExperiment.Parse(text, own, catalog, [.. row.Settings, .. settings]), own);
            string yaml = read(row.Config)
                ?? throw new InputException($"There is no configuration {row.Config} for the row '{row.Title}'.");
            ResolvedExperiment experiment = ResolvedExperiment.Parse(yaml, row.Config, catalog, row.Settings);
            if (brief)
            {
                bool transfer = experiment.Config.Transfer.Source is not null;
                experiment = experiment.With([.. s_short, $"name={experiment.Config.Name}-short",
                    $"training.steps={(transfer ? 100 : 400)}",
                    .. transfer ? (string[])["transfer.sourceSteps=300",
                        $"transfer.source={experiment.Config.Transfer.Source}-short"] : []]);
            }

            ResolvedExperiment set = experiment.With(settings);
            if (brief && set.OriginOf("sampling.steps").IsDefault)
                set = set.With($"sampling.steps={Math.Min(ShortSampling, set.Config.Diffusion.Steps)}");
            return new(set, row.Config);
        }),
    ];

    /// <summary>Writes <see cref="ToText"/> to <c>reproduction.md</c> in the folder of the comparison, and what was reproduced
    /// beside it.</summary>
    /// <returns>The text and the path of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static (string Text, string File) Write(string folder, PublishedTable table, ComparisonResult result,
        IReadOnlyList<ComparisonArm> arms, bool brief, IReadOnlyList<string> settings)
    {
        (string text, string file) = (ToText(table, result, arms, brief, settings), Path.Combine(folder, "reproduction.md"));
        WholeFile.Write(file, text);
        new ReproductionFile(ReproductionFile.CurrentSchema, table, [.. arms.Select(arm => arm.Name)], brief, settings)
            .Write(folder);
        return (text, file);
    }

    /// <summary>Markdown with the published value beside ours, both protocols, and what is not comparable.</summary>
    /// <param name="arms">As <see cref="Arms"/> gave them.</param>
    /// <param name="settings">What was set otherwise than published.</param>
    public static string ToText(PublishedTable table, ComparisonResult result, IReadOnlyList<ComparisonArm> arms, bool brief,
        IReadOnlyList<string> settings)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"# {table.Paper}, {table.Name}\n\nPublished: {table.Source}. Ours: {result.Seeds.Count} "
            + $"seed{(result.Seeds.Count == 1 ? "" : "s")}, {result.Arms[0].Steps:N0} steps"
            + $"{(ComparisonText.IsOfClasses(result) ? " of the first class's network" : "")}, preset {result.Preset}.\n");
        foreach (string warning in Warnings(table, result, brief, settings)) text.Append("\n**").Append(warning).Append("**\n");
        int last = result.Metrics.Count == 0 ? 0 : result.Metrics[^1].Step;
        foreach (IGrouping<int, MetricComparison> measuredThen in result.Metrics.GroupBy(m => m.Step))
        {
            (int step, double? epoch) = (measuredThen.Key, measuredThen.First().Epoch);
            string when = ComparisonText.When(result, measuredThen.First());
            text.Append(CultureInfo.InvariantCulture,
                $"\n## {char.ToUpperInvariant(when[0])}{when[1..]}{(epoch is { } e ? Invariant($" (epoch {e})") : "")}\n\n");
            string[] metrics = [.. table.Rows.SelectMany(row => row.Values)
                .Select(f => f.Metric).Union(result.Metrics.Select(m => m.Metric.Split('/')[0])).Distinct()];
            var rows = new List<string[]>();
            foreach (string metric in metrics)
                for (int r = 0; r < table.Rows.Count; r++)
                {
                    PublishedValue[] printed = [.. table.Rows[r].Values.Where(f => f.Metric == metric && f.Epoch == epoch)];
                    Add(metric, r, result.Metrics, printed.Where(value => value.Class is null));
                    foreach (IGrouping<int?, PublishedValue> one in
                        printed.Where(value => value.Class is not null).GroupBy(value => value.Class))
                    {
                        string ending = string.Create(CultureInfo.InvariantCulture, $" class {one.Key}");
                        Add(metric + ending, r, result.Classes.Where(m => m.Metric.EndsWith(ending, StringComparison.Ordinal)),
                            one);
                    }
                }

            void Add(string name, int row, IEnumerable<MetricComparison> measured, IEnumerable<PublishedValue> printed)
            {
                string published = string.Join("; ", printed.Select(Text));
                int before = rows.Count;
                foreach (MetricComparison value in measured.Where(m => m.Step == step
                    && m.Metric.StartsWith(name.Split(' ')[0] + "/", StringComparison.Ordinal)))
                    if (value.Rows.FirstOrDefault(own => own.Arm == arms[row].Name) is { } ours)
                        rows.Add([value.Metric, table.Rows[row].Title, published.Length == 0 ? "-" : published,
                            EvaluationText.Number(ours.Mean),
                            ours.Interval is { } i ? $"{EvaluationText.Number(i.Low)} … {EvaluationText.Number(i.High)}"
                                : "one seed"]);
                if (rows.Count == before && published.Length > 0)
                    rows.Add([name, table.Rows[row].Title, published, "not measured", "-"]);
            }

            ComparisonText.Table(text, ["metric", "row", "published", "ours", "interval over seeds"], rows);
            text.Append('\n');
            foreach (MetricComparison measured in result.Metrics.Where(m => m.Step == step))
                text.Append("- ").Append(measured.Metric).Append(": ").Append(measured.Verdict)
                    .Append(measured.Floor is { } floor ? $" Real images get {EvaluationText.Number(floor)}." : "").Append('\n');
        }

        if (table.Rows.Any(row => row.Parameters is not null)) Parameters();
        text.Append("\n## Protocols\n\n- published: ").Append(table.Protocol).Append('\n');
        foreach (string protocol in result.Metrics.Where(m => m.Step == last).Select(m => m.Protocol))
            text.Append("- ours: `").Append(protocol).Append("`\n");
        text.Append("\n## What is not comparable\n\n");
        foreach (string line in (IEnumerable<string>)[.. table.NotComparable, .. result.Notes, .. result.Missing])
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();

        void Parameters()
        {
            text.Append("\n## Parameters\n\n");
            ComparisonText.Table(text, ["row", "published", "ours", "live"],
                from pair in table.Rows.Zip(arms)
                from arm in result.Arms.Where(arm => arm.Name == pair.Second.Name)
                select (string[])[pair.First.Title, Number(pair.First.Parameters), Number(arm.Parameters), Number(arm.Live)]);
        }
    }

    /// <summary>What keeps all values of the table from being compared, a sentence or two for each reason.</summary>
    internal static IEnumerable<string> Warnings(PublishedTable table, ComparisonResult result, bool brief,
        IReadOnlyList<string> settings)
    {
        if (brief)
            yield return "Short runs: a fraction of the published training. These values show that everything runs; they do not "
                + "compare with the paper's.";
        if (settings.Count > 0)
            yield return $"Set otherwise than published: {string.Join(", ", settings)}. These values do not compare with the "
                + "paper's as those of its own settings would.";
        if (result.Preset != table.Paper)
            yield return $"Measured with preset {result.Preset}, not {table.Paper}: published values and ours are of other "
                + "features and stand on different scales.";
    }

    static string Number(int? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";

    static string Text(PublishedValue value) => string.Create(CultureInfo.InvariantCulture, $"{value.Value}")
        + (value.Deviation is { } deviation ? string.Create(CultureInfo.InvariantCulture, $" ± {deviation}") : "")
        + (value.Part is null ? "" : $" ({value.Part})");
}
