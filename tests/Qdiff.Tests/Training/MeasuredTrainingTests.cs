using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Training of a network whose circuits are read by shots and under noise, and their gradients with them.</summary>
public sealed class MeasuredTrainingTests : IDisposable
{
    /// <summary>The smallest hybrid network: in each block two stages of a circuit on four patches of 2×2 pixels.</summary>
    static readonly string[] s_hybrid = ["data.crop=8", "model.vertex.circuit=basic", "model.vertex.qubits=4",
        "model.vertex.layers=1", "model.vertex.groups=1", "model.vertex.patch=2", "training.batch=17", "training.steps=4"];

    static readonly Network s_network = new UNet
    {
        Image = [1, 8, 8],
        Dimension = 4,
        Groups = 2,
        Multipliers = [1, 2],
        Heads = 1,
        HeadFeatures = 4,
        Vertex = new()
        {
            Circuit = new(4, [.. Embedding.Angles(4), Gate.CRX(0, 1, Angle.Weight(0)), Gate.CRZ(1, 2, Angle.Weight(1)),
                Gate.RY(2, Angle.Weight(2)), Gate.CNOT(2, 3)]),
        },
    }.Build();

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Every parameter, those before the circuits too: in the limit of many shots it is the usual gradient.</summary>
    [Fact]
    public void ExactExpectationsByParameterShiftGiveTheUsualGradient()
    {
        float[] usual = Gradient(null), shifted = Gradient(new());
        float largest = usual.Max(Math.Abs);
        Assert.True(largest > 0.01);
        foreach (Parameter parameter in s_network.Parameters)
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
                Assert.True(Math.Abs(usual[i] - shifted[i]) < 1e-5 * largest, $"{parameter.Name}: {usual[i]} {shifted[i]}");
    }

    [Fact]
    public void TheErrorOfShotsFallsWithTheirNumber()
    {
        float[] usual = Gradient(null);
        double few = Distance(Gradient(new() { Shots = 10 })), many = Distance(Gradient(new() { Shots = 1000 }));
        // A hundred times the shots: a tenth of the error.
        Assert.InRange(many / few, 0.03, 0.3);
        Assert.True(many < 0.1, $"{many}");

        double Distance(float[] gradient) => Math.Sqrt(gradient.Zip(usual, (a, b) => Math.Pow(a - b, 2)).Sum()
            / usual.Sum(g => (double)g * g));
    }

    /// <summary>What does not depend on an angle has no gradient, not even by shifting it.</summary>
    [Fact]
    public void AMeanInTheCircuitsPlaceTrainsNoAngle()
    {
        float[] gradient = Gradient(new() { Replaced = new() });
        Assert.Contains(gradient, g => g != 0);
        foreach (QuantumLayer layer in s_network.Circuits)
            Assert.All(gradient[layer.Angles!.Offset..(layer.Angles.Offset + layer.Angles.Count)], g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData("parameter-shift")]
    [InlineData("spsa")]
    public void ItIsTheSameWithAnyThreadsAndProcessesAndWhereverItIsInterrupted(string rule)
    {
        // Sixteen times as many circuits as the other rule: those without noise of gates are simulated faster.
        File.WriteAllText(folder.File("mine.yaml"), (rule == "spsa" ? "oneQubit: [ { channel: bit-flip, p: 0.02 } ]\n" : "")
            + "readout: { p10: 0.01, p01: 0.03 }\n");
        string[] settings = [.. s_hybrid, "training.shots=6", $"training.circuitGradient={rule}", "training.checkpointEvery=1",
            "training.steps=2",
            ResolvedExperiment.Option("training.noise", folder.File("mine.yaml"))];
        string whole = TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), settings));
        ThreadGroup.Run(2, processes => TinyExperiment.Train(TrainingRun.Start(TinyExperiment.Resolve(settings),
            folder.File("parts"), ["test"], processes: processes), steps: 1));
        // A run needs nothing that is elsewhere.
        File.Delete(folder.File("mine.yaml"));
        string parts = TinyExperiment.Train(TrainingRun.Resume(folder.File("parts/tiny-42"), Papers.Catalog,
            changes: ["training.threads=2"]));
        TinyExperiment.AssertEqual(TinyExperiment.Content(whole, 2), TinyExperiment.Content(parts, 2));
        Assert.Contains("noise: noise/mine.yaml", File.ReadAllText(Path.Combine(parts, "config.yaml")));
        IReadOnlyList<TrainingStep> log = StepLog.Read(Path.Combine(whole, "steps.jsonl"));
        Assert.Equal(log.Select(step => step with { Seconds = 0 }),
            StepLog.Read(Path.Combine(parts, "steps.jsonl")).Select(step => step with { Seconds = 0 }));
        // What the log says of layers is in the event file too.
        Assert.Equal(log.Select(step => (float)step.CircuitLayers![0].Variance),
            EventScalars.Read(parts, "circuit layers/gradient variance/mid.res0.circuit 1").Values.Select(value => (float)value));
    }

    /// <summary>Four wires of RX by inputs and RX by weights: 16 runs of the circuit an image, each with eight angles of two
    /// shifts.</summary>
    [Fact]
    public void WhatItCostsIsKeptInTheManifest()
    {
        string[] settings = [.. s_hybrid, "training.shots=100", "training.noise=ion-trap"];
        using (TrainingRun run = TinyExperiment.Start(folder.Path, settings))
        {
            MeasurementCost cost = run.Folder.Manifest.Measurement!;
            Assert.Equal((16, 256, 17 * 272, 4.0 * 17 * 272, 400.0 * 17 * 272),
                (cost.ForwardRuns, cost.GradientRuns, cost.RunsPerStep, cost.Runs, cost.AllShots!.Value));
            Assert.Equal("circuits are read by 100 shots under ion-trap, their gradients taken by parameter shift: 16 + 256 "
                + "circuit runs an image (forward + gradient), 4,624 a step, 18,496 in 4 steps, 1,849,600 shots",
                cost.ToString());
        }

        using TrainingRun longer = TrainingRun.Resume(folder.File("tiny-42"), Papers.Catalog, changes: ["training.steps=8"]);
        Assert.Equal(36_992, RunFolder.Open(folder.File("tiny-42"), Papers.Catalog).Manifest.Measurement!.Runs);
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder.File("tiny-42/manifest.json"))).RootElement
            .GetProperty("measurement");
        Assert.Equal("parameter-shift", json.GetProperty("gradient").GetString());
        Assert.Equal(36_992, json.GetProperty("runs").GetInt32());
    }

    [Theory]
    [InlineData("training.shots=0", "option training.shots: training.shots is 0; it must be an integer from 1 to 10000000, or "
        + "null")]
    [InlineData("training.noise=ion-tarp", "option training.noise: There is no noise file ion-tarp and no preset of that name. "
        + "Did you mean ion-trap?")]
    [InlineData("training.circuitGradient=parameter-shft", "one of parameter-shift, spsa, or null. Did you mean "
        + "parameter-shift?")]
    [InlineData("model.vertex.circuit=none", "option training.shots: training.shots: The network has no circuits that shots "
        + "or noise could be of.")]
    [InlineData("training.noise=wire.yaml", "option training.noise: training.noise: The circuit mid.res0.circuit.0: there "
        + "is noise on wire 7, but the circuit has wires 0 to 3")]
    [InlineData("model.vertex.encoding=amplitude", "starts from amplitudes")]
    public void WhatMakesNoSenseIsRefused(string setting, string line)
    {
        File.WriteAllText(folder.File("wire.yaml"), "oneQubit: [ { channel: bit-flip, p: 0.1, wires: [7] } ]");
        string[] hybrid = setting == "model.vertex.circuit=none" ? [] : s_hybrid;
        InputException e = Assert.Throws<InputException>(() => TinyExperiment.Start(folder.Path, [.. hybrid, "training.shots=5",
            setting.Replace("wire.yaml", folder.File("wire.yaml"))]).Dispose());
        Assert.Contains(line, e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.False(Directory.Exists(folder.File("tiny-42")));
    }

    [Fact]
    public void TheSourceOfATransferIsTrainedExactly()
    {
        ResolvedExperiment transfer = TinyExperiment.Resolve([.. s_hybrid, "training.shots=5", "training.noise=ion-trap",
            "transfer.source=before", "transfer.sourceSteps=3"]);
        Assert.NotNull(transfer.Config.Training.Measurement);
        Assert.Null(new ComparisonArm(transfer, "tiny.yaml").Source(1)!.Config.Training.Measurement);
    }

    [Fact]
    public void ADeviceIsRefused()
    {
        InputException e = Assert.Throws<InputException>(() => Trained(new() { Shots = 5 }, new LostDevice(1)));
        Assert.Contains("leave the device out", e.Message);
        e = Assert.Throws<InputException>(() => Trained(new() { Shots = 5 }, null, engine: new CopyingEngine()));
        Assert.Equal(Remedy.UseProcessors, e.Remedy);
    }

    static float[] Gradient(CircuitMeasurement? measurement)
    {
        var seen = new Watching();
        Trained(measurement, null, seen);
        return seen.Gradient;
    }

    static void Trained(CircuitMeasurement? measurement, Device? device, Optimiser? optimiser = null,
        ComputeEngine? engine = null)
    {
        var pixels = new byte[4 * 64];
        new Random(1).NextBytes(pixels);
        using var trainer = new Trainer(new TrainingState(s_network, seed: 1),
            new Objective(NoiseSchedule.Cosine(20), Prediction.Epsilon, Weighting.Uniform), new("noise", [1, 8, 8], pixels),
            new()
            {
                Batch = 4,
                Seed = 1,
                Workers = new(1, engine),
                Optimiser = optimiser ?? new Adam(),
                Measurement = measurement,
                Device = device,
            });
        _ = trainer.Run().First();
    }

    sealed record Watching : Optimiser
    {
        public float[] Gradient { get; private set; } = [];

        public override void Step(Span<float> values, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v,
            double learningRate, long step) => Gradient = [.. gradient];
    }
}
