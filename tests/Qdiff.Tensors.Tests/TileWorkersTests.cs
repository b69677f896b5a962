using Qdiff.Tensors;

public class TileWorkersTests
{
    static readonly ParameterTable s_table = new();
    static readonly ConvolutionLayer s_convolution = new(s_table, "conv", 3, 7, 3, padding: 1, standardised: true);
    static readonly GroupNormLayer s_norm = new(s_table, "norm", 7, 7);
    static readonly Weights s_weights = new Weights(s_table).Initialise(3);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void GradientsAreEqualBitForBitOnAnyNumberOfThreads(int tiles)
    {
        float[] one = Gradient(new(1), tiles);
        Assert.Contains(one, g => g != 0);
        foreach (int threads in (int[])[2, 3])
        {
            var workers = new TileWorkers(threads);
            for (int repeat = 0; repeat < 5; repeat++) Assert.Equal(one, Gradient(workers, tiles));
        }
    }

    /// <summary>The exception is the caller's, and the next call is served.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AWorkspaceThatCannotBeMadeHoldsNobodyUp(int threads)
    {
        var workers = new TileWorkers(threads, new FullEngine());
        for (int call = 0; call < 3; call++)
            Assert.Throws<OutOfMemoryException>(() => workers.Run(s_weights, 4, (_, _) => { }));
    }

    /// <summary>The sum over tiles, in their order, of the gradients of single tiles.</summary>
    [Fact]
    public void TheTotalIsTheSumOfTheTiles()
    {
        var sum = new WeightGradient(s_table);
        for (int tile = 0; tile < 4; tile++)
        {
            var part = new WeightGradient(s_table);
            Work(new(s_weights, part), tile);
            sum.Add(part);
        }

        sum.Propagate(s_weights);
        Assert.Equal(sum.Values.ToArray(), Gradient(new(2), 4));
    }

    [Fact]
    public void ATotalOfAnotherNetworkIsRefused() =>
        Assert.Contains("another network", Assert.Throws<ArgumentException>(() => new TileWorkers(1)
            .Gradient(s_weights, 1, new WeightGradient(new ParameterTable()), (_, _) => { })).Message);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryTileIsTakenOnceWithoutGradients(int threads)
    {
        var workers = new TileWorkers(threads);
        var taken = new int[23];
        workers.Run(s_weights, taken.Length, (space, tile) =>
        {
            Assert.Null(space.Gradient);
            Interlocked.Increment(ref taken[tile]);
        });
        Assert.All(taken, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheFirstTilesExceptionIsThrownAsItWas(int threads)
    {
        var workers = new TileWorkers(threads);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            var error = Assert.Throws<InvalidDataException>(() => workers.Run(s_weights, 8, (_, tile) =>
            {
                if (tile >= 2) throw new InvalidDataException($"tile {tile}");
            }));
            Assert.Equal("tile 2", error.Message);
            Assert.Contains(nameof(TheFirstTilesExceptionIsThrownAsItWas), error.StackTrace);
        }

        // They go on working after it.
        Assert.Equal(Gradient(new(1), 3), Gradient(workers, 3));
    }

    [Fact]
    public void NothingMoreIsTakenAfterAFailure()
    {
        int taken = 0;
        Assert.Throws<InvalidDataException>(() => new TileWorkers(2).Run(s_weights, 100_000, (_, _) =>
        {
            Interlocked.Increment(ref taken);
            throw new InvalidDataException();
        }));
        Assert.InRange(taken, 1, 2);
    }

    /// <summary>From the second step on no memory is added.</summary>
    [Fact]
    public void MemoryIsUsedAgain()
    {
        var workers = new TileWorkers(1);
        Gradient(workers, 4);
        long bytes = workers.MemoryBytes;
        for (int step = 0; step < 50; step++) Gradient(workers, 4);
        Assert.Equal(bytes, workers.MemoryBytes);
    }

    /// <summary>Workers that served one network serve another.</summary>
    [Fact]
    public void WorkersAreNotBoundToANetwork()
    {
        var table = new ParameterTable();
        var dense = new DenseLayer(table, "dense", 2, 2);
        var weights = new Weights(table).Initialise(1);
        var workers = new TileWorkers(2);
        Gradient(workers, 3);
        var total = new WeightGradient(table);
        workers.Gradient(weights, 3, total, (space, tile) =>
        {
            Tensor x = space.Input([2]), y = dense.Apply(x);
            new RandomStream(1, "x", tile).FillNormal(x.Values);
            space.Backward(y, Tile.Cotangent(y, new(1, "dy", tile)));
        });
        Assert.Contains(total.Values.ToArray(), g => g != 0);
        Assert.Equal(Gradient(new(1), 3), Gradient(workers, 3));
    }

    [Fact]
    public void ThreadsMustNotBeNegative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TileWorkers(-1));
        Assert.Equal(Environment.ProcessorCount, new TileWorkers().Threads);
    }

    static float[] Gradient(TileWorkers workers, int tiles)
    {
        var total = new WeightGradient(s_table);
        // What is left from an earlier step does not count.
        total.Values.Fill(1e9f);
        workers.Gradient(s_weights, tiles, total, Work);
        return total.Values.ToArray();
    }

    static void Work(Workspace space, int tile)
    {
        Tensor x = space.Input([3, 5, 5]);
        new RandomStream(1, "input", tile).FillNormal(x.Values);
        Tensor y = s_norm.Apply(s_convolution.Apply(x), silu: true);
        space.Backward(y, Tile.Cotangent(y, new(1, "cotangent", tile)));
    }

    /// <summary>An engine whose memory is used up.</summary>
    sealed class FullEngine : CopyingEngine
    {
        public override TileMemory CreateMemory(Workspace workspace) => throw new OutOfMemoryException();
    }
}
