using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Qdiff.Tensors;

namespace Qdiff.Mpi;

/// <summary>
/// The processes that mpirun or srun started, as a <see cref="ProcessGroup"/>: bytes travel through the MPI library of the
/// machine, sums are computed here. One thread, the one that started it, may call (MPI_THREAD_FUNNELED); others may compute
/// meanwhile.
/// </summary>
public sealed unsafe class MpiGroup : ProcessGroup, IDisposable
{
    static readonly TimeSpan s_eager = TimeSpan.FromMilliseconds(0.2), s_asleep = TimeSpan.FromMilliseconds(20);

    readonly MpiLibrary library;
    readonly int thread = Environment.CurrentManagedThreadId;
    readonly Stopwatch communicating = new();
    readonly bool takesThreads;
    bool isDisposed;

    MpiGroup(MpiLibrary library)
    {
        this.library = library;
        int provided, rank, size;
        Check(library.InitThread(null, null, library.Kind.Funneled, &provided), "MPI_Init_thread");
        Check(library.Rank(library.World, &rank), "MPI_Comm_rank");
        Check(library.Size(library.World, &size), "MPI_Comm_size");
        (Rank, Size, takesThreads) = (rank, size, provided >= library.Kind.Funneled);
    }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>The processors that the launcher left to this process, shared evenly with the processes that have the same
    /// ones.</summary>
    public override int Threads => threads;

    int threads = Environment.ProcessorCount;

    /// <summary>Which library it is.</summary>
    public string Library => $"{library.Version} ({library.Name})";

    /// <summary>Time in calls of the library so far, waiting for others included.</summary>
    public TimeSpan Communicating => communicating.Elapsed;

    /// <summary>Loads the MPI library and joins the processes that were started together. Once in a program.</summary>
    /// <exception cref="InputException">There is no library, or it knows of another number of processes than the launcher
    /// says.</exception>
    public static MpiGroup Start()
    {
        Launcher? launcher = Launcher.Here;
        MpiLibrary library = MpiLibrary.Load(launcher);
        // Asked before the library is, which may end the program with a page of its own advice.
        if (launcher is not null && !library.Kind.FindsOthers) launcher.Require(1, library.Name);
        var group = new MpiGroup(library);
        try
        {
            if (!group.takesThreads)
                throw new InputException($"{group.Library} allows no threads beside the one that calls it; use a build with "
                    + "threads.");
            launcher?.Require(group.Size, group.Library);
            group.ShareProcessors();
        }
        catch
        {
            group.Dispose();
            throw;
        }

        return group;
    }

    /// <summary>Leaves the library; the processes wait for each other.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        library.Finish();
    }

    /// <inheritdoc/>
    protected override void Exchange(ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive,
        ReadOnlySpan<int> receiveLengths)
    {
        Enter();
        int[] sendStarts = Starts(sendLengths), receiveStarts = Starts(receiveLengths);
        // The lengths of empty spans have no address; MPI reads none of their bytes.
        fixed (byte* from = send, to = receive)
        fixed (int* sends = sendLengths, sendsAt = sendStarts, receives = receiveLengths, receivesAt = receiveStarts)
        {
            nint request = 0;
            Check(library.AllToAll(from, sends, sendsAt, library.Bytes, to, receives, receivesAt, library.Bytes, library.World,
                &request), "MPI_Ialltoallv");
            Wait(&request);
        }

        communicating.Stop();
    }

    /// <inheritdoc/>
    protected override void Gather(Span<byte> all, ReadOnlySpan<long> lengths)
    {
        Enter();
        fixed (byte* start = all)
        {
            if (all.Length <= MostAtOnce && lengths[0] < all.Length) GatherAtOnce(start, lengths);
            else OneAfterAnother(start, lengths);
        }

        communicating.Stop();
    }

    /// <summary>MPI counts with 32 bits.</summary>
    const int MostAtOnce = 1 << 30;

    void GatherAtOnce(byte* all, ReadOnlySpan<long> lengths)
    {
        int[] counts = new int[Size];
        for (int rank = 0; rank < Size; rank++) counts[rank] = (int)lengths[rank];
        int[] starts = Starts(counts);
        fixed (int* count = counts, at = starts)
        {
            nint request = 0;
            Check(library.AllGather((void*)library.Kind.InPlace, 0, library.Bytes, all, count, at, library.Bytes, library.World,
                &request), "MPI_Iallgatherv");
            Wait(&request);
        }
    }

    void OneAfterAnother(byte* all, ReadOnlySpan<long> lengths)
    {
        for (int rank = 0; rank < Size; all += lengths[rank++])
            for (long at = 0; at < lengths[rank]; at += MostAtOnce)
            {
                nint request = 0;
                Check(library.Broadcast(all + at, (int)Math.Min(MostAtOnce, lengths[rank] - at), library.Bytes, rank,
                    library.World, &request), "MPI_Ibcast");
                Wait(&request);
            }
    }

    /// <summary>
    /// Waits as is good for the others: without a pause while messages are on their way, then leaving the processor to who wants
    /// it, and after a while asleep, for the first process may audit or draw for minutes. The libraries' own waiting takes the
    /// processor until it is over.
    /// </summary>
    void Wait(nint* request)
    {
        // Room for the status of any library.
        byte* status = stackalloc byte[256];
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            int done = 0;
            Check(library.Test(request, &done, status), "MPI_Test");
            if (done != 0) return;
            TimeSpan waited = Stopwatch.GetElapsedTime(began);
            if (waited > s_asleep) Thread.Sleep(1);
            else if (waited > s_eager) Thread.Yield();
        }
    }

    void Enter()
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("Another thread than the one that started MPI calls it.");
        communicating.Start();
    }

    /// <summary>As many threads as processors that this process need not share; two processes of one machine that may use the
    /// same ones have half of them each.</summary>
    void ShareProcessors()
    {
        string mine = $"{Environment.MachineName} {AllowedProcessors()}";
        byte[] hashes = new byte[Size * SHA256.HashSizeInBytes];
        Span<byte> HashOf(int rank) => hashes.AsSpan(rank * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
        SHA256.HashData(Encoding.UTF8.GetBytes(mine), HashOf(Rank));
        Gather(hashes, [.. Enumerable.Repeat((long)SHA256.HashSizeInBytes, Size)]);
        int sharing = 0;
        for (int rank = 0; rank < Size; rank++)
            if (HashOf(rank).SequenceEqual(HashOf(Rank))) sharing++;
        threads = Math.Max(1, Environment.ProcessorCount / sharing);
    }

    static string AllowedProcessors() => File.ReadLines("/proc/self/status")
        .FirstOrDefault(line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal), "");

    static int[] Starts(ReadOnlySpan<int> lengths)
    {
        int[] starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++) starts[i] = checked(starts[i - 1] + lengths[i - 1]);
        return starts;
    }

    void Check(int result, string function)
    {
        // The library ends the program itself where it finds an error, unless somebody told it otherwise.
        if (result != 0) throw new IOException(Invariant($"{function} of {library.Name} failed with error {result}."));
    }
}
