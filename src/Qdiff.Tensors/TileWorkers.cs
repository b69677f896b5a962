using System.Runtime.ExceptionServices;

namespace Qdiff.Tensors;

/// <summary>
/// Takes the tiles of a batch through a network on several threads. Each worker has a workspace and keeps it; tiles are taken in
/// order, and whatever is summed over tiles is summed in their order, so that results do not depend on the number of threads.
/// What the work for a tile throws is thrown to the caller; if several tiles throw, the exception of the first.
/// </summary>
public sealed class TileWorkers
{
    readonly Workspace?[] workspaces;
    readonly List<WeightGradient> gradients = [];

    /// <summary>Workers for this many threads; 0 means one for each processor.</summary>
    public TileWorkers(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        workspaces = new Workspace?[Threads];
    }

    /// <summary>The number of threads that take tiles.</summary>
    public int Threads { get; }

    /// <summary>Bytes of memory that the workspaces hold.</summary>
    public long MemoryBytes => workspaces.Sum(space => space?.MemoryBytes ?? 0);

    /// <summary>Runs <paramref name="work"/> once for each tile, with no gradients.</summary>
    public void Run(Weights weights, int tiles, Action<Workspace, int> work) => Spread(weights, tiles, null, work);

    /// <summary>
    /// Runs <paramref name="work"/>, which computes one tile and calls <see cref="Workspace.Backward"/>, for each tile, and
    /// returns the sum of the tiles' gradients, derived parameters included, in <paramref name="total"/>.
    /// </summary>
    public void Gradient(Weights weights, int tiles, WeightGradient total, Action<Workspace, int> work)
    {
        while (gradients.Count < tiles) gradients.Add(new(weights.Table));
        for (int i = 0; i < tiles; i++)
            if (gradients[i].Table != weights.Table) gradients[i] = new(weights.Table);
        Spread(weights, tiles, gradients, work);
        total.Clear();
        for (int i = 0; i < tiles; i++) total.Add(gradients[i]);
        total.Propagate(weights);
    }

    void Spread(Weights weights, int tiles, List<WeightGradient>? perTile, Action<Workspace, int> work)
    {
        int next = -1, failedTile = tiles;
        ExceptionDispatchInfo? failure = null;
        int threads = Math.Min(Threads, tiles);
        if (threads <= 1) Take(0);
        else Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Take);
        failure?.Throw();

        void Take(int worker)
        {
            Workspace space = workspaces[worker] ??= new(weights);
            for (int tile; (tile = Interlocked.Increment(ref next)) < tiles;)
            {
                try
                {
                    perTile?[tile].Clear();
                    space.Reset(weights, perTile?[tile]);
                    work(space, tile);
                }
                catch (Exception exception)
                {
                    Fail(tile, exception);
                }
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
}
