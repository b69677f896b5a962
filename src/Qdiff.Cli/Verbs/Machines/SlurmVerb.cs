using System.CommandLine;
using System.Globalization;
using System.Text;
using Qdiff.Gpu;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff slurm PLAN|CONFIG -o job.sh</c>: a job script for Slurm. A plan becomes an array of workers, an experiment one
/// training on MPI; both save and are queued again when they are pre-empted or their time is up.
/// </summary>
sealed class SlurmVerb(Catalog catalog)
{
    readonly Argument<string> what = new("plan-or-config")
    {
        Description = "The folder of a comparison with a plan, or an experiment: a YAML file, or a name of "
            + "'qdiff config list'.",
    };
    readonly Option<string[]> set = new("--set")
    { Description = "Override a setting of the experiment. May be repeated.", DefaultValueFactory = _ => [] };
    readonly Option<string> runs = new("--runs")
    { Description = "Folder that the experiment's run folder is made in.", DefaultValueFactory = _ => "runs" };
    readonly Option<int?> jobs = new("--jobs") { Description = "Workers of a plan; as many as it has runs by default." };
    readonly Option<long?> seed = CommonOptions.Seed();
    readonly LengthArguments length = new();
    readonly Option<string?> dataDir = CommonOptions.DataDir();
    readonly Option<int?> ranks = new("--ranks")
    {
        Description = "Processes of an experiment's training; by default as many as its batch keeps busy, 8 at most.",
    };
    readonly Option<int> cpus = new("--cpus") { Description = "Processors of each process.", DefaultValueFactory = _ => 4 };
    readonly Option<string> memory = new("--mem")
    { Description = "Memory of each processor.", DefaultValueFactory = _ => "1G" };
    readonly Option<string> time = new("--time")
    {
        Description = "Time of a job, as Slurm writes it; what is left then goes on in the next.",
        DefaultValueFactory = _ => "4:00:00",
    };
    readonly Option<string> start = new("--mpi")
    {
        Description = "What starts the processes of a training.",
        DefaultValueFactory = _ => "srun --mpi=pmix --kill-on-bad-exit=1",
    };
    readonly Option<string> output = new("--output", "-o") { Description = "The script.", Required = true };
    readonly Option<bool> force = new("--force") { Description = "Replace a file that holds something else." };

    public static Command Create(Catalog catalog)
    {
        var verb = new SlurmVerb(catalog);
        var slurm = new Command("slurm", "Write a job script for Slurm: an array of workers for a plan, MPI for one run.")
        {
            verb.what, verb.set, verb.seed, verb.dataDir, verb.runs, verb.jobs, verb.ranks, verb.cpus, verb.memory, verb.time,
            verb.start, verb.output, verb.force,
        };
        verb.length.AddTo(slurm);
        slurm.SetAction(verb.Run);
        return slurm;
    }

    int Run(ParseResult parsed)
    {
        string target = OutputFile.Require("--output", parsed.GetRequiredValue(output)), named = parsed.GetRequiredValue(what);
        bool isPlan = WorkPlan.HasOne(named);
        RequireUsable(parsed, named, isPlan);
        SlurmScript script = isPlan ? Workers(parsed, named)
            : Training(parsed, named, Path.GetDirectoryName(Path.GetFullPath(target))!);
        target = ResultFile.Write(target, Encoding.UTF8.GetBytes(script.ToText()), parsed.GetValue(force), makeFolder: false);
        if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { File = target });
        else Print.Line(target);
        if (!parsed.GetValue<bool>(Tool.Quiet)) Print.Message($"submit it with: sbatch {PastedCommand.Quoted(target)}");
        return 0;
    }

    void RequireUsable(ParseResult parsed, string named, bool isPlan)
    {
        foreach ((string option, int? value) in ((string, int?)[])[("--jobs", parsed.GetValue(jobs)),
            ("--ranks", parsed.GetValue(ranks)), ("--cpus", parsed.GetValue(cpus))])
            if (value is < 1) throw new InputException($"{option} {value}: give a positive number.");
        if (DeviceOf(parsed) is { } device) DevicesVerb.RequireName(device);
        // They stand in comments that Slurm reads, where nothing can be quoted.
        foreach ((string option, string value) in ((string, string)[])[("--mem", parsed.GetValue(memory)!),
            ("--time", parsed.GetValue(time)!), ("--mpi", parsed.GetValue(start)!)])
            if (value.Length == 0 || value.Any(char.IsControl))
                throw new InputException($"{option} '{value}': give one line.");
        if (parsed.FirstGiven(isPlan ? (Option[])[set, seed, .. length.Options, dataDir, runs, ranks, start] : [jobs])
            is { } idle)
            throw new InputException($"{idle.Name} does nothing here: {named} is "
                + (isPlan ? "a plan" : "an experiment") + ". Leave it out.");
    }

    /// <summary>An array of workers, each of which takes runs of a plan until none is left.</summary>
    SlurmScript Workers(ParseResult parsed, string named)
    {
        string folder = Path.GetFullPath(named);
        // Also the processors: the plan may name a device, before which its workers' goes.
        string[] device = parsed.GetValue<string>(Tool.Device) is { } given ? [Tool.Device, given] : [];
        int count = Math.Min(parsed.GetValue(jobs) ?? int.MaxValue, WorkPlan.Of(named).Runs);
        return new()
        {
            Name = $"qdiff-{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}",
            Tasks = 1,
            Processors = parsed.GetValue(cpus),
            Memory = parsed.GetValue(memory)!,
            Time = parsed.GetValue(time)!,
            Devices = Devices(parsed),
            Jobs = string.Create(CultureInfo.InvariantCulture, $"1-{count}"),
            Log = Path.Combine(SlurmScript.Pattern(folder), "slurm-%a.log"),
            Work = $"srun {Command(["work", folder, .. device])} --quiet",
            IsStep = true,
        };
    }

    /// <summary>One training of several processes, begun or gone on with.</summary>
    /// <param name="logs">The folder of its log.</param>
    SlurmScript Training(ParseResult parsed, string named, string logs)
    {
        string[] overrides = [.. parsed.GetValue(set) ?? [], .. CommonOptions.Seeded(parsed, seed)];
        ResolvedExperiment experiment = Configurations.Load(named, catalog, overrides);
        TrainVerb.RequireNoTransfer(experiment);
        string root = Path.GetFullPath(parsed.GetValue(runs)!), name = RunFolder.NameOf(experiment.Config),
            run = Path.Combine(root, name);
        string[] settings = [.. overrides.SelectMany(setting => (string[])["--set", setting]), .. length.Words(parsed)];
        string config = File.Exists(named) ? Path.GetFullPath(named) : named, mpi = parsed.GetValue(start)!;
        bool isStep = mpi == "srun" || mpi.StartsWith("srun ", StringComparison.Ordinal);
        string begin = isStep ? mpi : $"exec env {mpi}";
        // What goes on knows its data from the run's own configuration.
        string[] data = parsed.GetValue(dataDir) is { } there ? ["--data-dir", Path.GetFullPath(there)] : [];
        string first = $"{begin} {Command(["train", "--config", config, .. settings, .. data, "--runs", root,
            .. OnDevice(parsed)])}";
        // A network for each class is a run for each, and the same command goes on with them.
        bool isSweep = experiment.Config.Data.EachClass;
        string folders = isSweep ? PastedCommand.Quoted(Path.Combine(root, experiment.Config.Name)) + "/"
            + ClassSweep.RunsOf(experiment.Config) : PastedCommand.Quoted(run);
        return new()
        {
            Name = $"qdiff-{name}",
            Tasks = Processes(parsed, experiment.Config.Training.Batch),
            Processors = parsed.GetValue(cpus),
            Memory = parsed.GetValue(memory)!,
            Time = parsed.GetValue(time)!,
            Devices = Devices(parsed),
            Log = SlurmScript.Pattern(Path.Combine(logs, $"slurm-{name}.log")),
            Work = isSweep ? first : $"""
                if [ -f {PastedCommand.Quoted(Path.Combine(run, RunFolder.ConfigFile))} ]; then
                  {begin} {Command(["train", "--resume", run, .. OnDevice(parsed)])}
                else
                  {first}
                fi
                """,
            IsStep = isStep,
            Stopped = $"{folders}/{StopRequest.HeardFile}",
        };
    }

    /// <summary>Processes that have something to do: a thread takes a tile of 16 samples at a time.</summary>
    int Processes(ParseResult parsed, int batch)
    {
        if (OnDevice(parsed).Any())
            return parsed.GetValue(ranks) is not (null or 1) ? throw new InputException("A device takes one process: leave out "
                + $"{ranks.Name}, or {Tool.Device}.") : 1;
        int tiles = (batch + Tensor.Samples - 1) / Tensor.Samples, each = parsed.GetValue(cpus);
        if (parsed.GetValue(ranks) is not { } asked) return Math.Clamp(tiles / each, 1, 8);
        if ((long)asked * each > tiles)
            Print.Message($"note: a batch of {batch} is {tiles} tiles of {Tensor.Samples} samples, so {tiles} of the "
                + $"{(long)asked * each} processors have work");
        return asked;
    }

    /// <summary>What computes there; null for the processors.</summary>
    static string? DeviceOf(ParseResult parsed) =>
        parsed.GetValue<string>(Tool.Device) is { } device and not "cpu" ? device : null;

    static IEnumerable<string> OnDevice(ParseResult parsed) => DeviceOf(parsed) is { } device ? [Tool.Device, device] : [];

    /// <summary>Graphics processors that a job needs: those before the one that is numbered are there too. Slurm hides what was
    /// not asked for.</summary>
    static int Devices(ParseResult parsed) => DeviceOf(parsed) switch
    {
        "auto" => 1,
        { } device when GpuDevice.TryNumber(device, out int number) => number + 1,
        _ => 0,
    };

    /// <summary>The program with these words; the script may be started from anywhere.</summary>
    static string Command(params IEnumerable<string> words) =>
        string.Join(' ', PastedCommand.Program().Concat(words).Select(PastedCommand.Quoted));
}
