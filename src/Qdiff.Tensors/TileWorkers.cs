using System.Runtime.ExceptionServices;

namespace Qdiff.Tensors;

/// <summary>
/// Takes the tiles of a batch through a network on several threads. Tiles are taken in order, and whatever is summed over tiles
/// is summed in their order, so that results do not depend on the number of threads. What the work for a tile throws is thrown to
/// the caller; if several tiles throw, the exception of the first. Workspaces are kept and used again.
/// </summary>
/// <remarks>
/// Safe to share: all callers together have <see cref="Threads"/> tiles in work at most, each in a workspace of its own, and wait
/// for each other tile by tile. Only <see cref="Gradient"/> serves one caller at a time and refuses a second.
/// </remarks>
public sealed class TileWorkers
{
    /// <summary>The tiles that this thread has in work, the innermost first.</summary>
    [ThreadStatic]
    static TileInWork? s_inWork;

    readonly List<Workspace> workspaces = [];
    readonly Stack<Workspace> idle = [];
    readonly List<WeightGradient> gradients = [];
    readonly SemaphoreSlim slots;
    readonly OneCaller summing = new("These workers are summing gradients for another caller, and do so for one at a time. Give "
        + "each its own workers.");

    /// <summary>
    /// Workers for this many threads; 0 means one for each processor. Without an <paramref name="engine"/> it is
    /// <see cref="ComputeEngine.Cpu"/> that computes.
    /// </summary>
    public TileWorkers(int threads = 0, ComputeEngine? engine = null)
    {
        Engine = engine ?? ComputeEngine.Cpu;
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        slots = new(Threads);
    }

    /// <summary>The number of threads that take tiles.</summary>
    public int Threads { get; }

    /// <summary>What computes in their workspaces.</summary>
    public ComputeEngine Engine { get; }

    /// <summary>Bytes of memory that the workspaces hold.</summary>
    public long MemoryBytes
    {
        get { lock (idle) return workspaces.Sum(space => space.MemoryBytes); }
    }

    /// <summary>Tiles of so many samples; the last may have idle ones.</summary>
    internal static int TilesOf(int samples) => (int)(((long)samples + Tensor.Samples - 1) / Tensor.Samples);

    /// <summary>Runs <paramref name="work"/> once for each tile, with no gradients.</summary>
    /// <exception cref="InvalidOperationException">Another thread is changing the weights, or the work for a tile calls its own
    /// workers.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop before every tile was taken.</exception>
    public void Run(Weights weights, int tiles, Action<Workspace, int> work, CancellationToken cancellationToken = default) =>
        Spread(weights, tiles, null, work, cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/>, which computes one tile and calls <see cref="Workspace.Backward"/>, for each tile, and
    /// returns the sum of the tiles' gradients, derived parameters included, in <paramref name="total"/>. Of several
    /// <paramref name="processes"/> each works on its share of the tiles, and all get the same sum.
    /// </summary>
    /// <param name="cancellationToken">Asks to stop before the first tile; once begun, the work is done.</param>
    /// <exception cref="ArgumentException"><paramref name="total"/> is of another network.</exception>
    /// <exception cref="InvalidOperationException">It is summing gradients for another caller, or as for
    /// <see cref="Run"/>.</exception>
    /// <exception cref="OperationCanceledException">One of the processes was asked to stop.</exception>
    /// <exception cref="ProcessFailedException">Another process failed.</exception>
    public void Gradient(Weights weights, int tiles, WeightGradient total, Action<Workspace, int> work,
        ProcessGroup? processes = null, CancellationToken cancellationToken = default)
    {
        Require.That(total.Table == weights.Table, "The gradient is to be summed into one of another network.");
        using OneCaller.Visit visit = summing.Enter();
        processes ??= ProcessGroup.Single;
        (int first, int count) = processes.Share(tiles);
        while (gradients.Count < count) gradients.Add(new(weights.Table));
        for (int i = 0; i < count; i++)
            if (gradients[i].Table != weights.Table) gradients[i] = new(weights.Table);
        processes.Together(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Spread(weights, count, gradients, (space, i) => work(space, first + i), CancellationToken.None);
        });
        total.SumTiles(processes, gradients, tiles);
        total.Propagate(weights);
    }

    void Spread(Weights weights, int tiles, List<WeightGradient>? perTile, Action<Workspace, int> work,
        CancellationToken cancellationToken)
    {
        for (TileInWork? outer = s_inWork; outer is not null; outer = outer.Outer)
            if (outer.Workers == this)
                throw new InvalidOperationException("The work for a tile calls its own workers and would wait for itself; use "
                    + "others there.");
        // Whoever calls on any of the threads is in the work of this caller.
        var here = new TileInWork(this, s_inWork);
        using IDisposable read = weights.BeginRead();
        int next = -1, failedTile = tiles;
        bool isCancelled = false;
        ExceptionDispatchInfo? failure = null;
        int threads = Math.Min(Threads, tiles);
        if (threads <= 1) Take(0);
        // The pool starts more threads than there are processors only one by one, each after a while.
        else if (threads > Environment.ProcessorCount)
            Task.WaitAll([.. Enumerable.Range(0, threads).Select(worker =>
                Task.Factory.StartNew(() => Take(worker), CancellationToken.None, TaskCreationOptions.LongRunning,
                    TaskScheduler.Default))]);
        else Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Take);
        failure?.Throw();
        if (isCancelled) throw new OperationCanceledException(cancellationToken);

        void Take(int worker)
        {
            while (TakeNext()) { }
        }

        bool TakeNext()
        {
            try
            {
                slots.Wait(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                isCancelled = Volatile.Read(ref next) < tiles - 1;
                return false;
            }

            TileInWork? outer = s_inWork;
            s_inWork = here;
            Workspace? space = null;
            int tile = Interlocked.Increment(ref next);
            try
            {
                if (tile >= tiles) return false;
                space = Rent(weights);
                perTile?[tile].Clear();
                space.Reset(weights, perTile?[tile]);
                work(space, tile);
                return true;
            }
            catch (Exception exception)
            {
                Fail(tile, exception);
                return false;
            }
            finally
            {
                s_inWork = outer;
                if (space is not null)
                    lock (idle) idle.Push(space);
                slots.Release();
            }
        }

        // Tiles are taken in order, so all before a failed one are taken too, and the first failure is the same on any number of
        // threads.
        void Fail(int tile, Exception exception)
        {
            Interlocked.Exchange(ref next, tiles);
            lock (gradients)
            {
                if (tile >= failedTile) return;
                (failedTile, failure) = (tile, ExceptionDispatchInfo.Capture(exception));
            }
        }
    }

    Workspace Rent(Weights weights)
    {
        lock (idle)
        {
            if (idle.TryPop(out Workspace? space)) return space;
            workspaces.Add(space = new(weights, engine: Engine));
            return space;
        }
    }

    sealed record TileInWork(TileWorkers Workers, TileInWork? Outer);
}
