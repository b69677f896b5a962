namespace Qdiff;

/// <summary>From the figures of all runs to means, intervals and differences.</summary>
static class ComparisonSummary
{
    public static ComparisonResult Of(ComparisonPlan plan, IReadOnlyList<MeasuredRun> runs, EvaluationPreset preset)
    {
        var metrics = new List<MetricComparison>();
        var apart = new List<string>();
        foreach (int step in plan.Steps)
        {
            EvaluationReport[] reports = [.. runs.SelectMany(run => run.Reports).Where(r => r.Step == step)
                .Select(r => r.Report)];
            foreach (string name in reports.SelectMany(r => r.Metrics).Where(m => m.Class is null).Select(m => m.Name).Distinct())
                try
                {
                    metrics.Add(Compare(plan, runs, step, name));
                }
                catch (InputException e)
                {
                    // Where one run lacks a class, its mean over classes is of another protocol; other metrics still compare.
                    apart.Add(Invariant($"{name} at step {step:N0} in one table: {e.Message}"));
                }
        }

        return new()
        {
            Name = Path.GetFileName(plan.Folder),
            Preset = preset.Name,
            Baseline = plan.Baseline.Name,
            Seeds = plan.Seeds,
            Arms = [.. plan.Arms.Select(arm => Describe(runs.First(run => run.Run.Arm == arm)))],
            Metrics = metrics,
            Missing =
            [
                .. runs.Where(run => run.Failure is not null).Select(run => $"{run.Run.Name} has no figures: {run.Failure}"),
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
                if (at == step && report.Metrics.FirstOrDefault(m => m.Name == name && m.Class is null) is { } measured)
                {
                    values[run.Run.Arm.Name][run.Run.Seed] = measured.Value;
                    if (measured.Floor is { } floor) floors.Add(floor.Value);
                }

        MetricValue[] all = [.. plan.Arms.SelectMany(arm => values[arm.Name].OrderBy(v => v.Key).Select(v => v.Value))];
        MetricValue.RequireOneProtocol(all);
        Dictionary<long, MetricValue> baseline = values[plan.Baseline.Name];
        var rows = new List<ComparedFigure>();
        foreach (ComparisonArm arm in plan.Arms)
        {
            Dictionary<long, MetricValue> own = values[arm.Name];
            if (own.Count == 0) continue;
            double[] numbers = [.. own.OrderBy(v => v.Key).Select(v => v.Value.Value)];
            long[] pairs = [.. own.Keys.Intersect(baseline.Keys)];
            rows.Add(new(arm.Name, [.. own.OrderBy(v => v.Key).Select(v => new SeedValue(v.Key, v.Value.Value))],
                numbers.Average(), numbers.Length < 2 ? null : Interval.OfMean(numbers),
                arm == plan.Baseline || pairs.Length < 2 ? null : PairedDifference.Of(
                    pairs.ToDictionary(s => s, s => own[s]), pairs.ToDictionary(s => s, s => baseline[s]))));
        }

        return new(step, name, all[0].Protocol.ToString(), floors.Count == 0 ? null : floors.Average(), rows,
            Verdict(rows, plan.Baseline.Name))
        {
            Epoch = plan.Epochs.TryGetValue(step, out double epoch) ? epoch : null,
        };
    }

    /// <summary>Two arms are told apart only if neither the intervals of their means overlap nor that of their difference holds
    /// 0.</summary>
    static string Verdict(IReadOnlyList<ComparedFigure> rows, string baseline)
    {
        if (rows.All(row => row.Values.Count < 2)) return "One seed says nothing of differences between arms; run more.";
        if (rows.FirstOrDefault(row => row.Arm == baseline) is not { Interval: { } own })
            return $"{baseline} has figures of fewer than two seeds, so nothing can be compared with it.";
        string[] others = [.. rows.Where(r => r.Arm != baseline && r.Difference is not null).Select(r => r.Arm)],
            few = [.. rows.Where(r => r.Arm != baseline && r.Difference is null).Select(r => r.Arm)];
        if (others.Length + few.Length == 0) return "There is no arm to compare with.";
        string[] lower = [.. rows.Where(r => Differs(r, own) && r.Difference!.Mean < 0).Select(r => r.Arm)],
            higher = [.. rows.Where(r => Differs(r, own) && r.Difference!.Mean > 0).Select(r => r.Arm)];
        string[] alike = [.. others.Except(lower).Except(higher)];
        List<string> words = [];
        if (lower.Length > 0) words.Add($"Lower than {baseline}: {string.Join(", ", lower)}.");
        if (higher.Length > 0) words.Add($"Higher than {baseline}: {string.Join(", ", higher)}.");
        if (alike.Length > 0) words.Add($"Cannot be told apart from {baseline}: {string.Join(", ", alike)}.");
        if (few.Length > 0) words.Add($"Fewer than two seeds in common with {baseline}: {string.Join(", ", few)}.");
        return string.Join(' ', words);

        static bool Differs(ComparedFigure row, Interval own) => row.Difference is { } difference && row.Interval is { } interval
            && !difference.Interval.Contains(0) && (interval.High < own.Low || interval.Low > own.High);
    }

    /// <summary>Numbers that can act on the output and that training changes: frozen ones are live, but are no free
    /// parameters.</summary>
    internal static int LiveAndTrained(AuditReport audit, Network network, TransferConfig transfer)
    {
        HashSet<string> frozen = [.. network.Frozen.Concat(WeightTransfer.FrozenBy(network, transfer))
            .Select(parameter => parameter.Name)];
        return audit.Parameters.Where(parameter => !frozen.Contains(parameter.Name)).Sum(parameter => parameter.Live);
    }

    static ComparedArm Describe(MeasuredRun measured)
    {
        RunFolder folder = RunFolder.Open(measured.Run.Measured.First().Path);
        ExperimentConfig config = folder.Experiment.Config;
        Network network = config.BuildNetwork([.. folder.Manifest.Data.Shape]);
        string audit = folder.PathOf("audit.json");
        string control = config.Model.Control == Control.None ? ""
            : $", {config.Model.Control.ToString().ToLowerInvariant()} control";
        return new(measured.Run.Arm.Name,
            $"{config.Model.Name}, {config.Model.Wiring.ToString().ToLowerInvariant()} wiring{control}",
            network.Parameters.Scalars,
            LiveAndTrained(AuditReport.FromJson(TextFile.Read(audit), audit), network, config.Transfer), network.CircuitRuns,
            config.Training.Steps + measured.Run.Arm.SourceSteps, measured.Run.Measured.Count());
    }
}
