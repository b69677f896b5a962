using System.Runtime.InteropServices;
using Qdiff;
using Qdiff.Gpu;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Whole training steps on a device against those of the processors.</summary>
public class TrainingTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    static readonly ImageSet s_images = Images(40, [1, 4, 4]);

    static Network Small => WithLevels(1, 2);

    static Network WithLevels(params int[] multipliers) =>
        new UNet { Image = new(1, 4, 4), Dimension = 4, Multipliers = multipliers, Classes = 0 }.Build();

    static Objective Objective => new(NoiseSchedule.Cosine(50), Prediction.V, Weighting.P2());

    [Theory]
    [InlineData(9, 1, Explicit = true)]
    [InlineData(20, 1, 2, Explicit = true)]
    public void StepsAreThoseOfTheProcessors(int batch, params int[] multipliers)
    {
        var options = new TrainerOptions { Batch = batch, Seed = 5, ClipNorm = 0.5 };
        TrainingState expected = new(WithLevels(multipliers), 3), actual = new(WithLevels(multipliers), 3);
        using Trainer processors = new(expected, Objective, s_images, options),
            device = new(actual, Objective, s_images, options with { Device = emulator.Device });
        TrainingStep[] there = [.. device.Run().Take(2)], here = [.. processors.Run().Take(2)];
        for (int i = 0; i < here.Length; i++)
        {
            Assert.Equal(here[i].Loss, there[i].Loss, 1e-5 * Math.Abs(here[i].Loss));
            Assert.Equal(here[i].GradientNorm, there[i].GradientNorm, 1e-4 * here[i].GradientNorm);
        }

        float largest = expected.Weights.Values.ToArray().Zip(actual.Weights.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(largest, 0, 5e-4f);
    }

    /// <summary>More samples than the graphics processors' slabs of 32, and no multiple of a tile.</summary>
    [Fact]
    public void StepsOfFiftyImagesAreThoseOfTheProcessors() => AStepAgrees(() => new Twice(), batch: 50);

    /// <summary>A circuit that weighs channels, and circuits on patches of a level and of the vertex, which two stages
    /// share.</summary>
    [Theory(Explicit = true)]
    [InlineData("attention-light")]
    [InlineData("quanvunet")]
    public void StepsAreThoseOfTheProcessorsWithCircuits(string like) => AStepAgrees(() => WithCircuits(like), batch: 16);

    static Network WithCircuits(string like)
    {
        Circuit circuit = PublishedCircuits.Basic(4, 1);
        if (like == "attention-light")
            return new AttentionUNet { Image = new(1, 4, 4), Gate = new() { Circuit = circuit } }.Build();
        HybridBlock block = new() { Circuit = circuit };
        return new UNet
        {
            Image = new(1, 4, 4),
            Dimension = 4,
            Groups = 2,
            Multipliers = [1, 2],
            Classes = 0,
            Vertex = block,
            Quanvolution = block with { Shared = true, Convolution = ConvolutionInput.All },
        }.Build();
    }

    /// <summary>Loss, and the gradient of every weight, of which the first moment is a tenth or so.</summary>
    void AStepAgrees(Func<Network> build, int batch)
    {
        TrainingState[] states = [new(build(), 3), new(build(), 3)];
        var options = new TrainerOptions { Batch = batch, Seed = 5 };
        using Trainer processors = new(states[0], Objective, s_images, options),
            device = new(states[1], Objective, s_images, options with { Device = emulator.Device });
        TrainingStep here = processors.Run().First(), there = device.Run().First();
        Assert.Equal(here.Loss, there.Loss, 1e-5 * Math.Abs(here.Loss));
        Assert.Equal(here.GradientNorm, there.GradientNorm, 1e-4 * here.GradientNorm);
        (float[] expected, float[] actual) = (states[0].FirstMoment, states[1].FirstMoment);
        double largest = expected.Max(value => Math.Abs(value));
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4 * largest);
    }

    /// <summary>The running average while it is copied, left and moved; moments; weights that are frozen; labels, some of them
    /// dropped; gradients that are shortened.</summary>
    [Fact]
    public void AllThatStepsLeaveIsAsOfTheProcessors()
    {
        TrainingState[] states = [.. ((Device?[])[null, emulator.Device]).Select(device =>
        {
            var network = new Labelled();
            TrainingState state = new(network, 3);
            using var trainer = new Trainer(state, Objective, s_images, new()
            {
                Batch = 20, Seed = 5, ClipNorm = 0.05, LabelDropout = 0.4, Device = device, Workers = new(1),
                Average = new() { CopySteps = 1, Every = 2 }, Frozen = [network.Still],
            });
            float[] still = state.Weights[network.Still].ToArray();
            Assert.Equal(4, trainer.Run().Take(4).Count());
            Assert.Equal(still, state.Weights[network.Still].ToArray());
            return state;
        })];
        Assert.False(states[0].Weights.Values.SequenceEqual(states[0].Average.Values));
        // A step moves a weight by 0.001.
        Near(state => state.Weights.Values.ToArray(), 2e-5);
        Near(state => state.Average.Values.ToArray(), 2e-5);
        Near(state => state.FirstMoment, 1e-4 * states[0].FirstMoment.Max(Math.Abs));
        Near(state => state.SecondMoment, 1e-4 * states[0].SecondMoment.Max());

        void Near(Func<TrainingState, float[]> part, double tolerance)
        {
            foreach ((float here, float there) in part(states[0]).Zip(part(states[1]))) Assert.Equal(here, there, tolerance);
        }
    }

    /// <summary>Shifts an image by a number of its class, between two convolutions of which one is to stay.</summary>
    sealed class Labelled : Network
    {
        readonly ConvolutionLayer first, last;
        readonly Parameter shifts;

        public Labelled() => (first, shifts, last) = (new(Parameters, "first", 1, 1, 3, padding: 1),
            Parameters.Add("shifts", [4, 1], Initialisers.LecunNormal), new(Parameters, "last", 1, 1, 3, padding: 1));

        public Parameter Still => first.Weight;

        public override Shape Image => [1, 4, 4];

        public override int Classes => 3;

        public override int? NullLabel => 3;

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            last.Apply(Operation.AddChannels(first.Apply(xt), Operation.Embedding(xt.Workspace, labels, shifts)));
    }

    /// <summary>What somebody changes between two steps counts there as here.</summary>
    [Fact]
    public void ChangesBetweenStepsCount()
    {
        double Second(Device? there)
        {
            TrainingState state = new(new Twice(), 3);
            using var trainer = new Trainer(state, Objective, s_images,
                new() { Batch = 16, Seed = 5, Workers = new(1), Device = there });
            trainer.Run().First();
            using (state.Weights.BeginChange())
            {
                foreach (ref float value in state.Weights.Values) value *= 0.5f;
                state.Weights.Refresh();
            }

            return trainer.Run().First().Loss;
        }

        double here = Second(null);
        Assert.Equal(here, Second(emulator.Device), 1e-5 * here);
    }

    /// <summary>Rows of one launch run at once, so those of two derivations of one parameter need two.</summary>
    [Fact]
    public void AParameterDerivedTwiceHasTwoLaunches()
    {
        using var training = (GpuTraining)emulator.Device.Train(new(new Twice(), 3), Objective, s_images, new() { Batch = 16 });
        Assert.Equal(2, training.Works.Count(work => work.Kernel == "StandardiseGradient"));
    }

    /// <summary>They are computed at once, from what is trained.</summary>
    [Fact]
    public void AParameterDerivedFromADerivedOneIsRefused()
    {
        InputException e = Assert.Throws<InputException>(() =>
            emulator.Device.Train(new(new InTurn(), 3), Objective, s_images, new() { Batch = 16 }));
        Assert.Contains("from its weights in a way that a device does not know", e.Message);
        Assert.Equal(Remedy.UseProcessors, e.Remedy);
    }

    sealed class InTurn : Network
    {
        readonly Parameter again;

        public InTurn() => again = Derive.Standardised(Parameters, Derive.Standardised(Parameters,
            Parameters.Add("w", [1, 1, 3, 3], Initialisers.LecunNormal)));

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            Operation.Convolution(xt, again, padding: 1);
    }

    sealed class Twice : Network
    {
        readonly Parameter once, again;

        public Twice()
        {
            Parameter weight = Parameters.Add("w", [1, 1, 3, 3], Initialisers.LecunNormal);
            (once, again) = (Derive.Standardised(Parameters, weight), Derive.Standardised(Parameters, weight));
        }

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            Operation.Convolution(Operation.Convolution(xt, once, padding: 1), again, padding: 1);
    }

    /// <summary>Also where the gradient is shortened: they are of what it was before.</summary>
    [Fact(Explicit = true)]
    public void LayersOfCircuitsAreMeasuredAsByTheProcessors()
    {
        Network network = new UNet
        {
            Image = new(1, 4, 4),
            Dimension = 4,
            Groups = 2,
            Multipliers = [1, 3],
            Vertex = new() { Circuit = new(3, [.. Embedding.Angles(3), .. Ansatz.BasicEntangler(3, 2)]), Groups = 2, Patch = 1 },
        }.Build();
        TrainingStep Step(Device? device)
        {
            var options = new TrainerOptions { Batch = 2, Seed = 5, ClipNorm = 0.01, Device = device, Workers = new(1) };
            using Trainer trainer = new(new TrainingState(network, 3), Objective, s_images, options);
            return trainer.Run().First();
        }

        (TrainingStep here, TrainingStep there) = (Step(null), Step(emulator.Device));
        Assert.Equal(["mid.res0.circuit 1", "mid.res0.circuit 2", "mid.res1.circuit 1", "mid.res1.circuit 2"],
            there.CircuitLayers!.Select(layer => layer.ToString()));
        foreach ((CircuitLayerGradient a, CircuitLayerGradient b) in here.CircuitLayers!.Zip(there.CircuitLayers!))
        {
            Assert.True(a.Norm > 0 && a.Variance > 0);
            Assert.Equal(a.Norm, b.Norm, 1e-3 * a.Norm);
            Assert.Equal(a.Variance, b.Variance, 1e-3 * a.Variance);
        }
    }

    /// <summary>Sums run in a fixed order: ten runs give the same bits.</summary>
    [Fact(Explicit = true)]
    public void TenRunsAreEqualToTheBit()
    {
        (double, double, string)[] runs = [.. Enumerable.Range(0, 10).Select(_ =>
        {
            var state = new TrainingState(Small, 3);
            using Trainer trainer = new(state, Objective, s_images, new() { Batch = 20, Seed = 5, Device = emulator.Device });
            TrainingStep last = trainer.Run().Take(2).Last();
            return (last.Loss, last.GradientNorm, Convert.ToHexString(MemoryMarshal.AsBytes<float>(state.Weights.Values)));
        })];
        Assert.Single(runs.Distinct());
    }

    static ImageSet Images(int count, Shape shape)
    {
        var pixels = new byte[count * shape.Count];
        new RandomStream(1, "images").NextBytes(pixels);
        return new("noise", shape, pixels, [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }
}
