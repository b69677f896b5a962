using System.Collections.Concurrent;
using Qdiff;
using Qdiff.Tensors;

/// <summary>However many processes take the tiles of a batch, what is learned is the same to the last bit.</summary>
public class ProcessGroupTests
{
    static readonly Network s_network =
        new UNet { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 }.Build();

    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn().Select([.. Enumerable.Range(0, 90)], "ninety");

    /// <summary>Five tiles, the last of them short: evenly or not, and more processes than tiles.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void TrainingIsThatOfOneProcess(int processes)
    {
        (TrainingStep[] steps, float[] weights, float[] average) expected = Train(ProcessGroup.Single);
        foreach ((TrainingStep[] steps, float[] weights, float[] average) in ThreadGroup.Run(processes, Train))
        {
            Assert.Equal(expected.steps, steps);
            Assert.Equal(expected.weights, weights);
            Assert.Equal(expected.average, average);
        }
    }

    /// <summary>A step that is not finite is done by no process, whoever computed the tile that is to blame.</summary>
    [Fact]
    public void AllProcessesDivergeTogether()
    {
        string[] messages = ThreadGroup.Run(2, group =>
        {
            TrainingState state = new(s_network, seed: 1);
            foreach (ref float weight in state.Weights.Values) weight = float.MaxValue;
            return Assert.Throws<TrainingDivergedException>(() => Trainer(state, group).Run().First()).Message;
        });
        Assert.Equal(messages[0], messages[1]);
    }

    [Fact]
    public void EachTileIsComputedOnce()
    {
        ParameterTable table = new();
        Parameter w = table.Add("w", [40_000], Initialisers.Ones);
        Weights weights = new Weights(table).Initialise(1);
        var visits = new ConcurrentBag<(int Rank, int Tile)>();
        float[][] sums = ThreadGroup.Run(3, group =>
        {
            var total = new WeightGradient(table);
            new TileWorkers(1).Gradient(weights, 7, total, (space, tile) =>
            {
                visits.Add((group.Rank, tile));
                // Terms whose sum depends on their order.
                space.Gradient![w].Fill(tile == 3 ? 1e8f : 1.25f + tile);
            }, group);
            return total.Values.ToArray();
        });
        Assert.Equal([(0, 0), (0, 1), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6)], visits.Order());
        float expected = 0;
        for (int tile = 0; tile < 7; tile++) expected += tile == 3 ? 1e8f : 1.25f + tile;
        foreach (float[] sum in sums) Assert.Equal(Enumerable.Repeat(expected, 40_000), sum);
    }

    static (TrainingStep[], float[], float[]) Train(ProcessGroup group)
    {
        TrainingState state = new(s_network, seed: 1);
        TrainingStep[] steps = [.. Trainer(state, group).Run().Take(3).Select(step => step with { Seconds = 0 })];
        return (steps, state.Weights.Values.ToArray(), state.Average.Values.ToArray());
    }

    static Trainer Trainer(TrainingState state, ProcessGroup group) =>
        new(state, new Objective(NoiseSchedule.Cosine(steps: 10), Prediction.Epsilon, Weighting.Uniform), s_images, new()
        {
            Batch = 75,
            Threads = 1,
            ClipNorm = 0.5,
            Average = new() { CopySteps = 1, Every = 1 },
            Processes = group,
        });
}
