using System.Collections.Concurrent;
using Qdiff;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>However many processes take the tiles of a batch, what is learned is the same to the last bit.</summary>
public class ProcessGroupTests
{
    static readonly UNet s_design = new() { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 };

    static readonly Network s_network = s_design.Build();

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

    /// <summary>A circuit refuses what is no number where it runs; the others hear of a step that is not finite.</summary>
    [Fact]
    public void AllDivergeWhereTheCircuitsOfOneDo()
    {
        Network hybrid = (s_design with
        {
            Vertex = new() { Circuit = new(2, [.. Embedding.Angles(2), .. Ansatz.BasicEntangler(2, 1)]), Groups = 4, Patch = 1 },
        }).Build();
        string[] messages = ThreadGroup.Run(2, group =>
        {
            TrainingState state = new(hybrid, seed: 1);
            state.Weights.Values.Fill(float.NaN);
            // One tile, the second process's.
            return Assert.Throws<TrainingDivergedException>(() => Trainer(state, group, batch: 16).Run().First()).Message;
        });
        Assert.Contains("loss NaN, gradient norm NaN", messages[0]);
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

    /// <summary>What one does not finish nobody goes on from: the others hear of it, whatever it was.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "mine")]
    [InlineData(2, "mine")]
    [InlineData(2, "stop")]
    public void WhatFailsInOneEndsInAll(int failing, string how)
    {
        string[] ends = ThreadGroup.Run(3, group =>
        {
            try
            {
                group.Together(() =>
                {
                    if (group.Rank != failing) return;
                    if (how == "stop") throw new OperationCanceledException();
                    throw new IOException(how);
                });
                return "done";
            }
            catch (Exception e)
            {
                // They still speak to each other.
                group.Together(() => { });
                return $"{e.GetType().Name} {(e as ProcessFailedException)?.Rank}{(e is IOException ? e.Message : "")}";
            }
        });
        string[] expected = [.. Enumerable.Range(0, 3).Select(rank => failing < 0 ? "done"
            : how == "stop" ? "OperationCanceledException "
            : rank == failing ? "IOException mine" : $"ProcessFailedException {failing}")];
        Assert.Equal(expected, ends);
    }

    [Fact]
    public void TheFirstKnowsForAllAndEachItsOwn()
    {
        (string Text, bool Is, int[] All)[] known = ThreadGroup.Run(3, group =>
        {
            int[] all = new int[7];
            (int first, int count) = group.Share(4);
            // Four tiles of two numbers, the last of one.
            for (int i = 2 * first; i < Math.Min(2 * (first + count), 7); i++) all[i] = 10 + i;
            group.Collect<int>(all, 4, each: 2);
            bool[] flags = [group.Rank == 0, group.Rank == 1, group.Rank == 2];
            group.Collect<bool>(flags, 3);
            Assert.Equal([true, true, true], flags);
            return (System.Text.Encoding.ASCII.GetString(group.FromFirst(() => group.IsFirst ? "one"u8.ToArray() : throw new
                InvalidOperationException())), group.FromFirst(() => group.IsFirst), all);
        });
        Assert.All(known, all => Assert.Equal(("one", true), (all.Text, all.Is)));
        Assert.All(known, all => Assert.Equal([10, 11, 12, 13, 14, 15, 16], all.All));
    }

    /// <summary>The first has numbers for all, but one has left: nobody waits for it, and all end with its code.</summary>
    [Fact]
    public void NumbersOfTheFirstDoNotTravelToOneThatLeft()
    {
        (int Code, bool Speaks)[] left = ThreadGroup.Run(3, group =>
        {
            if (group.Rank == 2) return group.Leave(7, hasReason: true);
            int[] numbers = [1, 2];
            Assert.True(Assert.Throws<ProcessFailedException>(() => group.FromFirst<int>(numbers)).HasLeft);
            return group.Leave(1, hasReason: false);
        });
        Assert.Equal([(7, false), (7, false), (7, true)], left);
    }

    /// <summary>Those that end well and those that only heard of an error have nothing to say.</summary>
    [Theory]
    [InlineData("0 130- 0", 130, -1)]
    [InlineData("1- 2! 2!", 2, 1)]
    [InlineData("130- 1! 0", 1, 1)]
    public void AllLeaveWithOneCodeAndOneSpeaks(string ends, int code, int speaker)
    {
        (int Code, bool Speaks)[] left = ThreadGroup.Run(3, group =>
        {
            string end = ends.Split(' ')[group.Rank];
            return group.Leave(int.Parse(end.TrimEnd('-', '!')), end.EndsWith('!'));
        });
        Assert.Equal([.. Enumerable.Range(0, 3).Select(rank => (code, rank == speaker))], left);
    }

    static (TrainingStep[], float[], float[]) Train(ProcessGroup group)
    {
        TrainingState state = new(s_network, seed: 1);
        TrainingStep[] steps = [.. Trainer(state, group).Run().Take(3).Select(step => step with { Seconds = 0 })];
        return (steps, state.Weights.Values.ToArray(), state.Average.Values.ToArray());
    }

    static Trainer Trainer(TrainingState state, ProcessGroup group, int batch = 75) =>
        new(state, new Objective(NoiseSchedule.Cosine(steps: 10), Prediction.Epsilon, Weighting.Uniform), s_images, new()
        {
            Batch = batch,
            Workers = new(1),
            ClipNorm = 0.5,
            Average = new() { CopySteps = 1, Every = 1 },
            Processes = group,
        });
}
