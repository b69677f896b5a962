using Qdiff.Evaluation;

namespace Qdiff.Reports;

/// <summary>The report of a comparison, or of a reproduction, which is one with a published table beside it.</summary>
static class ComparisonReport
{
    public static string Of(string folder, EvaluationCatalog catalog)
    {
        ComparisonResult result = ComparisonFiles.Read(folder);
        List<string> problems = [];
        ReproductionFile? published = Try(() => ReproductionFile.Read(folder));
        IReadOnlyDictionary<string, double> costs = Try(() => ComparisonFiles.ReadCosts(folder))
            ?? new Dictionary<string, double>();
        ArmRuns[] arms = [.. result.Arms.Select(arm => new ArmRuns(arm.Name, [.. result.Seeds.Select(seed =>
            new SeedRuns(seed, [.. PathsOf(arm.Name, seed).Select(path => Try(() => RunContent.Read(path, catalog)))
                .OfType<RunContent>()]))]))];
        List<(string, string, Html?)> sections =
        [
            ("Published and ours", "published", published is null ? null : ReproductionSection.Of(published, result)),
            ("Result", "result", ResultSection.Of(result, catalog)),
            ("Over the training", "training", ArmCurves.Of(result, arms, catalog)),
            ("Samples", "samples", ArmSamples(folder, arms)),
            ("Arms", "arms", ArmTable(result, costs)),
            ("Runs", "runs", RunTable(folder, arms)),
            ("Protocols", "protocols", Protocols(result)),
            ("Not measured", "missing", result.Missing.Count == 0 ? null : Piece.List(result.Missing)),
            ("Notes", "notes", result.Notes.Count == 0 ? null : Piece.List(result.Notes)),
            ("Configuration", "configuration", Configurations(folder, arms)),
        ];
        foreach (RunContent run in arms.SelectMany(arm => arm.Runs))
            problems.AddRange(run.Problems.Select(problem => $"{FolderReport.NameIn(folder, run)}: {problem}"));
        sections.Add(("What could not be read", "problems", problems.Count == 0 ? null : Piece.List(problems)));
        return ReportPage.Of($"{result.Name} - Qdiff", Head(result, published), sections);

        // The name of an arm comes from a file: only a plain one is looked for.
        IEnumerable<string> PathsOf(string arm, long seed) => !PlainName.Is(arm) ? []
            : Path.Combine(folder, Invariant($"{arm}-{seed}")) is var run && RunFolder.Exists(run) ? [run]
            : Try(() => ClassSweep.RunsOfSeed(Path.Combine(folder, arm), seed)) ?? [];

        T? Try<T>(Func<T?> read) where T : class
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
            {
                if (!problems.Contains(e.Message)) problems.Add(e.Message);
                return null;
            }
        }
    }

    static Html Head(ComparisonResult result, ReproductionFile? published)
    {
        string what = published is null
            ? $"{string.Join(", ", result.Arms.Select(arm => arm.Name))}: the same budget and the same seeds, measured with "
                + $"preset {result.Preset}; the baseline is {result.Baseline}."
            : $"{published.Table.Source}, run again{(published.Brief ? " in a fraction of its length" : "")}.";
        int found = result.Metrics.SelectMany(metric => metric.Rows).Count(row => row.Difference is { IsFound: true });
        return $"""
            <h1>{result.Name}</h1>
            <p class="lead">{what}</p>
            <dl class="cards">
            <div><dt>Arms</dt><dd>{result.Arms.Count} <small>baseline {result.Baseline}</small></dd></div>
            <div><dt>Seeds</dt><dd>{result.Seeds.Count} <small>{string.Join(", ", result.Seeds)}</small></dd></div>
            <div><dt>Steps</dt><dd>{result.Arms.Select(arm => arm.Steps).DefaultIfEmpty(0).Max():N0}
            <small>{(ComparisonText.IsOfClasses(result) ? "of the first class's network" : "of each run")}</small></dd></div>
            <div><dt>Differences found</dt><dd>{found} of {result.Family}
            <small>arms × metrics × steps, corrected for all</small></dd></div>
            </dl>

            """;
    }

    static Html ArmTable(ComparisonResult result, IReadOnlyDictionary<string, double> costs)
    {
        ReportTable table = new("Arms and their networks", "arm", "model", ReportTable.Number("parameters"),
            ReportTable.Number("live", "can change the output and are trained"), ReportTable.Number("circuits an image"),
            ReportTable.Number("steps"), ReportTable.Number("seconds a step"));
        foreach (ComparedArm arm in result.Arms)
            table.Add(arm.Name, arm.Model + (arm.Networks > 1 ? $", one of {arm.Networks} networks" : ""), arm.Parameters,
                arm.Live, arm.CircuitsPerImage, arm.Steps,
                MetricSection.Number(costs.TryGetValue(arm.Name, out double cost) ? cost : null));
        return table.ToHtml();
    }

    static Html RunTable(string folder, ArmRuns[] arms)
    {
        ReportTable table = new("Runs of the comparison", "run", "arm", "state", ReportTable.Number("steps"),
            ReportTable.Number("last loss"), ReportTable.Number("probe loss"));
        foreach (ArmRuns arm in arms)
            foreach (RunContent run in arm.Runs)
                table.Add(FolderReport.NameIn(folder, run), arm.Name, run.State.ToString().ToLowerInvariant(), run.Done,
                    MetricSection.Number(run.Last?.Loss),
                    MetricSection.Number(run.Probe is { Count: > 0 } probe ? probe.Values.Last() : null));
        IEnumerable<Html> missing =
            from arm in arms
            let seeds = arm.Seeds.Where(seed => seed.Runs.Count == 0).Select(seed => Invariant($"{seed.Seed}")).ToArray()
            where seeds.Length > 0
            select Piece.Missing($"No run of {arm.Name} with seed {string.Join(", ", seeds)} is in this folder: its curves, "
                + "samples and configuration are missing here.");
        string[] programs = [.. arms.SelectMany(arm => arm.Runs).Select(run => run.Manifest).OfType<RunManifest>()
            .Select(OriginSection.Program).Distinct()];
        Html trained = programs.Length == 0 ? Html.None : $"<p>Trained by Qdiff {string.Join("; ", programs)}.</p>\n";
        return $"{(table.IsEmpty ? Html.None : table.ToHtml())}{trained}{missing}";
    }

    /// <summary>The last image of each arm, of the one seed of which most arms have one; of networks for a class each the first
    /// one's. Runs that were trained beforehand may have noise of their own.</summary>
    static Html? ArmSamples(string folder, ArmRuns[] arms)
    {
        var images = arms.SelectMany(arm => arm.Seeds).Where(seed => seed.Runs.Count > 0)
            .Select(seed => (seed.Seed, Run: seed.Runs[0], Image: SampleSection.LastImage(seed.Runs[0])))
            .Where(one => one.Image is not null).ToLookup(one => one.Seed);
        if (images.MaxBy(seed => seed.Count()) is not { } shown) return null;
        bool isOneNoise = shown.Select(one => SampleSection.NoiseSeed(one.Run)).Distinct().ToArray() is [not null];
        return $"""
            <p>{(isOneNoise ? "The same noise for every arm; all" : "All")} of seed {shown.Key}.</p>
            <div class="charts">{shown.Select(one =>
                SampleSection.Figure(FolderReport.NameIn(folder, one.Run), one.Image!.Value))}</div>

            """;
    }

    static Html? Protocols(ComparisonResult result)
    {
        ReportTable table = new("How each metric was measured", "metric", "protocol");
        foreach (MetricComparison metric in result.Metrics.DistinctBy(metric => metric.Protocol))
            table.Add(metric.Metric, new ReportTable.Cell(metric.Protocol, IsCode: true));
        return table.IsEmpty ? null : table.ToHtml();
    }

    static Html? Configurations(string folder, ArmRuns[] arms)
    {
        IEnumerable<RunContent> first = arms.Select(arm => arm.Runs.FirstOrDefault()).OfType<RunContent>();
        Html[] texts = [.. from run in first
            where run.ConfigText is not null
            let name = FolderReport.NameIn(folder, run)
            select Piece.Details(name, Piece.Code(run.ConfigText!, $"configuration of {name}"))];
        IReadOnlyList<string>? words = arms.SelectMany(arm => arm.Runs).Select(run => run.Manifest?.Command)
            .FirstOrDefault(command => command is not null);
        Html command = words is null ? Html.None
            : $"<h3>The command that began it</h3>\n{Piece.Code(CommandText.Of(words), "command")}";
        return texts.Length == 0 ? null : (Html)$"{command}{texts}";
    }
}

/// <summary>An arm and its seeds, in their order.</summary>
sealed record ArmRuns(string Name, IReadOnlyList<SeedRuns> Seeds)
{
    /// <summary>All its runs that are there.</summary>
    public IEnumerable<RunContent> Runs => Seeds.SelectMany(seed => seed.Runs);
}

/// <summary>The runs of an arm with one seed that are there: one, or one for each class.</summary>
sealed record SeedRuns(long Seed, IReadOnlyList<RunContent> Runs);
