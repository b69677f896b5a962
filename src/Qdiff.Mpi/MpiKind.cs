using Qdiff.Tensors;

namespace Qdiff.Mpi;

/// <summary>
/// How the libraries name what a program hands them: the standard's (MPI 5.0, chapter "Application Binary Interface") and MPICH's
/// are numbers, Open MPI's the addresses of variables that it exports.
/// </summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Files">The files of its library, the first that is there is taken.</param>
/// <param name="World">MPI_COMM_WORLD, given the addresses of symbols.</param>
/// <param name="Bytes">MPI_BYTE.</param>
/// <param name="InPlace">MPI_IN_PLACE.</param>
/// <param name="Funneled">MPI_THREAD_FUNNELED: one thread calls.</param>
/// <param name="Meeting">Variables of the services by which its processes find each other; without any each is alone.</param>
sealed record MpiKind(string Name, IReadOnlyList<string> Files, Func<Func<string, nint>, nint> World,
    Func<Func<string, nint>, nint> Bytes, nint InPlace, int Funneled, IReadOnlyList<string> Meeting)
{
    const string WorldOfOpenMpi = "ompi_mpi_comm_world";

    static readonly string[] s_pmi = ["PMI_FD", "PMI_RANK", "PMI_PORT", "PMI_ID"], s_pmix = ["PMIX_RANK", "PMIX_NAMESPACE"];

    public static MpiKind Standard { get; } = new("the standard's", ["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"],
        _ => 0x101, _ => 0x247, 1, 1024, [.. s_pmi, .. s_pmix]);

    public static MpiKind OpenMpi { get; } = new("Open MPI", ["libmpi.so.40"], symbol => symbol(WorldOfOpenMpi),
        symbol => symbol("ompi_mpi_byte"), 1, 1, s_pmix);

    public static MpiKind Mpich { get; } = new("MPICH", ["libmpi.so.12", "libmpich.so.12"],
        _ => 0x44000000, _ => 0x4c00010d, -1, 1, [.. s_pmi, .. s_pmix]);

    /// <summary>In the order in which they are looked for.</summary>
    public static IReadOnlyList<MpiKind> All { get; } = [Standard, OpenMpi, Mpich];

    /// <summary>The kind of a library that somebody names: that of the standard is told by its name; both of the others may be
    /// called libmpi.so, but the addresses that Open MPI exports MPICH has not.</summary>
    /// <param name="exports">Whether the library has a symbol.</param>
    public static MpiKind Of(string file, Predicate<string> exports) =>
        Path.GetFileName(file).Contains("_abi", StringComparison.Ordinal) ? Standard
        : exports(WorldOfOpenMpi) ? OpenMpi : Mpich;

    /// <summary>Whether there is a service here by which processes find each other.</summary>
    public bool FindsOthers => Meeting.Any(variable => Environment.GetEnvironmentVariable(variable) is not null);

    /// <summary>Whether the launcher is of this kind, so that processes of another kind would not find each other.</summary>
    public bool IsOf(Launcher? launcher) => launcher switch
    {
        { IsOpenMpi: true } => this == OpenMpi,
        { IsMpich: true } => this == Mpich,
        _ => false,
    };
}
