using System.Globalization;

namespace Qdiff.Cli;

/// <summary>
/// A job script for Slurm that ends with the code of its work. Whatever was interrupted and saved (130) is queued again: Slurm
/// does so itself after a pre-emption, not after the end of the time.
/// </summary>
sealed class SlurmScript
{
    /// <summary>The job's name.</summary>
    public required string Name { get; init; }

    /// <summary>Processes of a job.</summary>
    public required int Tasks { get; init; }

    /// <summary>Processors of each process.</summary>
    public required int Processors { get; init; }

    /// <summary>Memory of each processor, as Slurm writes it.</summary>
    public required string Memory { get; init; }

    /// <summary>Time of a job, as Slurm writes it.</summary>
    public required string Time { get; init; }

    /// <summary>Graphics processors of a job.</summary>
    public required int Devices { get; init; }

    /// <summary>The jobs of an array, as Slurm writes them; null for one job.</summary>
    public string? Jobs { get; init; }

    /// <summary>The pattern of its log's path.</summary>
    public required string Log { get; init; }

    /// <summary>What it does, in the shell's words.</summary>
    public required string Work { get; init; }

    /// <summary>Whether srun starts the work: then Slurm itself tells its processes. Other launchers are told by the script, with
    /// the signal that they pass on.</summary>
    public required bool IsStep { get; init; }

    /// <summary>The file that is there if somebody asked a run to stop, as the shell reads it; null for none.</summary>
    public string? Stopped { get; init; }

    /// <summary>A path in which Slurm replaces nothing.</summary>
    public static string Pattern(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>The script's text.</summary>
    /// <exception cref="InputException">A path cannot be written where Slurm reads it.</exception>
    public string ToText()
    {
        // Where Slurm reads, nothing can be quoted.
        if (Log.Any(c => char.IsControl(c) || c is '"' or '\\'))
            throw new InputException($"{Log}: a job script cannot name such a path; choose one without quotes, backslashes and "
                + "control characters.");
        return (Head() + (IsStep ? Step() : Launched()) + End()).ReplaceLineEndings("\n");
    }

    string Head()
    {
        string array = Jobs is null ? "" : $"#SBATCH --array={Jobs}\n";
        string devices = Devices == 0 ? "" : $"#SBATCH --gres=gpu:{Devices}\n";
        return string.Create(CultureInfo.InvariantCulture, $"""
            #!/usr/bin/env bash
            #SBATCH --job-name={string.Concat(Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'))}
            #SBATCH --ntasks={Tasks}
            {array}{devices}#SBATCH --cpus-per-task={Processors}
            #SBATCH --mem-per-cpu={Memory}
            #SBATCH --time={Time}
            #SBATCH --output="{Log}"
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --signal={(IsStep ? "TERM" : "B:USR1")}@120
            # Two minutes before the time is up, and when it is pre-empted, every process is told, saves and ends with 130.
            cd {PastedCommand.Quoted(Directory.GetCurrentDirectory())} || exit 1

            """);
    }

    string Step() => $"""
        # Since Slurm 22.05 srun does not know it by itself.
        export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK
        {Work}
        code=$?

        """;

    string Launched() => $$"""
        told= launcher=
        trap 'told=yes; [ -z "$launcher" ] || kill -USR1 "$launcher"' USR1 TERM
        (
        {{Work}}
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

        """;

    string End() => (Stopped is null ? "" : $"""
        # As somebody asked.
        for stopped in {Stopped}; do [ -e "$stopped" ] && exit "$code"; done

        """) + """
        if [ "$code" -eq 130 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 1000 ]; then
          job=$SLURM_JOB_ID
          [ -n "${SLURM_ARRAY_TASK_ID:-}" ] && job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
          scontrol requeue "$job"
        fi
        exit "$code"

        """;
}
