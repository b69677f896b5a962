using System.Globalization;
using System.Runtime.CompilerServices;
using Qdiff.Mpi;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary>
/// The processes that mpirun or srun started together. Training, sampling and evaluation share their work between them; nothing
/// of MPI is loaded where no launcher speaks of several processes.
/// </summary>
static class Ranks
{
    /// <summary>Verbs whose work is shared, and verbs of which each process would do the whole; all others may be started as
    /// often as one likes.</summary>
    static readonly string[] s_shared = ["train", "sample", "evaluate"], s_alone = ["transfer", "quickstart"];

    /// <summary>How long a process with an error waits for the others to hear of it before it says why, and before it ends: they
    /// may be in a step of minutes, and the first has to save then.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1), s_longest = TimeSpan.FromMinutes(15);

    /// <summary>In which launchers count the processes of each machine.</summary>
    static readonly string[] s_onMachine = ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"];

    /// <summary>Those that do this verb's work; the only one, unless a launcher started several.</summary>
    public static ProcessGroup Processes { get; internal set; } = ProcessGroup.Single;

    /// <summary>What is wrong with the arguments is wrong in all processes, and one says it.</summary>
    public static void LetOneSpeak(string verb)
    {
        if (Started(verb) is not { } launcher) return;
        Terminal.IsSilent = launcher.Rank > 0;
        // Open MPI's mpirun makes every process believe that it writes to a terminal; what arrives there is a log.
        Environment.SetEnvironmentVariable("TERM", "dumb");
    }

    /// <summary>Finds what one machine may have and another not, before the processes know of each other. Of a machine that
    /// lacks it the first process says so, and where that is: the others may wait for it without a word.</summary>
    public static T OnThisMachine<T>(string verb, Func<T> find)
    {
        try
        {
            return find();
        }
        catch (Exception e) when (Started(verb) is { Rank: > 0 } && e is InputException or IOException)
        {
            Terminal.IsSilent = !IsFirstOfMachine;
            string message = string.Create(CultureInfo.InvariantCulture,
                $"Process {Started(verb)!.Rank} on {Environment.MachineName}: {e.Message}");
            throw e is InputException input
                ? new InputException(message, e) { Remedy = input.Remedy, Subject = input.Subject, Details = input.Details }
                : new IOException(message, e);
        }
    }

    static bool IsFirstOfMachine =>
        s_onMachine.Select(Environment.GetEnvironmentVariable).FirstOrDefault(number => number is not null) is null or "0";

    /// <summary>Does a verb's work, together with the other processes if there are some; then all end with one code, and one
    /// says why.</summary>
    public static int Run(string verb, Func<int> work)
    {
        if (Started(verb) is not { } launcher) return work();
        if (s_shared.Contains(verb)) return RunTogether(verb, work);
        if (launcher.Size == 1) return work();
        throw new InputException($"{launcher.Variable}={launcher.Size}: {verb} is the work of one process; start it without "
            + $"mpirun or srun. {string.Join(", ", s_shared)} share theirs.");
    }

    /// <summary>The launcher, if there is one and it matters to this verb.</summary>
    static Launcher? Started(string verb) => s_shared.Contains(verb) || s_alone.Contains(verb) ? Launcher.Here : null;

    /// <summary>A method of its own, so that the library is loaded only here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int RunTogether(string verb, Func<int> work)
    {
        using MpiGroup group = OnThisMachine(verb, MpiGroup.Start);
        Terminal.IsSilent = !group.IsFirst;
        Processes = group;
        Exception? reason = null;
        int code;
        try
        {
            code = work();
        }
        catch (Exception e)
        {
            (reason, code) = (e, Tool.CodeOf(e));
        }

        // Hearing that another failed, or being interrupted, is nothing to tell.
        bool hasReason = reason is not (null or ProcessFailedException or OperationCanceledException);
        bool hasSpoken = false;
        using Timer? speaking = After(s_patience, _ => Speak()), ending = After(s_longest, _ => Environment.Exit(Speak()));
        (int common, bool speaks) = group.Leave(code, hasReason);
        if (speaks) Speak();
        Processes = ProcessGroup.Single;
        return common;

        Timer? After(TimeSpan time, TimerCallback what) =>
            hasReason ? new(what, null, time, Timeout.InfiniteTimeSpan) : null;

        int Speak()
        {
            if (Interlocked.Exchange(ref hasSpoken, true)) return Tool.CodeOf(reason!);
            Terminal.IsSilent = false;
            return Tool.Tell(reason!);
        }
    }
}
