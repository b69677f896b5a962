using System.Globalization;
using System.Text;

namespace Qdiff.Evaluation;

/// <summary>An evaluation for a terminal: the table, the protocols in full, what is missing and why.</summary>
static class EvaluationText
{
    public static string Of(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.Append(report.Subject);
        if (report.Samples > 0)
            text.Append(CultureInfo.InvariantCulture, $": {report.Samples:N0} samples, preset {report.Preset}");
        text.Append("\n\n");
        List<string[]> rows = [["metric", "value", "95% interval", "± over parts", "real against real"]];
        rows.AddRange(report.Metrics.Select(m => new[]
        {
            m.Name, Number(m.Value.Value), m.Value.Interval is { } i ? $"{Number(i.Low)} … {Number(i.High)}" : "-",
            m.Value.Deviation is { } deviation ? Number(deviation) : "-", m.Floor is null ? "-" : Number(m.Floor.Value),
        }));
        Table(text, rows);
        if (report.Samples > 0 && report.Metrics.Any(m => m.Value.Interval is not null))
            text.Append("\nintervals hold the metric's mean over repeated draws of all samples, real ones too, at these "
                + "sample sizes; training anew spreads more\n");
        if (report.Memorisation is { } copies)
            text.Append(CultureInfo.InvariantCulture,
                $"\nmemorisation: {copies.NearerToTraining:P1} of the samples are nearer to a training image than to a held-out "
                + $"one ({Unseen(report)}50 % if none is copied and both kinds of images are alike, however poor the samples "
                + $"are); exchange score {copies.ExchangeScore:F1} ({report.CopiesBegin}); "
                + $"copy score {copies.CopyScore:F1} (below −3: nearer to training images than unseen ones "
                + $"are, be it as copies or as less varied; far above 0: off the data); {copies.ExactCopies} exact copies\n");
        if (report.LossByNoise is { } losses) Losses(text, losses, report.Beside);
        if (report.BiasCurve is { } curve)
            text.Append(CultureInfo.InvariantCulture,
                $"\nbias of fid: {Number(curve.Limit)} ({Number(curve.Interval().Low)} … {Number(curve.Interval().High)}) with "
                + $"endlessly many samples; at n samples {Number(curve.Slope)}/n more\n");
        text.Append("\nprotocols:\n");
        foreach (MeasuredMetric metric in report.Metrics.Where(m => m.Class is null))
            text.Append("  ").Append(metric.Protocol).Append('\n');
        List("not measured", report.Missing.Select(m => $"{m.Metric}: {m.Reason}"));
        List("notes", report.Notes);
        return text.ToString().TrimEnd('\n');

        void List(string heading, IEnumerable<string> lines)
        {
            if (!lines.Any()) return;
            text.Append('\n').Append(heading).Append(":\n");
            foreach (string line in lines) text.Append("  ").Append(line).Append('\n');
        }
    }

    static void Losses(StringBuilder text, IReadOnlyList<LossAtNoise> losses, LossBeside? beside)
    {
        text.Append("\ndenoising loss by noise, λ being half of the logarithm of the signal-to-noise ratio; intervals are over "
            + "images, not over trainings:\n");
        List<string[]> rows = [["λ", "loss", "95% interval"]];
        rows.AddRange(losses.Select(part => new[]
        {
            Lambdas(part), Number(part.Mean),
            part.Interval is { } i ? $"{Number(i.Low)} … {Number(i.High)}" : "-",
        }));
        Table(text, rows);
        if (beside is not null) text.Append('\n').Append(Of(beside)).Append('\n');
    }

    /// <summary>Another network's denoising loss, in words without a full stop.</summary>
    public static string Of(LossBeside beside)
    {
        PairedDifference difference = beside.Difference;
        // Of thousands of pairs it may be smaller than any number here, but never 0.
        string p = difference.P < 1e-15 ? "below 1e-15" : Invariant($"{difference.P:G2}");
        return $"beside {beside.Name}: {Number(beside.Loss)}; difference image by image {Number(difference.Mean)} "
            + Invariant($"({Number(difference.Interval.Low)} … {Number(difference.Interval.High)}, p {p}), lower ")
            + Invariant($"on {difference.FirstLower:N0} of {difference.Pairs:N0} images; of these two trainings, not of others ")
            + "of the same networks";
    }

    /// <summary>The range of λ that a loss is of.</summary>
    public static string Lambdas(LossAtNoise part)
    {
        return $"{Lambda(part.LambdaFrom)} … {Lambda(part.LambdaTo)}";

        static string Lambda(double value) => double.IsNegativeInfinity(value) ? "−∞"
            : value.ToString("F1", CultureInfo.InvariantCulture);
    }

    /// <summary>What unseen images get in place of samples, where that was measured.</summary>
    static string Unseen(EvaluationReport report) =>
        report.Metrics.FirstOrDefault(metric => metric.Value.Protocol.Metric == "memorisation")?.Floor is { } floor
            ? Invariant($"unseen images: {100 * floor.Value:F1} %; ") : "";

    /// <summary>Four digits that count.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) switch
    {
        >= 1000 => "N0",
        >= 100 => "F1",
        >= 10 => "F2",
        >= 1 => "F3",
        >= 0.1 or 0 => "F4",
        >= 0.01 => "F5",
        >= 0.001 => "F6",
        _ => "0.0e+0",
    }, CultureInfo.InvariantCulture);

    /// <summary>Columns as wide as their widest cell, the first to the left, the others to the right.</summary>
    public static void Table(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. rows[0].Select((_, c) => rows.Max(row => row[c].Length))];
        foreach (string[] row in rows)
            text.Append(string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c])
                : cell.PadLeft(widths[c]))).TrimEnd()).Append('\n');
    }
}
