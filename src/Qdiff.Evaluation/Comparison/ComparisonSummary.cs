namespace Qdiff.Evaluation;

/// <summary>From the metrics of all runs to means, intervals and differences.</summary>
static class ComparisonSummary
{
    public static ComparisonResult Create(ComparisonPlan plan, IReadOnlyList<MeasuredRun> runs, EvaluationPreset preset)
    {
        List<MetricComparison> tested = [], classes = [];
        var apart = new List<string>();
        foreach (int step in plan.Steps)
        {
            EvaluationReport[] reports = [.. runs.SelectMany(run => run.Reports).Where(r => r.Step == step)
                .Select(r => r.Report)];
            foreach ((string name, bool ofClass) in
                reports.SelectMany(r => r.Metrics).Select(m => (m.Name, m.Class is not null)).Distinct())
                try
                {
                    MetricComparison compared = Compare(plan, runs, step, name);
                    if (!ofClass) tested.Add(compared);
                    else classes.Add(compared with { Rows = [.. compared.Rows.Select(row => row with { Difference = null })] });
                }
                catch (InputException e)
                {
                    // Where one run lacks a class, its mean over classes is of another protocol; other metrics still compare.
                    string when = plan.Baseline.Config.Data.EachClass ? "at the end" : Invariant($"at step {step:N0}");
                    apart.Add($"{name} {when} in one table: {e.Message}");
                }
        }

        IReadOnlyList<MetricComparison> metrics = Corrected(tested, plan.Baseline.Name);
        return new()
        {
            Name = Path.GetFileName(plan.Folder),
            Preset = preset.Name,
            Baseline = plan.Baseline.Name,
            Seeds = plan.Seeds,
            Arms = [.. plan.Arms.Select(arm => runs.FirstOrDefault(run => run.Run.Arm == arm && IsThere(run)))
                .OfType<MeasuredRun>().Select(Describe)],
            Metrics = metrics,
            Classes = classes,
            Family = Differences(metrics).Count(),
            Missing =
            [
                .. runs.Where(run => run.Failure is not null).Select(run => $"{run.Run.Name} has no metrics: {run.Failure}"),
                .. runs.SelectMany(run => run.Missing),
                .. apart,
                .. runs.SelectMany(run => run.Reports).SelectMany(r => r.Report.Missing).Select(m => $"{m.Metric}: {m.Reason}")
                    .Distinct(),
            ],
            Notes = [.. runs.SelectMany(run => run.Reports).SelectMany(r => r.Report.Notes).Distinct()],
        };
    }

    static MetricComparison Compare(ComparisonPlan plan, IReadOnlyList<MeasuredRun> runs, int step, string name)
    {
        Dictionary<string, Dictionary<long, MetricValue>> values =
            plan.Arms.ToDictionary(arm => arm.Name, _ => new Dictionary<long, MetricValue>());
        var floors = new List<double>();
        foreach (MeasuredRun run in runs)
            foreach ((int at, EvaluationReport report) in run.Reports)
                if (at == step && report.Metrics.FirstOrDefault(m => m.Name == name) is { } measured)
                {
                    values[run.Run.Arm.Name][run.Run.Seed] = measured.Value;
                    if (measured.Floor is { } floor) floors.Add(floor.Value);
                }

        MetricValue[] all = [.. plan.Arms.SelectMany(arm => values[arm.Name].OrderBy(v => v.Key).Select(v => v.Value))];
        MetricValue.RequireOneProtocol(all);
        Dictionary<long, MetricValue> baseline = values[plan.Baseline.Name];
        var rows = new List<ArmResult>();
        foreach (ComparisonArm arm in plan.Arms)
        {
            Dictionary<long, MetricValue> own = values[arm.Name];
            if (own.Count == 0) continue;
            double[] numbers = [.. own.OrderBy(v => v.Key).Select(v => v.Value.Value)];
            long[] pairs = [.. own.Keys.Intersect(baseline.Keys)];
            rows.Add(new(arm.Name, [.. own.OrderBy(v => v.Key).Select(v => new SeedValue(v.Key, v.Value.Value))],
                numbers.Average(), numbers.Length < 2 ? null : Interval.OfMean(numbers),
                arm == plan.Baseline || pairs.Length < 2 ? null : PairedDifference.Between(
                    pairs.ToDictionary(s => s, s => own[s]), pairs.ToDictionary(s => s, s => baseline[s]))));
        }

        return new(step, name, all[0].Protocol.ToString(), floors.Count == 0 ? null : floors.Average(), rows, "")
        {
            Epoch = plan.Epochs.TryGetValue(step, out double epoch) ? epoch : null,
        };
    }

    /// <summary>
    /// Every difference corrected for all of the comparison, of all arms, metrics and steps: whoever looks for one that stands
    /// out looks at them all.
    /// </summary>
    internal static IReadOnlyList<MetricComparison> Corrected(IReadOnlyList<MetricComparison> metrics, string baseline)
    {
        PairedDifference[] family = [.. Differences(metrics)];
        double[] corrected = PairedTTest.Holm([.. family.Select(difference => difference.P)]);
        var next = new Queue<PairedDifference>(family.Zip(corrected, (difference, p) => difference with
        {
            CorrectedP = p,
            Detectable = difference.IsAlike ? null : PairedTTest.Detectable(difference.Deviation, difference.Pairs,
                PairedDifference.Significance / family.Length),
        }));
        return [.. metrics.Select(metric =>
        {
            ArmResult[] rows = [.. metric.Rows.Select(row =>
                row.Difference is null ? row : row with { Difference = next.Dequeue() })];
            return metric with { Rows = rows, Verdict = Verdict(rows, baseline) };
        })];
    }

    static IEnumerable<PairedDifference> Differences(IEnumerable<MetricComparison> metrics) =>
        metrics.SelectMany(metric => metric.Rows).Select(row => row.Difference).OfType<PairedDifference>();

    /// <summary>Two arms are told apart by their difference seed by seed; that their means overlap says nothing of it.</summary>
    static string Verdict(IReadOnlyList<ArmResult> rows, string baseline)
    {
        if (rows.All(row => row.Values.Count < 2)) return "One seed says nothing of differences between arms; run more.";
        if (rows.FirstOrDefault(row => row.Arm == baseline) is not { Interval: not null })
            return $"{baseline} has metrics of fewer than two seeds, so nothing can be compared with it.";
        ArmResult[] others = [.. rows.Where(row => row.Arm != baseline)];
        if (others.Length == 0) return "There is no arm to compare with.";
        string[] words =
        [
            Words($"Lower than {baseline}", row => row.Difference is { IsFound: true, Mean: < 0 }),
            Words($"Higher than {baseline}", row => row.Difference is { IsFound: true, Mean: > 0 }),
            Words($"Cannot be told apart from {baseline}", row => row.Difference is { IsFound: false }),
            Words($"Fewer than two seeds in common with {baseline}", row => row.Difference is null),
        ];
        return string.Join(' ', words.Where(word => word.Length > 0));

        string Words(string what, Func<ArmResult, bool> belongs)
        {
            string[] arms = [.. others.Where(belongs).Select(row => row.Arm)];
            return arms.Length == 0 ? "" : $"{what}: {string.Join(", ", arms)}.";
        }
    }

    /// <summary>Parameters that can act on the output and that training changes: frozen ones are live, but are no free
    /// parameters.</summary>
    internal static int LiveAndTrained(AuditReport audit, Network network, TransferConfig transfer)
    {
        HashSet<string> frozen = [.. network.Frozen.Concat(WeightTransfer.FrozenBy(network, transfer))
            .Select(parameter => parameter.Name)];
        return audit.Parameters.Where(parameter => !frozen.Contains(parameter.Name)).Sum(parameter => parameter.Live);
    }

    /// <summary>Of a transfer whose source diverged there is no run.</summary>
    static bool IsThere(MeasuredRun measured) => RunFolder.Exists(measured.Run.Measured.First().Path);

    static ComparedArm Describe(MeasuredRun measured)
    {
        RunFolder folder = RunFolder.Open(measured.Run.Measured.First().Path, measured.Run.Arm.Experiment.Catalog);
        ExperimentConfig config = folder.Experiment.Config;
        Network network = config.BuildNetwork([.. folder.Manifest.Data.Shape], folder.Experiment.Catalog);
        string audit = folder.PathOf("audit.json");
        string control = config.Model.Control == Control.None ? ""
            : $", {config.Model.Control.Name} control";
        return new(measured.Run.Arm.Name,
            $"{config.Model.Name}, {config.Model.Wiring} wiring{control}",
            network.Parameters.Scalars,
            LiveAndTrained(AuditReport.FromJson(TextFile.Read(audit), audit), network, config.Transfer), network.CircuitRuns,
            config.Training.Steps + measured.Run.Arm.SourceSteps, measured.Run.Measured.Count());
    }
}
