using System.Globalization;

namespace Qdiff.Tensors;

/// <summary>
/// What the program that started this one says of it: mpirun, srun and their like tell each process how many there are and which
/// it is, in the environment.
/// </summary>
/// <param name="Size">How many processes were started.</param>
/// <param name="Rank">Which of them this is.</param>
/// <param name="Variable">Where that stands.</param>
public sealed record Launcher(int Size, int Rank, string Variable)
{
    /// <summary>Number of processes, own number: Open MPI, MPICH and its descendants, Slurm, and launchers of neither.</summary>
    static readonly (string Size, string Rank)[] s_variables =
    [
        ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"), ("PMI_SIZE", "PMI_RANK"),
        ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"), ("SLURM_NTASKS", "SLURM_PROCID"), ("WORLD_SIZE", "RANK"),
    ];

    /// <summary>The name of the variable that tells only the own number.</summary>
    const string RankOfPmix = "PMIX_RANK";

    /// <summary>What this process's environment says; null if nobody speaks of several processes.</summary>
    public static Launcher? Here => Detect(Environment.GetEnvironmentVariable);

    /// <summary>Whether it is a process of Open MPI's mpirun.</summary>
    public bool IsOpenMpi => Variable == s_variables[0].Size;

    /// <summary>Whether it is a process of MPICH's mpiexec, or of one that speaks its language.</summary>
    public bool IsMpich => Variable == s_variables[1].Size;

    /// <summary>What an environment says.</summary>
    /// <param name="variable">The value of a variable, or null.</param>
    public static Launcher? Detect(Func<string, string?> variable)
    {
        foreach ((string sizeName, string rankName) in s_variables)
        {
            if (Number(variable(sizeName)) is not (> 0 and var size)) continue;
            // One process that was started by itself needs no others, unless it was started as one of MPI's; the first to speak
            // knows better than who speaks of the job around it.
            bool isMpi = sizeName == s_variables[0].Size || sizeName == s_variables[1].Size;
            return size > 1 || isMpi ? new(size, Number(variable(rankName)) ?? 0, sizeName) : null;
        }

        return Number(variable(RankOfPmix)) is { } rank && variable("OMPI_COMM_WORLD_RANK") is null
            ? new(0, rank, RankOfPmix) : null;
    }

    /// <summary>Refuses a group of another size than was started: then each process would do the whole
    /// work, for itself.</summary>
    /// <param name="size">How many processes the transport found.</param>
    /// <param name="with">What it found them with.</param>
    /// <exception cref="InputException">It is another number.</exception>
    public void Require(int size, string with)
    {
        // PMIx tells how many there are only to those who ask it; a process that it numbers above 0 is not alone.
        if (Size == size || Size == 0 && (size > 1 || Rank == 0)) return;
        string said = Size > 0 ? Invariant($"{Variable}={Size}") : Invariant($"{Variable}={Rank}");
        throw new InputException($"{said} says that several processes were started, but {with} finds {size}: they would be so "
            + "many silent copies of one run. Start them with the mpirun of that library or with srun's plug-in for it "
            + $"(pmix or pmi2), name the launcher's library in QDIFF_MPI, or unset {Variable} if this process is alone.");
    }

    static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
