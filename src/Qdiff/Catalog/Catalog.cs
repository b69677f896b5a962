using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The parts that experiments are made of, by name: one immutable value that is passed to whoever resolves names, from the tool
/// through configurations and runs to sampling and evaluation. A part of one's own is one entry more:
/// <c>catalog with { Samplers = [.. catalog.Samplers, new Euler()] }</c>.
/// </summary>
/// <example>
/// <code>
/// Catalog catalog = Papers.Catalog with { Samplers = [.. Papers.Catalog.Samplers, new Euler()] };
/// TrainedRun run = TrainedRun.Open(RunFolder.Open("runs/mnist-unet-42", catalog));
/// float[] digits = run.Sampler("euler").Generate(seed: 7, count: 16);
/// </code>
/// </example>
public record Catalog
{
    /// <summary>What comes with the library.</summary>
    public static Catalog Default { get; } = new();

    /// <summary>How images are drawn: <c>sampling.sampler</c>.</summary>
    public Parts<Sampler> Samplers { get; init; } =
        [new DdpmSampler(), new DdimSampler(), new HeunSampler(), new DpmSolverSampler()];

    /// <summary>Noise schedules: <c>diffusion.schedule</c>.</summary>
    public Parts<NamedSchedule> Schedules { get; init; } =
    [
        new("cosine", steps => NoiseSchedule.Cosine(steps)),
        new("cosine-floored", steps => NoiseSchedule.Cosine(steps, minBeta: 1e-4)),
        new("linear", steps => NoiseSchedule.Linear(steps)),
        new("sigmoid", steps => NoiseSchedule.Sigmoid(steps)),
    ];

    /// <summary>What networks are asked for: <c>diffusion.prediction</c>.</summary>
    public Parts<Prediction> Predictions { get; init; } = [Prediction.Epsilon, Prediction.X0, Prediction.V];

    /// <summary>How timesteps count in the loss: <c>diffusion.weighting</c>.</summary>
    public Parts<Weighting> Weightings { get; init; } = [Weighting.Uniform, Weighting.P2(), Weighting.MinSnr()];

    /// <summary>Kinds of objectives: <c>diffusion.objective</c>.</summary>
    public Parts<NamedObjective> Objectives { get; init; } =
        [new("squared-error", (schedule, prediction, weighting) => new(schedule, prediction, weighting))];

    /// <summary>What turns gradients into steps: <c>training.optimiser</c>.</summary>
    public Parts<NamedOptimiser> Optimisers { get; init; } =
        [new("adam", t => new Adam { Beta1 = t.Beta1, Beta2 = t.Beta2, Epsilon = t.Epsilon })];

    /// <summary>How the learning rate changes: <c>training.learningRateSchedule</c>.</summary>
    public Parts<NamedLearningRate> LearningRates { get; init; } =
    [
        new("constant", (rate, _) => LearningRate.Constant(rate)),
        new("linear", LearningRate.Linear),
        new("cosine", (rate, steps) => LearningRate.Cosine(rate, steps)),
        new("step", (rate, steps) => LearningRate.StepDecay(rate, every: (steps + 2) / 3, factor: 0.1)),
    ];

    /// <summary>Data sets: <c>data.dataset</c>.</summary>
    public Parts<DataSource> DataSets { get; init; } =
        [FashionMnist.BuiltIn, Mnist.Source, FashionMnist.Source, EuroSat.Source, .. MedMnist.Sources];

    /// <summary>How images are scaled: <c>data.resampling</c>.</summary>
    public Parts<NamedResampling> Resamplings { get; init; } =
        [new(Resampling.Area), new(Resampling.Bilinear), new(Resampling.Bicubic)];

    /// <summary>Circuits: <c>model.vertex.circuit</c> and others.</summary>
    public Parts<NamedCircuit> Circuits { get; init; } = [.. NamedCircuits.All];

    /// <summary>How features enter circuits: <c>model.vertex.encoding</c> and others.</summary>
    public Parts<NamedEncoding> Encodings { get; init; } = [.. NamedEncoding.All];

    /// <summary>What can stand in the place of circuits: <c>model.control</c>.</summary>
    public Parts<Control> Controls { get; init; } = [.. Control.All];

    /// <summary>Networks: <c>model.name</c>.</summary>
    public Parts<NamedNetwork> Networks { get; init; } =
        [NamedNetwork.UNet("unet", "a U-Net whose sizes and circuits are settings", _ => new())];

    /// <summary>What takes over training steps and predictions from the processors; null for nobody.</summary>
    public Device? Device { get; init; }

    /// <summary>Names that <c>evaluation.preset</c> may have; null where nobody evaluates and any will do.</summary>
    public virtual IReadOnlyList<string>? PresetNames => null;

    /// <summary>Refuses a catalog in which a name means two parts of one list; a derived catalog adds its own lists.</summary>
    /// <exception cref="InputException">There are two; the message names both.</exception>
    public virtual void RequireDistinctNames()
    {
        Samplers.RequireDistinctNames();
        Schedules.RequireDistinctNames();
        Predictions.RequireDistinctNames();
        Weightings.RequireDistinctNames();
        Objectives.RequireDistinctNames();
        Optimisers.RequireDistinctNames();
        LearningRates.RequireDistinctNames();
        Resamplings.RequireDistinctNames();
        DataSets.RequireDistinctNames();
        Circuits.RequireDistinctNames();
        Encodings.RequireDistinctNames();
        Networks.RequireDistinctNames();
        Controls.RequireDistinctNames();
    }
}
