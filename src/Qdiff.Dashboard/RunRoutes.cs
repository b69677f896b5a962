using System.Globalization;
using Microsoft.AspNetCore.Http;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>Answers about runs of ours.</summary>
sealed class RunRoutes(RunsFolder folder, RunTable table, EvaluationCatalog catalog, AccessGuard guard,
    Func<string, string>? repeat)
{
    readonly StepTails steps = new();
    readonly EventLogs probes = new(most: 64, ProbeLoss.Tag);

    public async Task Run(HttpContext context)
    {
        string name = context.Request.Query["name"].ToString();
        if (Find(name, out string refusal) is not { } path)
        {
            await context.Sorry(refusal).ConfigureAwait(false);
            return;
        }

        // Before the files are read: what changes meanwhile is news.
        RunStamp shown = RunStamp.Of(path);
        if (Read(path) is not { } run) await context.Sorry("There is no such run any more.").ConfigureAwait(false);
        else await context.Page(RunPage.Of(name, run, StopRequest.IsThere(path), guard.FormKey, new() { Repeat = repeat }, shown))
            .ConfigureAwait(false);
    }

    /// <summary>Runs side by side: those that are named, or those that a filter finds.</summary>
    public async Task Compare(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string[] names = [.. query["run"].OfType<string>().Distinct()];
        if (query["filter"].ToString() is { Length: > 0 } filter)
        {
            RunList list = await table.Now(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            try
            {
                names = [.. RunFilter.Apply(filter, list.Rows).Select(row => row.Name)];
            }
            catch (InputException e)
            {
                await context.Sorry(e.Message, StatusCodes.Status400BadRequest).ConfigureAwait(false);
                return;
            }
        }

        List<string> missing = [];
        ComparedRun[] runs = Compared(names, missing);
        if (names.Length > 0 && names.All(name => table.Find(name)?.Kind == FolderKind.Events))
            context.Response.Redirect(Address.With("/events", names.Select(name => ("name", name))));
        else if (runs.Length == 0)
            await context.Sorry("Mark the runs to be compared in the list first. " + string.Join(' ', missing))
                .ConfigureAwait(false);
        else await context.Page(new ComparePage(runs, missing, query["mean"] == "1").Of()).ConfigureAwait(false);
    }

    /// <summary>The charts of a run, or of several over one another.</summary>
    public async Task Curves(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        List<string> missing = [];
        ComparedRun[] runs = Compared([.. query["name"].OfType<string>()], missing);
        PageChart[] charts = query["compared"] == "1" ? [.. ComparedCharts.Of(runs, query["mean"] == "1")]
            : runs is [var run] ? [.. RunCharts.Of(run.Content)] : [];
        await context.Text(ChartJson.Of(charts, missing), "application/json").ConfigureAwait(false);
    }

    /// <summary>The steps that have images, of each run and each kind.</summary>
    public Task Samples(HttpContext context)
    {
        string[] names = [.. context.Request.Query["name"].OfType<string>().Take(ComparePage.Most)];
        if (names is [var one] && Find(one, out string refusal) is null) return context.Sorry(refusal);
        return context.Json(names.Select(name => (Name: name, Path: Find(name, out _))).Where(run => run.Path is not null)
            .SelectMany(run => RunSamples.Kinds.Select(kind => new
            {
                Group = kind,
                run.Name,
                Link = Address.With("/run", ("name", run.Name)),
                Address = Address.With("/sample", ("name", run.Name), ("kind", kind)),
                Steps = RunSamples.Steps(run.Path!, kind),
            })).Where(series => series.Steps.Length > 0));
    }

    public Task Sample(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        byte[]? png = Find(query["name"], out _) is { } path
            && long.TryParse(query["step"], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? RunSamples.Read(path, query["kind"].ToString(), step) : null;
        return context.Png(png);
    }

    /// <summary>The one thing that is written: the request to save and stop.</summary>
    public async Task Stop(HttpContext context)
    {
        string name = context.Request.Form["name"].ToString();
        if (Find(name, out string refusal) is not { } path)
        {
            await context.Sorry(refusal).ConfigureAwait(false);
            return;
        }

        // Whoever holds the lock of such a run measures it, and would not hear.
        if (RunLock.IsTaken(path) && Read(path) is { IsWhole: true })
        {
            await context.Sorry("All steps of this run are done and saved; there is nothing to stop.",
                StatusCodes.Status409Conflict).ConfigureAwait(false);
            return;
        }

        try
        {
            if (!StopRequest.Make(path))
            {
                await context.Sorry("Nobody trains this run any more; there is nothing to stop.", StatusCodes.Status409Conflict)
                    .ConfigureAwait(false);
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.Sorry($"The run cannot be asked to stop: {e.Message}", StatusCodes.Status500InternalServerError)
                .ConfigureAwait(false);
            return;
        }

        // What became of it is in the files, and the page shows that.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Address.With("/run", ("name", name));
    }

    /// <summary>The runs of these names that can be read; of the others is said why they cannot.</summary>
    ComparedRun[] Compared(string[] names, List<string> missing)
    {
        if (names.Length > ComparePage.Most)
            missing.Add(Invariant($"{ComparePage.Most} of {names.Length:N0} runs are shown; more lines cannot be told apart."));
        List<ComparedRun> runs = [];
        foreach (string name in names.Take(ComparePage.Most))
        {
            if (Find(name, out string refusal) is { } path && RunStamp.Of(path) is var stamp && Read(path) is { } run
                && table.Find(name) is { } row)
                runs.Add(new(row, run) { Stamp = stamp });
            else missing.Add($"{name}: {refusal}");
        }

        return [.. runs];
    }

    /// <summary>The folder of a run; null, with the reason, if there is none to show.</summary>
    string? Find(string? name, out string refusal)
    {
        refusal = "There is no such run in this folder.";
        if (string.IsNullOrEmpty(name) || folder.Find(name) is not { } path || !RunsFolder.HasRun(path)) return null;
        if (RunsFolder.RefusalOf(path) is not { } why) return path;
        refusal = $"This run is not shown: {why}";
        return null;
    }

    /// <summary>The files of a run; null if it was taken away meanwhile.</summary>
    RunContent? Read(string path)
    {
        try
        {
            RunContent run = RunContent.Read(path, catalog);
            run.ReadSteps = log =>
            {
                IReadOnlyList<TrainingStep> read = steps.Read(log, out string? damage);
                // What could be read is shown, and the rest is among the run's problems.
                if (damage is { } said) run.Try<string>(() => throw new InputException(said));
                return read;
            };
            run.ReadProbe = at => probes.Use(at, log => log.Curve(ProbeLoss.Tag));
            return run;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
