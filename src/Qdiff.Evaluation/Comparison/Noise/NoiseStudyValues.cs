namespace Qdiff.Evaluation;

/// <summary>
/// The values of each metric of an arm of a <see cref="NoiseStudy"/>, seed by seed. A table of a metric is of one protocol: where
/// a class of a seed has no value, the mean over classes is of another, and is left out with its reason.
/// </summary>
/// <param name="name">The arm's name.</param>
/// <param name="missing">Is told of what is left out.</param>
sealed class NoiseStudyValues(string name, List<MissingMetric> missing)
{
    readonly Dictionary<string, SortedDictionary<int, MetricValue>> values = [];

    string Name => name;

    public void Add(int seed, MeasuredMetric metric)
    {
        if (!values.TryGetValue(metric.Name, out SortedDictionary<int, MetricValue>? own)) values[metric.Name] = own = [];
        own.Add(seed, metric.Value);
    }

    /// <summary>The arm, beside the exact one and the one without circuits.</summary>
    public NoiseStudyArm Arm(int? shots, string? noise, NoiseStudyValues? exact, NoiseStudyValues? replaced,
        double? shotsPerImage, double? seconds) => new()
        {
            Name = name,
            Shots = shots,
            Noise = noise,
            ShotsPerImage = shotsPerImage,
            SecondsPerImage = seconds,
            // A metric may fail for one seed; of a single one there is no band.
            Metrics = [.. from metric in values
                          where metric.Value.Count > 1
                          where HasOneProtocol($"{metric.Key} of {name}",
                              [.. exact?.Of(metric.Key) ?? [], .. metric.Value.Values])
                          let all = metric.Value.Values.Select(value => value.Value).ToArray()
                          select new NoiseStudyMetric(metric.Key, all, all.Average(), Interval.OfMean(all),
                              Less(exact, metric.Key), Less(replaced, metric.Key))],
        };

    IEnumerable<MetricValue> Of(string metric) =>
        values.TryGetValue(metric, out SortedDictionary<int, MetricValue>? own) ? own.Values : [];

    /// <summary>These values of a metric less another arm's, seed by seed; null if fewer than two are in both, or if they do not
    /// compare.</summary>
    PairedDifference? Less(NoiseStudyValues? other, string metric)
    {
        if (other is null || !other.values.TryGetValue(metric, out SortedDictionary<int, MetricValue>? theirs)) return null;
        SortedDictionary<int, MetricValue> own = values[metric];
        int[] both = [.. own.Keys.Where(theirs.ContainsKey)];
        return both.Length < 2
            || !HasOneProtocol($"{metric} of {name} less {other.Name}", [.. theirs.Values, .. own.Values]) ? null
            : PairedDifference.Between([.. both.Select(seed => own[seed].Value)], [.. both.Select(seed => theirs[seed].Value)]);
    }

    bool HasOneProtocol(string what, IReadOnlyList<MetricValue> all)
    {
        try
        {
            MetricValue.RequireOneProtocol(all);
            return true;
        }
        catch (InputException e)
        {
            missing.Add(new(what, e.Message));
            return false;
        }
    }
}
