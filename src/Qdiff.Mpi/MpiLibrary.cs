using System.Runtime.InteropServices;
using Qdiff.Tensors;

namespace Qdiff.Mpi;

/// <summary>
/// The functions of an MPI library that are needed here, in whichever library there is. Their names and arguments are the same in
/// all; what differs is how a communicator and a type are named (<see cref="MpiKind"/>).
/// </summary>
sealed unsafe class MpiLibrary
{
    /// <summary>Names a library that is taken before all others.</summary>
    public const string Variable = "QDIFF_MPI";

    /// <summary>RTLD_NOW and RTLD_GLOBAL of Linux: Open MPI's parts look for its symbols among the global ones.</summary>
    const int NowAndGlobal = 0x102;

    readonly nint handle;

    MpiLibrary(nint handle, string name, MpiKind kind)
    {
        (this.handle, Name, Kind) = (handle, name, kind);
        InitThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Function("MPI_Init_thread");
        Rank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        Size = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        AllToAll =
            (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Function("MPI_Ialltoallv");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Function("MPI_Iallgatherv");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Function("MPI_Ibcast");
        Test = (delegate* unmanaged<nint*, int*, void*, int>)Function("MPI_Test");
        Finish = (delegate* unmanaged<int>)Function("MPI_Finalize");
        version = (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version");
        World = kind.World(Function);
        Bytes = kind.Bytes(Function);
    }

    readonly delegate* unmanaged<byte*, int*, int> version;

    /// <summary>MPI_Init_thread(argc, argv, required, provided).</summary>
    public readonly delegate* unmanaged<int*, byte***, int, int*, int> InitThread;

    /// <summary>MPI_Comm_rank and MPI_Comm_size.</summary>
    public readonly delegate* unmanaged<nint, int*, int> Rank, Size;

    /// <summary>MPI_Ialltoallv; like the next two it only begins the work.</summary>
    public readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> AllToAll;

    /// <summary>MPI_Iallgatherv.</summary>
    public readonly delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> AllGather;

    /// <summary>MPI_Ibcast.</summary>
    public readonly delegate* unmanaged<void*, int, nint, int, nint, nint*, int> Broadcast;

    /// <summary>MPI_Test(request, done, status): goes on with the work and tells whether it is done.</summary>
    public readonly delegate* unmanaged<nint*, int*, void*, int> Test;

    /// <summary>MPI_Finalize.</summary>
    public readonly delegate* unmanaged<int> Finish;

    /// <summary>The file that it was found as.</summary>
    public string Name { get; }

    /// <summary>Whose it is.</summary>
    public MpiKind Kind { get; }

    /// <summary>MPI_COMM_WORLD and MPI_BYTE.</summary>
    public nint World { get; }

    /// <inheritdoc cref="World"/>
    public nint Bytes { get; }

    /// <summary>What the library says of itself, in one line.</summary>
    public string Version
    {
        get
        {
            // The longest that any of them allows.
            byte* text = stackalloc byte[8192];
            int length;
            version(text, &length);
            string first = (Marshal.PtrToStringUTF8((nint)text) ?? Name).Split('\n')[0].Split(',')[0];
            return string.Join(' ', first.Replace("Version:", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>
    /// Loads the library: the one that <c>QDIFF_MPI</c> names; else the launcher's own kind; else the standard's, Open MPI's and
    /// MPICH's, in this order.
    /// </summary>
    /// <exception cref="InputException">There is none.</exception>
    public static MpiLibrary Load(Launcher? launcher)
    {
        if (!OperatingSystem.IsLinux()) throw new InputException("MPI is used on Linux only; start one process.");
        // UCX's handlers take SIGSEGV, by which the runtime notices null references. The C library's environment, not ours, is
        // what native code reads.
        SetVariable("UCX_ERROR_SIGNALS", "", 1);
        // The runtime looks for a function when it is first called, by which the reason of an earlier failure is forgotten.
        LastLibraryError();
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return Open(named) ?? throw new InputException($"{Variable}={named}: there is no such "
                + $"library, or it cannot be loaded ({LastError()}).");
        IEnumerable<MpiKind> kinds = MpiKind.All.OrderBy(kind => kind.IsOf(launcher) ? 0 : 1);
        foreach (MpiKind kind in kinds)
            foreach (string file in kind.Files)
                if (Open(file, kind) is { } found) return found;
        throw new InputException("Several processes were started, but there is no MPI library here (looked for "
            + $"{string.Join(", ", MpiKind.All.SelectMany(kind => kind.Files))}). Install Open MPI or MPICH (Debian: openmpi-bin "
            + $"or mpich), or name the library's file in {Variable}.");
    }

    static MpiLibrary? Open(string file, MpiKind? kind = null)
    {
        nint handle = OpenLibrary(file, NowAndGlobal);
        return handle == 0 ? null
            : new(handle, file, kind ?? MpiKind.Of(file, symbol => FindSymbol(handle, symbol) != 0));
    }

    nint Function(string name)
    {
        nint address = FindSymbol(handle, name);
        return address != 0 ? address
            : throw new InputException($"{Name} is no MPI library that can be used here: it lacks {name}.");
    }

    static string LastError() => Marshal.PtrToStringUTF8(LastLibraryError()) ?? "no reason was given";

    [DllImport("libc", EntryPoint = "setenv")]
    static extern int SetVariable(string name, string value, int overwrite);

    [DllImport("libc", EntryPoint = "dlopen")]
    static extern nint OpenLibrary(string file, int flags);

    [DllImport("libc", EntryPoint = "dlsym")]
    static extern nint FindSymbol(nint library, string name);

    [DllImport("libc", EntryPoint = "dlerror")]
    static extern nint LastLibraryError();
}
