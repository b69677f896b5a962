using Qdiff;
using Qdiff.Tensors;

/// <summary>What a trainer refuses, and that nothing has changed then.</summary>
public class TrainerTests
{
    static readonly ImageSet s_images = new("dots", [1, 4, 4], new byte[40 * 16]);

    static UNet Small => new() { Image = [1, 4, 4], Dimension = 4, Groups = 2, Multipliers = [1] };

    [Fact]
    public void OptionsThatMeanNothingAreRefusedWhereTheyAreWritten()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Batch", () => new TrainerOptions { Batch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("ClipNorm", () => new TrainerOptions { ClipNorm = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>("AverageOffset", () => new TrainerOptions { AverageOffset = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("DrawOffset", () => new TrainerOptions { DrawOffset = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("Stride", () => new SampleGenerator(Small.Build(), NoiseSchedule.Cosine(5),
            Prediction.V, new DdpmSampler())
        { Stride = 0 });
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALearningRateThatIsNoNumberChangesNothing(double rate)
    {
        var state = new TrainingState(Small.Build(), seed: 3);
        float[] before = state.Weights.Values.ToArray();
        using Trainer trainer = Trainer(state, new() { LearningRate = step => step < 1 ? 0.1 : rate });
        trainer.Run().First();
        float[] after = state.Weights.Values.ToArray();
        Assert.NotEqual(before, after);
        Assert.Contains("The learning rate of step 2 is", Assert.Throws<InvalidOperationException>(() =>
            trainer.Run().First()).Message);
        Assert.Equal(after, state.Weights.Values.ToArray());
        Assert.Equal(1, state.Step);
    }

    /// <summary>At a learning rate of 0 the weights stay, so that steps differ by their draws alone: images, timesteps,
    /// noise.</summary>
    [Fact]
    public void DrawsCanBeNumberedOnFromStepsOfAnotherRun()
    {
        var images = new ImageSet("dots", [1, 4, 4], [.. Enumerable.Range(0, 40 * 16).Select(i => (byte)(7 * i))]);
        double[] whole = Losses(offset: 0, 5);
        Assert.Equal(5, whole.Distinct().Count());
        Assert.Equal(whole[3..], Losses(offset: 3, 2));

        double[] Losses(long offset, int steps)
        {
            using var trainer = new Trainer(new(Small.Build(), seed: 3),
                new Objective(NoiseSchedule.Cosine(10), Prediction.V, Weighting.P2()), images,
                new() { Batch = 16, Workers = new(1), LearningRate = _ => 0, DrawOffset = offset });
            return [.. trainer.Run().Take(steps).Select(step => step.Loss)];
        }
    }

    /// <summary>A number of steps beyond 2³¹ is no negative one.</summary>
    [Fact]
    public void TheStepOfARateIsAnyNumber() => Assert.Equal(0, LearningRate.Linear(1, 100)(1L << 40));

    /// <summary>A parameter of another network would freeze what lies at its place in this one.</summary>
    [Fact]
    public void AFrozenParameterOfAnotherNetworkIsRefused()
    {
        Network network = Small.Build(), other = Small.Build();
        Trainer(new(network, seed: 3), new() { Frozen = [network.Parameters[2]] }).Dispose();
        Assert.Contains($"'{other.Parameters[2].Name}' cannot be frozen", Assert.Throws<ArgumentException>(() =>
            Trainer(new(network, seed: 3), new() { Frozen = [other.Parameters[2]] })).Message);
    }

    [Fact]
    public void ADeviceTakesOneProcess() => ThreadGroup.Run(2, processes =>
    {
        InputException e = Assert.Throws<InputException>(() =>
            Trainer(new(Small.Build(), seed: 3), new() { Device = new LostDevice(1), Processes = processes }));
        Assert.Contains("'lost' takes one process", e.Message);
        Assert.Equal(Remedy.UseProcessors, e.Remedy);
        return true;
    });

    /// <summary>The last tile of a batch of 20 has twelve samples more than there are images.</summary>
    [Fact]
    public void ANetworkThatDividesByWhatItSeesTrainsOnAnyBatch()
    {
        var images = new ImageSet("dots", [1, 4, 4], [.. Enumerable.Range(0, 40 * 16).Select(i => (byte)i)]);
        using var trainer = new Trainer(new(new UnitLength(), seed: 3),
            new Objective(NoiseSchedule.Cosine(10), Prediction.V, Weighting.P2()), images,
            new() { Batch = 20, Workers = new(1) });
        Assert.All(trainer.Run().Take(3), step => Assert.True(double.IsFinite(step.Loss) && step.GradientNorm > 0));
    }

    /// <summary>Nobody has older numbers for those of the last step, and those of one that is done meanwhile are copied
    /// too.</summary>
    [Fact]
    public void WhoeverAsksWhileNumbersAreCopiedFromADeviceIsRefused()
    {
        var state = new TrainingState(Small.Build(), seed: 3);
        Exception? refusal = null;
        int copies = 0;
        state.ChangedElsewhere(() =>
        {
            copies++;
            // Whoever copies writes to these very numbers.
            state.Weights.Values.Clear();
            var second = new Thread(() => refusal = Record.Exception(() => state.Average));
            second.Start();
            second.Join();
            state.ChangedElsewhere(() => copies++);
        });
        Assert.All(state.Weights.Values.ToArray(), weight => Assert.Equal(0, weight));
        Assert.Contains("is copying these numbers", Assert.IsType<InvalidOperationException>(refusal).Message);
        Assert.True(state.IsElsewhere);
        _ = state.Average;
        Assert.False(state.IsElsewhere);
        Assert.Equal(2, copies);
    }

    /// <summary>Adam's mean square would be infinite, and the weight would never move again. A gradient that is shortened is
    /// none of these.</summary>
    [Fact]
    public void AGradientWhoseSquaresOverflowIsNoStep()
    {
        TrainingState state = Silent(), clipped = Silent();
        using Trainer trainer = Trainer(state, new()), shortening = Trainer(clipped, new() { ClipNorm = 1 });
        Assert.Contains("Training diverged at step 1", Assert.Throws<TrainingDivergedException>(() =>
            trainer.Run().First()).Message);
        Assert.Equal(0, state.Step);
        Assert.All(state.SecondMoment, square => Assert.Equal(0, square));
        Assert.All(state.Weights.Values.ToArray(), weight => Assert.Equal(0, weight));

        Assert.InRange(shortening.Run().First().GradientNorm, 1e20, 1e30);
        Assert.All(clipped.SecondMoment, square => Assert.InRange(square, 0, 1));

        static TrainingState Silent()
        {
            var state = new TrainingState(new Loud(), seed: 3);
            state.Weights.Values.Clear();
            state.Weights.Refresh();
            return state;
        }
    }

    static Trainer Trainer(TrainingState state, TrainerOptions options) =>
        new(state, new Objective(NoiseSchedule.Cosine(10), Prediction.V, Weighting.P2()), s_images,
            options with { Batch = 16, Workers = new(1) });

    /// <summary>A convolution of numbers near 1e25: with weights of 0 its loss is like any other, its gradient is not.</summary>
    sealed class Loud : Network
    {
        readonly ConvolutionLayer layer;

        public Loud() => layer = new(Parameters, "layer", 1, 1, 3, padding: 1);

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            layer.Apply(Operation.Scale(xt, 1e25f));
    }

    /// <summary>Divides each image by its root mean square, which a blank image does not have.</summary>
    sealed class UnitLength : Network
    {
        readonly ConvolutionLayer layer;

        public UnitLength() => layer = new(Parameters, "layer", 1, 1, 3, padding: 1);

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            layer.Apply(Operation.Apply(xt, xt.Shape, null, (x, y) =>
            {
                for (int s = 0; s < Tensor.Samples; s++)
                {
                    float squares = 0;
                    for (int i = s; i < x.Length; i += Tensor.Samples) squares += x[i] * x[i];
                    for (int i = s; i < x.Length; i += Tensor.Samples) y[i] = x[i] / MathF.Sqrt(squares / 16);
                }
            }, (x, dy, dx, dweights) => { }, (x, weights) => [.. x.Select(v => v / Math.Sqrt(x.Sum(u => u * u) / 16))]));
    }
}
