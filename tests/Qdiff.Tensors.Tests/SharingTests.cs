using Qdiff.Tensors;

/// <summary>What several threads share gives each the right numbers, or refuses the second at once and leaves the first
/// alone.</summary>
public class SharingTests
{
    const int Callers = 4;

    static readonly ParameterTable s_table = new();
    static readonly ConvolutionLayer s_convolution = new(s_table, "conv", 3, 7, 3, padding: 1, standardised: true);
    static readonly GroupNormLayer s_norm = new(s_table, "norm", 7, 7);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WorkersServeManyCallers(int threads)
    {
        Weights weights = new Weights(s_table).Initialise(3);
        TileWorkers shared = new(threads);
        float[][] expected = [.. Enumerable.Range(0, Callers).Select(caller => Outputs(new(1), weights, caller))];
        long one = Memory(new(threads), weights);
        Together(caller =>
        {
            for (int round = 0; round < 20; round++) Assert.Equal(expected[caller], Outputs(shared, weights, caller));
        });
        Assert.InRange(shared.MemoryBytes, 1, threads * one);
    }

    [Fact]
    public void ASecondSumOfGradientsIsRefused()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        var workers = new TileWorkers(1);
        float[] expected = Gradient(new(1), weights, () => { });
        float[] first = Gradient(workers, weights, () =>
            Refused("summing gradients", () => workers.Gradient(weights, 1, new(s_table), (_, _) => { })));
        Assert.Equal(expected, first);
        Assert.Equal(expected, Gradient(workers, weights, () => { }));
    }

    /// <summary>It would wait for itself.</summary>
    [Fact]
    public void WorkThatCallsItsOwnWorkersIsRefused()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        var workers = new TileWorkers(1);
        Assert.Contains("its own workers", Assert.Throws<InvalidOperationException>(() =>
            workers.Run(weights, 1, (_, _) => workers.Run(weights, 1, (_, _) => { }))).Message);
        workers.Run(weights, 1, (_, _) => new TileWorkers(1).Run(weights, 1, (_, _) => { }));
    }

    /// <summary>Also by way of other workers, on whichever of their threads.</summary>
    [Fact]
    public void WorkThatCallsItsOwnWorkersThroughOthersIsRefused()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        TileWorkers workers = new(1), others = new(2);
        int entered = 0, refused = 0;
        // Both threads are in, and none waits for ever.
        using var both = new Barrier(2);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        workers.Run(weights, 1, (_, _) => others.Run(weights, 8, (_, _) =>
        {
            if (Interlocked.Increment(ref entered) <= 2) Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1)));
            Assert.Throws<InvalidOperationException>(() => workers.Run(weights, 1, (_, _) => { }, stop.Token));
            Interlocked.Increment(ref refused);
        }));
        Assert.Equal(8, refused);
    }

    [Fact]
    public async Task WaitingForWorkersCanBeCancelled()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        var workers = new TileWorkers(1);
        using var stop = new CancellationTokenSource();
        using var isBusy = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        Task first = Task.Run(() => workers.Run(weights, 1, (_, _) =>
        {
            isBusy.Set();
            goOn.Wait();
        }));
        isBusy.Wait();
        Task second = Task.Run(() => workers.Run(weights, 1, (_, _) => { }, stop.Token));
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        goOn.Set();
        await first;
    }

    [Fact]
    public void WeightsThatAreReadAreNotChanged()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        new TileWorkers(1).Run(weights, 1, (_, _) => Refused("are being read", weights.Refresh));
        weights.Refresh();
        using (weights.BeginChange())
        {
            Refused("being changed", () => new TileWorkers(1).Run(weights, 1, (_, _) => { }));
            Refused("being changed", () => weights.Copy());
            Refused("being changed", weights.Refresh);
            weights.Refresh();
            new TileWorkers(1).Run(weights, 1, (_, _) => { });
        }

        OnAnotherThread(weights.Refresh);
    }

    [Fact]
    public void WeightsThatAreReadAreNotDrawnAnew()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        float[] before = weights.Values.ToArray();
        new TileWorkers(1).Run(weights, 1, (_, _) => Refused("are being read", () => weights.Initialise(4)));
        Assert.Equal(before, weights.Values.ToArray());
    }

    [Fact]
    public void AWorkspaceServesTheThreadThatResetItLast()
    {
        Weights weights = new Weights(s_table).Initialise(3);
        var space = new Workspace(weights);
        Tensor x = space.Input([3, 5, 5], requiresGradient: true), y = Operation.Silu(x);
        Refused("another thread", () => space.Input([3]));
        Refused("another thread", () => Operation.Silu(x));
        Refused("another thread", () => x.Values.Clear());
        Refused("another thread", () => space.Backward(y, new float[y.Values.Length]));
        space.Backward(y, new float[y.Values.Length]);
        OnAnotherThread(() =>
        {
            space.Reset(weights);
            space.Input([3]);
        });
        Assert.Contains("another thread", Assert.Throws<InvalidOperationException>(() => space.Input([3])).Message);
    }

    [Fact]
    public void TablesAreFilledFromManyThreads()
    {
        var table = new ParameterTable();
        Together(caller =>
        {
            for (int i = 0; i < 200; i++) table.Add($"{caller}.{i}", [1 + i % 3], Initialisers.Zeros);
        });
        Assert.Equal(Callers * 200, table.Count);
        Assert.Equal(table.Scalars, table.Sum(parameter => parameter.Count));
        Assert.Equal(table.Count, table.Select(parameter => parameter.Offset).Distinct().Count());
    }

    static float[] Outputs(TileWorkers workers, Weights weights, int caller)
    {
        var results = new float[3][];
        workers.Run(weights, results.Length, (space, tile) =>
        {
            Tensor x = space.Input([3, 6, 6]);
            new RandomStream(1, "input", caller, tile).FillNormal(x.Values);
            results[tile] = s_norm.Apply(s_convolution.Apply(x), silu: true).Values.ToArray();
        });
        return [.. results.SelectMany(result => result)];
    }

    static long Memory(TileWorkers workers, Weights weights)
    {
        Outputs(workers, weights, 0);
        return workers.MemoryBytes;
    }

    static float[] Gradient(TileWorkers workers, Weights weights, Action meanwhile)
    {
        var total = new WeightGradient(s_table);
        workers.Gradient(weights, 2, total, (space, tile) =>
        {
            Tensor x = space.Input([3, 5, 5]);
            new RandomStream(1, "input", tile).FillNormal(x.Values);
            Tensor y = s_norm.Apply(s_convolution.Apply(x), silu: true);
            meanwhile();
            space.Backward(y, Tile.Cotangent(y, new(1, "cotangent", tile)));
        });
        return total.Values.ToArray();
    }

    static void Together(Action<int> call)
    {
        Task[] all = [.. Enumerable.Range(0, Callers).Select(caller =>
            Task.Factory.StartNew(() => call(caller), TaskCreationOptions.LongRunning))];
        foreach (Task task in all) task.GetAwaiter().GetResult();
    }

    static void OnAnotherThread(Action action) =>
        Task.Factory.StartNew(action, TaskCreationOptions.LongRunning).GetAwaiter().GetResult();

    static void Refused(string because, Action action) =>
        Assert.Contains(because, Assert.Throws<InvalidOperationException>(() => OnAnotherThread(action)).Message);
}
