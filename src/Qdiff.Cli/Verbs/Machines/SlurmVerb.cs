using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff slurm PLAN|CONFIG -o job.sh</c>: a job script for Slurm. A plan becomes an array of workers, an experiment one
/// training on MPI; both save and are queued again when they are pre-empted or their time is up.
/// </summary>
static class SlurmVerb
{
    public static Command Create(Catalog catalog)
    {
        var what = new Argument<string>("plan-or-config")
        {
            Description = "The folder of a comparison with a plan, or an experiment: a YAML file, or a name of "
                + "'qdiff config list'.",
        };
        var set = new Option<string[]>("--set")
        { Description = "Override a setting of the experiment. May be repeated.", DefaultValueFactory = _ => [] };
        var runs = new Option<string>("--runs")
        { Description = "Folder that the experiment's run folder is made in.", DefaultValueFactory = _ => "runs" };
        var jobs = new Option<int?>("--jobs") { Description = "Workers of a plan; as many as it has runs by default." };
        var ranks = new Option<int>("--ranks")
        { Description = "Processes of an experiment's training.", DefaultValueFactory = _ => 8 };
        var cpus = new Option<int>("--cpus") { Description = "Processors of each process.", DefaultValueFactory = _ => 4 };
        var memory = new Option<string>("--mem") { Description = "Memory of each processor.", DefaultValueFactory = _ => "1G" };
        var time = new Option<string>("--time")
        {
            Description = "Time of a job, as Slurm writes it; what is left then goes on in the next.",
            DefaultValueFactory = _ => "4:00:00",
        };
        var start = new Option<string>("--mpi")
        {
            Description = "What starts the processes of a training.",
            DefaultValueFactory = _ => "srun --mpi=pmix --kill-on-bad-exit=1",
        };
        var output = new Option<string>("--output", "-o") { Description = "The script.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace a file that holds something else." };
        var slurm = new Command("slurm", "Write a job script for Slurm: an array of workers for a plan, MPI for one run.")
        { what, set, runs, jobs, ranks, cpus, memory, time, start, output, force };
        slurm.SetAction(parsed =>
        {
            string target = OutputFile.Require("--output", parsed.GetRequiredValue(output)),
                named = parsed.GetRequiredValue(what);
            foreach ((string option, int? value) in ((string, int?)[])[("--jobs", parsed.GetValue(jobs)),
                ("--ranks", parsed.GetValue(ranks)), ("--cpus", parsed.GetValue(cpus))])
                if (value is < 1) throw new InputException($"{option} {value}: give a positive number.");
            // They stand in comments that Slurm reads, where nothing can be quoted.
            foreach ((string option, string value) in ((string, string)[])[("--mem", parsed.GetValue(memory)!),
                ("--time", parsed.GetValue(time)!), ("--mpi", parsed.GetValue(start)!)])
                if (value.Length == 0 || value.Any(char.IsControl))
                    throw new InputException($"{option} '{value}': give one line.");
            bool isPlan = WorkPlan.HasOne(named);
            if ((isPlan ? (Option[])[set, runs, ranks, start] : [jobs])
                .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } idle)
                throw new InputException($"{idle.Name} does nothing here: {named} is "
                    + (isPlan ? "a plan" : "an experiment") + ". Leave it out.");
            Dictionary<string, string> head = new()
            {
                ["cpus-per-task"] = Text(parsed.GetValue(cpus)),
                ["mem-per-cpu"] = parsed.GetValue(memory)!,
                ["time"] = parsed.GetValue(time)!,
            };
            string script;
            if (isPlan)
            {
                string folder = Path.GetFullPath(named);
                int count = Math.Min(parsed.GetValue(jobs) ?? int.MaxValue, WorkPlan.Of(named).Runs);
                script = Script(head, $"qdiff-{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}", 1, $"1-{count}",
                    Path.Combine(Pattern(folder), "slurm-%a.log"), $"srun {Command("work", folder)} --quiet", isStep: true,
                    stopped: null);
            }
            else
            {
                ResolvedExperiment experiment = Configurations.Load(named, catalog, parsed.GetValue(set));
                string root = Path.GetFullPath(parsed.GetValue(runs)!), name = RunFolder.NameOf(experiment.Config),
                    run = Path.Combine(root, name);
                string[] settings = [.. (parsed.GetValue(set) ?? []).SelectMany(setting => (string[])["--set", setting])];
                string config = File.Exists(named) ? Path.GetFullPath(named) : named, mpi = parsed.GetValue(start)!;
                bool isStep = mpi == "srun" || mpi.StartsWith("srun ", StringComparison.Ordinal);
                string begin = isStep ? mpi : $"exec env {mpi}";
                string first = $"{begin} {Command(["train", "--config", config, .. settings, "--runs", root])}";
                // A network for each class is a run for each, and the same command goes on with them.
                bool isSweep = experiment.Config.Data.EachClass;
                string work = isSweep ? first : $"""
                    if [ -f {PastedCommand.Quoted(Path.Combine(run, RunFolder.ConfigFile))} ]; then
                      {begin} {Command("train", "--resume", run)}
                    else
                      {first}
                    fi
                    """;
                string runFolders = isSweep ? PastedCommand.Quoted(Path.Combine(root, experiment.Config.Name)) + "/"
                    + ClassSweep.RunsOf(experiment.Config) : PastedCommand.Quoted(run);
                script = Script(head, $"qdiff-{name}", parsed.GetValue(ranks), null, Pattern(Path.Combine(
                    Path.GetDirectoryName(Path.GetFullPath(target))!, $"slurm-{name}.log")), work, isStep,
                    $"{runFolders}/{StopRequest.HeardFile}");
            }

            target = ResultFile.Write(target, Encoding.UTF8.GetBytes(script.ReplaceLineEndings("\n")),
                parsed.GetValue(force), makeFolder: false);
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { File = target });
            else Print.Line(target);
            if (!parsed.GetValue<bool>(Tool.Quiet)) Print.Message($"submit it with: sbatch {PastedCommand.Quoted(target)}");
            return 0;
        });
        return slurm;
    }

    /// <summary>
    /// A script that ends with the code of its work. Whatever was interrupted and saved (130) is queued again: Slurm does so
    /// itself after a pre-emption, not after the end of the time.
    /// </summary>
    /// <param name="log">The pattern of its log's path.</param>
    /// <param name="isStep">Whether srun starts the work: then Slurm itself tells its processes. Other launchers are told by the
    /// script, with the signal that they pass on.</param>
    /// <param name="stopped">The file that is there if somebody asked a run to stop, as the shell reads it; null for
    /// none.</param>
    static string Script(IReadOnlyDictionary<string, string> head, string name, int tasks, string? array, string log, string work,
        bool isStep, string? stopped)
    {
        // Where Slurm reads, nothing can be quoted.
        if ((name + log).Any(c => char.IsControl(c) || c == '"'))
            throw new InputException($"{log}: a job script cannot name such a path; choose one without quotes and control "
                + "characters.");
        var text = new StringBuilder("#!/usr/bin/env bash\n");
        text.Append(CultureInfo.InvariantCulture, $"#SBATCH --job-name={name.Replace(' ', '-')}\n");
        text.Append(CultureInfo.InvariantCulture, $"#SBATCH --ntasks={tasks}\n");
        if (array is not null) text.Append(CultureInfo.InvariantCulture, $"#SBATCH --array={array}\n");
        foreach ((string option, string value) in head)
            text.Append(CultureInfo.InvariantCulture, $"#SBATCH --{option}={value}\n");
        text.Append($$"""
            #SBATCH --output="{{log}}"
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --signal={{(isStep ? "TERM" : "B:USR1")}}@120
            # Two minutes before the time is up, and when it is pre-empted, every process is told, saves and ends with 130.
            cd {{PastedCommand.Quoted(Directory.GetCurrentDirectory())}} || exit 1

            """);
        text.Append(isStep ? $"""
            # Since Slurm 22.05 srun does not know it by itself.
            export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK
            {work}
            code=$?

            """ : $$"""
            told= launcher=
            trap 'told=yes; [ -z "$launcher" ] || kill -USR1 "$launcher"' USR1 TERM
            (
            {{work}}
            ) &
            # Told before there was a number to pass it to: passed on now. One command, which no signal comes into.
            early=$told launcher=$!
            [ -z "$early" ] || kill -USR1 "$launcher"
            wait "$launcher"
            code=$?
            while [ -n "$told" ]; do
              told=
              wait "$launcher"
              code=$?
            done

            """);
        if (stopped is not null)
            text.Append(CultureInfo.InvariantCulture, $"""
                # As somebody asked.
                for stopped in {stopped}; do [ -e "$stopped" ] && exit "$code"; done

                """);
        text.Append($$"""
            if [ "$code" -eq 130 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 1000 ]; then
              job=$SLURM_JOB_ID
              [ -n "${SLURM_ARRAY_TASK_ID:-}" ] && job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
              scontrol requeue "$job"
            fi
            exit "$code"

            """);
        return text.ToString();
    }

    /// <summary>A path in which Slurm replaces nothing.</summary>
    static string Pattern(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>The tool, as it was called, and its words; the script may be started from anywhere.</summary>
    static string Command(params string[] words)
    {
        string[] tool = Environment.GetEnvironmentVariable(PastedCommand.Variable) is { Length: > 0 } called
            ? [called.Contains('/') ? Path.GetFullPath(called) : called]
            : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? [Environment.ProcessPath!, typeof(SlurmVerb).Assembly.Location] : [Environment.ProcessPath!];
        return string.Join(' ', tool.Concat(words).Select(PastedCommand.Quoted));
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
