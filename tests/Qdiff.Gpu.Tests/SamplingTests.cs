using Qdiff;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Samples whose network predicts on a device, against those of the processors.</summary>
public class SamplingTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(6);

    static Network Network { get; } = new UNet
    { Image = new(1, 4, 4), Dimension = 4, Multipliers = [1], Classes = 3 }.Build();

    [Fact(Explicit = true)]
    public void SamplesAreThoseOfTheProcessorsWhoeverElseIsDrawn()
    {
        float[] expected = Draw(null, 0, 20), actual = Draw(emulator.Device, 0, 20);
        Assert.Equal(expected.Length, actual.Length);
        // Two steps from noise magnify what sums in another order differ by.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 3e-4f);
        // Alone, and from the second tile: to the bit.
        Assert.Equal(actual[(17 * 16)..(18 * 16)], Draw(emulator.Device, 17, 1));
    }

    /// <summary>The mean error is measured where it will be taken off.</summary>
    [Fact(Explicit = true)]
    public void CalibrationIsThatOfTheProcessors()
    {
        var images = new ImageSet("some", [1, 4, 4], [.. Enumerable.Range(0, 6 * 16).Select(i => (byte)(i * 37))],
            [0, 1, 2, 0, 1, 2]);
        Calibration[] measured = [.. ((Device?[])[null, emulator.Device]).Select(device =>
            Generator(device, null).Calibrated(Weights(), images, count: 18).Calibration!)];
        foreach (int t in measured[0].Timesteps)
            for (int label = 0; label < 3; label++)
            {
                float[] here = measured[0].MeanError(t, label), there = measured[1].MeanError(t, label);
                for (int e = 0; e < here.Length; e++) Assert.Equal(here[e], there[e], 1e-4f);
            }
    }

    [Fact]
    public void WhatIsReadByShotsIsRefused()
    {
        InputException e = Assert.Throws<InputException>(() => Generator(emulator.Device, new() { Shots = 10 })
            .Generate(Weights(), seed: 7, count: 1, labels: _ => 0));
        Assert.Equal(Remedy.UseProcessors, e.Remedy);
    }

    /// <summary>A table of timesteps is looked up by each sample's own, there too.</summary>
    [Fact]
    public void ATableOfTimestepsOrLabels()
    {
        var network = new LookingUp();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        float[][] samples = [.. ((Device?[])[null, emulator.Device]).Select(device =>
            new SampleGenerator(network, s_schedule, Prediction.Epsilon, new DdpmSampler { Steps = 2 }) { Device = device }
                .Generate(weights, seed: 7, count: 3, labels: i => (int)i % 2))];
        for (int i = 0; i < samples[0].Length; i++) Assert.Equal(samples[0][i], samples[1][i], 1e-5f);
    }

    /// <summary>Some of whose rows would be read behind its end.</summary>
    [Fact]
    public void ATableOfTooFewRows()
    {
        var network = new LookingUp();
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            emulator.Device.Load(network, new Weights(network.Parameters).Initialise(3), 7));
        Assert.Contains("6 is outside 0 … 5", e.Message);
    }

    sealed class LookingUp : Network
    {
        readonly Parameter times, classes;

        public LookingUp() => (times, classes) = (Parameters.Add("times", [6, 4], Initialisers.Uniform(-1, 1)),
            Parameters.Add("classes", [2, 4], Initialisers.Uniform(-1, 1)));

        public override Shape Image => [4, 1, 1];

        public override int Classes => 2;

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            Tensor both = Operation.Add(Operation.Embedding(xt.Workspace, timesteps, times),
                Operation.Scale(Operation.Embedding(xt.Workspace, labels, classes), 3));
            return Operation.Add(xt, Operation.Reshape(both, Image));
        }
    }

    /// <summary>Of a network without circuits, here and there.</summary>
    [Fact]
    public void WhatIsNoNumberIsNoSample()
    {
        var network = new LookingUp();
        Weights weights = new(network.Parameters);
        weights.Values.Fill(float.NaN);
        weights.Refresh();
        Assert.All((Device?[])[null, emulator.Device], device => Assert.Contains("what is no finite number",
            Assert.Throws<InputException>(() =>
                new SampleGenerator(network, s_schedule, Prediction.Epsilon, new DdpmSampler { Steps = 2 }) { Device = device }
                    .Generate(weights, seed: 7, count: 3, labels: _ => 1)).Message));
    }

    /// <summary>Which would be samples of no numbers.</summary>
    [Fact]
    public void CircuitsThatAreFedNoNumbers()
    {
        var network = new Fed();
        Weights weights = new(network.Parameters);
        weights.Values.Fill(float.NaN);
        weights.Refresh();
        string[] refusals = [.. ((Device?[])[null, emulator.Device]).Select(device => Assert.Throws<InputException>(() =>
            new SampleGenerator(network, s_schedule, Prediction.Epsilon, new DdpmSampler { Steps = 2 }) { Device = device }
                .Generate(weights, seed: 7, count: 3)).Message)];
        Assert.StartsWith("A circuit of the network is fed what is no number", refusals[0]);
        Assert.Equal(refusals[0], refusals[1]);
    }

    sealed class Fed : Network
    {
        readonly DenseLayer layer;
        readonly QuantumLayer circuit;

        public Fed() => (layer, circuit) = (new(Parameters, "layer", 2, 2),
            new(Parameters, "circuit", new(2, [.. Embedding.Angles(2)]), Initialisers.Zeros));

        public override Shape Image => [2, 1, 1];

        public override IReadOnlyList<QuantumLayer> Circuits => [circuit];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            circuit.Apply(Operation.Reshape(layer.Apply(Operation.Reshape(xt, [2])), Image), [[0, 1]], Image, [[0, 1]]);
    }

    static float[] Draw(Device? device, long first, int count) =>
        Generator(device).Generate(Weights(), seed: 7, count, first, i => (int)(i % 3));

    static Weights Weights() => new Weights(Network.Parameters).Initialise(3);

    static SampleGenerator Generator(Device? device, CircuitMeasurement? measurement = null) =>
        new(Network, s_schedule, Prediction.Epsilon, new DdpmSampler { Steps = 2 })
        { Device = device, Measurement = measurement };
}
