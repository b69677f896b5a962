using System.Globalization;
using Qdiff.Evaluation;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>
/// How often the intervals that the tool prints hold the mean of their figure (of memorisation: one half) over repeated draws of
/// all samples: real ones N(0, 1) in every feature, generated ones shift + scale·N(0, 1). The same on every machine.
/// </summary>
static class Coverage
{
    readonly record struct Cell(double Shift, double Scale, int Width, int Count)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Shift,5} | {Scale,5} | {Width,2} | {Count,5:N0}");
    }

    readonly record struct Outcome(double Value, Interval Interval);

    static readonly string[] s_columns =
        ["fid", "FID∞", "kid", "precision", "recall", "density", "coverage", "memorisation"];

    static readonly Cell[] s_cells =
    [
        .. from width in (int[])[2, 8, 64]
           from kind in ((double, double)[])[(0, 1), (0.3, 1), (0.7, 1), (1.2, 0.9), (0, 0.5), (0, 0.9), (0, 1.5)]
           select new Cell(kind.Item1, kind.Item2, width, 200),
        new(0, 1, 8, 1000), new(0.7, 1, 8, 1000), new(1.2, 0.9, 8, 1000), new(0, 0.5, 8, 1000), new(0, 1.5, 8, 1000),
        new(1.2, 0.9, 2, 1000), new(0, 1, 64, 1000), new(0.3, 1, 64, 1000), new(0.7, 1, 64, 1000), new(0, 0.9, 64, 1000),
        new(0, 1, 8, 2000), new(0.7, 1, 8, 2000), new(1.2, 0.9, 8, 2000), new(0.3, 1, 64, 2000),
    ];

    /// <param name="replicates">Draws of a row of the first table.</param>
    /// <param name="rows">Which rows, numbered from 0 over all three tables; none for all.</param>
    public static void Run(int replicates, IReadOnlyList<int> rows)
    {
        int number = 0;
        Table($"shift | scale |  D |     n | {string.Join(" | ", s_columns)}", s_cells.Select(cell =>
            (cell.ToString(), s_columns, replicates, (Func<int, Outcome[]>)(draw => OfFeatures(cell, draw)))));
        Table("share of labels seen wrong |     n | accuracy | is",
            from rate in (double[])[0.02, 0.2, 0.5]
            from count in (int[])[200, 2000]
            select (string.Create(CultureInfo.InvariantCulture, $"{rate} | {count,5:N0}"), (string[])["accuracy", "is"],
                10 * replicates, (Func<int, Outcome[]>)(draw => OfLogits(rate, count, draw))));
        Table("figures over seeds | seeds | mean | paired difference",
            from law in s_laws
            from seeds in (int[])[3, 5, 10]
            select ($"{law.Law} | {seeds,2}", (string[])["mean", "difference"], 100 * replicates,
                (Func<int, Outcome[]>)(draw => OverSeeds(law.Draw, seeds, draw))));

        void Table(string heading, IEnumerable<(string Name, string[] Columns, int Draws, Func<int, Outcome[]> Draw)> all)
        {
            bool headed = false;
            foreach ((string name, string[] columns, int draws, Func<int, Outcome[]> draw) in all)
            {
                if (rows.Count > 0 && !rows.Contains(number++)) continue;
                if (!headed) Console.WriteLine(heading);
                headed = true;
                Row(name, columns, draws, draw);
            }
        }
    }

    static readonly (string Law, Func<RandomStream, double> Draw)[] s_laws =
    [
        ("Gaussian", random => random.NextNormal()),
        ("log-normal, σ = 0.3 (skewness 0.95)", random => Math.Exp(0.3 * random.NextNormal())),
        ("log-normal, σ = 0.5 (skewness 1.75)", random => Math.Exp(0.5 * random.NextNormal())),
        ("exponential (skewness 2)", random => -Math.Log(1 - random.NextDouble())),
    ];

    static void Row(string name, string[] columns, int replicates, Func<int, Outcome[]> draw)
    {
        var all = new Outcome[replicates][];
        Parallel.For(0, replicates, number => all[number] = draw(number));
        IEnumerable<string> shares = columns.Select((column, c) =>
        {
            double target = column == "memorisation" ? 0.5 : all.Average(outcomes => outcomes[c].Value);
            return (100.0 * all.Count(outcomes => outcomes[c].Interval.Contains(target)) / replicates)
                .ToString("F1", CultureInfo.InvariantCulture).PadLeft(Math.Max(5, column.Length));
        });
        Console.WriteLine($"{name} | {string.Join(" | ", shares)}");
    }

    static Outcome[] OfFeatures(Cell cell, int number)
    {
        ImageFeatures real = Draw("real", 0, 1), made = Draw("generated", cell.Shift, cell.Scale), other = Draw("held out", 0, 1);
        Qdiff.Evaluation.Measurement measurement = Measuring();
        FidBiasCurve curve = FidBiasCurve.Between(real.Features, made.Features, points: 10);
        return
        [
            By("fid"), new(curve.Limit, curve.Interval()), By("kid"), By("precision"), By("recall"), By("density"),
            By("coverage"), Of(measurement.OfTraining(new MemorisationMetric(), made, real, real, other).Value),
        ];

        Outcome By(string metric) => Of(measurement.Measure(EvaluationPreset.Domain.Metrics[metric], made, real));

        ImageFeatures Draw(string what, double shift, double scale)
        {
            var values = new float[cell.Count * cell.Width];
            new RandomStream(1, "coverage, " + what, number).FillNormal(values);
            for (int i = 0; i < values.Length; i++) values[i] = (float)(shift + scale * values[i]);
            return new(new(Nothing.Features, cell.Count, cell.Width, values), null, [], "none");
        }
    }

    /// <summary>Ten classes, equally many of each; of the later ones more are taken for the next.</summary>
    static Outcome[] OfLogits(double rate, int count, int number)
    {
        var random = new RandomStream(1, "coverage, labels", number);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 10)];
        var logits = new float[count * 10];
        random.FillNormal(logits);
        for (int i = 0; i < count; i++)
        {
            int seen = random.NextDouble() < rate * labels[i] / 4.5 ? (labels[i] + 1) % 10 : labels[i];
            logits[i * 10 + seen] += 8;
        }

        var features = new FeatureSet(Nothing.Features, count, 1, [.. Enumerable.Range(0, count).Select(i => (float)i)]);
        ImageFeatures made = new(features, new(Nothing.Logits, count, 10, logits), labels, "none");
        return [.. ((string[])["accuracy", "is"])
            .Select(metric => Of(Measuring().Measure(EvaluationPreset.Domain.Metrics[metric], made, made)))];
    }

    static Outcome[] OverSeeds(Func<RandomStream, double> draw, int seeds, int number)
    {
        var random = new RandomStream(1, "coverage, seeds", number);
        double[] first = [.. Enumerable.Range(0, seeds).Select(_ => draw(random))],
            second = [.. Enumerable.Range(0, seeds).Select(_ => draw(random))];
        PairedDifference difference = PairedDifference.Between(first, second);
        return [new(first.Average(), Interval.OfMean(first)), new(difference.Mean, difference.Interval)];
    }

    static Outcome Of(MetricValue value) => new(value.Value, value.Interval!.Value);

    static Qdiff.Evaluation.Measurement Measuring()
    {
        EvaluationOptions options = new() { Preset = EvaluationPreset.Domain, Resamples = 20 };
        return new(new(new Nothing(), options, null, needsLogits: false), options, "test");
    }

    /// <summary>The features are drawn, not extracted.</summary>
    sealed class Nothing : FeatureNetwork
    {
        public const string Features = "drawn", Logits = "drawn-logits";

        public override string Name => "drawn";

        public override string WeightsHash => "sha256:00000000";

        public override string Resize => "none";

        public override IReadOnlyList<FeatureLayer> Layers => [new(Features, 8), new(Logits, 10, IsLogits: true)];

        public override IReadOnlyList<FeatureSet> Extract(ImageSet images, IReadOnlyList<string> layers, int threads = 0,
            Action<double>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("There is nothing to extract.");
    }
}
