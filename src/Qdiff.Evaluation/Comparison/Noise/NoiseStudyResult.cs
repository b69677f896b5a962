using System.Text;

namespace Qdiff.Evaluation;

/// <summary>What a <see cref="NoiseStudy"/> found.</summary>
public sealed record NoiseStudyResult
{
    /// <summary>The name of its file in the folder of a run.</summary>
    public const string FileName = "noise.json";

    /// <summary>Samples of a seed.</summary>
    public required int Samples { get; init; }

    /// <summary>Seeds of an arm.</summary>
    public required int Seeds { get; init; }

    /// <summary>Sampler and weights, in words.</summary>
    public required string Sampler { get; init; }

    /// <summary>Runs of circuits for an image, all passes together.</summary>
    public required double CircuitRunsPerImage { get; init; }

    /// <summary>Shots a second that times are said of.</summary>
    public required double Rate { get; init; }

    /// <summary>The exact network, that without circuits, then shots and noise.</summary>
    public required IReadOnlyList<NoiseStudyArm> Arms { get; init; }

    /// <summary>Metrics that were not measured, of an arm or all, and why; null in files of versions that did not keep
    /// them.</summary>
    public IReadOnlyList<MissingMetric>? Missing { get; init; }

    /// <summary>What else there is to know of the measurement; null likewise.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>From how many shots on a noise cannot be told from the exact network, metric by metric.</summary>
    public required IReadOnlyList<NoiseStudyPoint> Indistinguishable { get; init; }

    /// <summary>Reads what was left in the folder of a run.</summary>
    /// <exception cref="InputException">The file is not there or not what it should be.</exception>
    internal static NoiseStudyResult Read(string path)
    {
        NoiseStudyResult result = RunJson.Read<NoiseStudyResult>(path);
        return result.Arms.Count > 0 ? result : throw new InputException($"{path} cannot be read: it has no arm.");
    }

    internal static NoiseStudyPoint[] PointsOf(IReadOnlyList<NoiseStudyArm> arms) =>
        [.. arms.Where(arm => arm.Noise is not null).GroupBy(arm => arm.Noise!).SelectMany(noise =>
            // From the most shots down, as long as the difference's interval holds 0; what was not measured says nothing. Where
            // all seeds differ alike the interval has no width, and their number decides.
            from arm in noise.OrderByDescending(arm => arm.Shots ?? int.MaxValue)
            from metric in arm.Metrics
            where metric.LessExact is not null
            group (Shots: arm.Shots ?? 0, Less: metric.LessExact!) by metric.Metric into of
            select new NoiseStudyPoint(noise.Key, of.Key,
                of.TakeWhile(arm => arm.Less.IsAlike ? !arm.Less.IsFound : arm.Less.Interval.Contains(0))
                    .Select(arm => (int?)arm.Shots).LastOrDefault()))];

    /// <summary>The result for a terminal: a table a metric, then what each arm costs a device.</summary>
    public string ToText()
    {
        int name = Arms.Max(arm => arm.Name.Length);
        var text = new StringBuilder();
        text.Append(Invariant($"{Sampler}; {Samples:N0} images a seed, {Seeds} seeds; {CircuitRunsPerImage:N0} runs of "))
            .Append("circuits an image\n")
            .Append("means over seeds with 95 % intervals; differences, paired by seed, from the exact network and\n")
            .Append("from the one whose circuits are their means\n");
        foreach (string metric in Arms[0].Metrics.Select(m => m.Metric))
        {
            text.Append('\n').Append(metric).Append('\n').Append(' ', name)
                .Append(Invariant($" {"mean",8} {"95 %",-19} {"less exact",10} {"95 %",-19} {"less means",10} 95 %\n"));
            foreach (NoiseStudyArm arm in Arms)
                if (arm.Metrics.FirstOrDefault(m => m.Metric == metric) is { } found)
                    text.Append((arm.Name.PadRight(name) + Invariant($" {found.Mean,8:G4} {Text(found.Interval),-19} ")
                        + Invariant($"{Less(found.LessExact),-30} {Less(found.LessReplaced)}")).TrimEnd()).Append('\n');
            foreach (NoiseStudyPoint point in Indistinguishable.Where(point => point.Metric == metric))
                text.Append(point.ToString()).Append('\n');
        }

        text.Append('\n').Append(' ', name).Append(Invariant($" {"shots/image",12} {"s/image",10}\n"));
        foreach (NoiseStudyArm arm in Arms.Where(arm => arm.ShotsPerImage is not null))
            text.Append(arm.Name.PadRight(name)).Append(Invariant($" {arm.ShotsPerImage,12:N0} {arm.SecondsPerImage,10:N1}\n"));
        text.Append(Invariant($"at {Rate:N0} shots a second, circuits one after another"));
        foreach (MissingMetric missing in Missing ?? []) text.Append($"\nnot measured: {missing.Metric}: {missing.Reason}");
        foreach (string note in Notes ?? []) text.Append($"\nnote: {note}");
        return text.ToString();

        static string Less(PairedDifference? less) => less is null ? ""
            : Invariant($"{less.Mean,10:G3} {Text(less.Interval)}");

        static string Text(Interval interval) => Invariant($"[{interval.Low:G3}, {interval.High:G3}]");
    }
}

/// <summary>One way of reading the circuits.</summary>
public sealed record NoiseStudyArm
{
    /// <summary>In words.</summary>
    public required string Name { get; init; }

    /// <summary>Shots of a run; null for many, or for no circuits.</summary>
    public int? Shots { get; init; }

    /// <summary>The noise's name; null for the two arms that others are compared with.</summary>
    public string? Noise { get; init; }

    /// <summary>Shots for an image, all runs together.</summary>
    public double? ShotsPerImage { get; init; }

    /// <summary>How long they take a device at the study's rate.</summary>
    public double? SecondsPerImage { get; init; }

    /// <summary>The metrics.</summary>
    public required IReadOnlyList<NoiseStudyMetric> Metrics { get; init; }
}

/// <summary>A metric of an arm over the seeds.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Values">Seed by seed.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Interval">Of the mean, by Student's t.</param>
/// <param name="LessExact">Paired with the exact network.</param>
/// <param name="LessReplaced">Paired with the network whose circuits are their means.</param>
public sealed record NoiseStudyMetric(string Metric, IReadOnlyList<double> Values, double Mean, Interval Interval,
    PairedDifference? LessExact, PairedDifference? LessReplaced);

/// <summary>From how many shots on the paired interval of the difference holds 0; null if it does not with the most, 0 without
/// shots.</summary>
public sealed record NoiseStudyPoint(string Noise, string Metric, int? FromShots)
{
    /// <summary>In words.</summary>
    public override string ToString() => FromShots switch
    {
        null => $"{Noise}: told from exact with the most shots",
        0 => $"{Noise}: not told from exact",
        { } shots => Invariant($"{Noise}: not told from exact from {shots:N0} shots on"),
    };
}
