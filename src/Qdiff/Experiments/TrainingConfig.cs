using Qdiff.Quantum;

namespace Qdiff;

/// <summary>Optimiser, length of the training and what it leaves behind.</summary>
public sealed record TrainingConfig
{
    /// <summary>Determines initial weights, data order, timesteps and noise.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Images a step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Length; 9,375 steps of 128 are 20 epochs of 60,000 images.</summary>
    public int Steps { get; init; } = 9375;

    /// <summary>Length in passes over the images instead: a run that starts sets <see cref="Steps"/> from it. Null for
    /// steps.</summary>
    public double? Epochs { get; init; }

    /// <summary>
    /// The share of samples whose label is replaced by the null label, so that one network learns both the classes and the whole,
    /// as classifier-free guidance needs (arXiv 2207.12598, algorithm 1); only for conditional models.
    /// </summary>
    public double LabelDropout { get; init; }

    /// <summary>Measurements of each circuit run, forward and in gradients; null for exact expectations.</summary>
    public int? Shots { get; init; }

    /// <summary>The noise of the device that runs the circuits; null for none.</summary>
    public NoiseFile? Noise { get; init; }

    /// <summary>Where gradients of circuits come from: measurements by this rule. Null for the exact gradient, and with shots or
    /// noise for <see cref="GradientRule.ParameterShift"/>.</summary>
    public GradientRule? CircuitGradient { get; init; }

    /// <summary>How circuits are read in training; null for exactly.</summary>
    public CircuitMeasurement? Measurement => (Shots, Noise, CircuitGradient) is (null, null, null) ? null : new()
    {
        Shots = Shots,
        Noise = Noise?.Model ?? NoiseModel.None,
        Gradient = CircuitGradient ?? GradientRule.ParameterShift,
    };

    /// <summary>What measuring circuits costs; null where they are read exactly.</summary>
    /// <exception cref="InputException">The network cannot be trained so.</exception>
    public MeasurementCost? CostFor(Network network, int images) => Measurement is not { } measurement ? null
        : MeasurementCost.Of(network, measurement, Batch, StepsFor(images)) with { Noise = Path.GetFileName(Noise?.Name) };

    /// <summary>Adam's η.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>A name of <see cref="Catalog.LearningRates"/>.</summary>
    public string LearningRateSchedule { get; init; } = "constant";

    /// <summary>Steps in which the learning rate rises to its value.</summary>
    public int WarmUp { get; init; }

    /// <summary>A name of <see cref="Catalog.Optimisers"/>.</summary>
    public string Optimiser { get; init; } = "adam";

    /// <summary>Adam's β₁.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's β₂.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Adam's ε.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>A longer gradient is shortened to this norm; null for never.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The running average that samples are drawn with.</summary>
    public ExponentialAverage Ema { get; init; } = new();

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary>So many of the last checkpoints are kept, and the best besides.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Steps whose checkpoints are written and kept besides, for a comparison over the training.</summary>
    public IReadOnlyList<int> KeepSteps { get; init; } = [];

    /// <summary>Steps between sample sheets; 0 for none.</summary>
    public int SampleEvery { get; init; } = 1000;

    /// <summary>
    /// Steps between frames of <c>progress.gif</c>; 0 for none, null for one an epoch, but not so many that drawing them would
    /// take a large part of the time.
    /// </summary>
    public int? FrameEvery { get; init; }

    /// <summary>Steps between lines of the step log.</summary>
    public int LogEvery { get; init; } = 1;

    /// <summary>Threads; 0 for one a processor. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Steps between frames when there are so many images: as set, or as seldom as is worth it.</summary>
    /// <param name="passes">Network passes that a frame takes.</param>
    internal int FrameEveryFor(int images, int passes)
    {
        // 200 frames are enough for a film.
        int filmed = (Steps + 199) / 200;
        return FrameEvery
            ?? Math.Max((this with { Epochs = 1 }).StepsFor(images), Math.Max(WorthDrawingEvery(passes), filmed));
    }

    /// <summary>Steps between samples of so many network passes if a tenth of the time may go into them.</summary>
    internal int WorthDrawingEvery(int passes) =>
        // A step trains Batch samples at about three passes each.
        (int)Math.Ceiling(10.0 * passes / (3.0 * Batch));

    /// <summary>The length for so many images: that of <see cref="Epochs"/> if it is set, rounded to whole steps, else
    /// <see cref="Steps"/>.</summary>
    public int StepsFor(int images) =>
        Epochs is { } epochs ? (int)Math.Clamp(Math.Round(epochs * images / Batch), 1, int.MaxValue) : Steps;

    /// <summary>The same for a <see cref="Trainer"/>; several that run at the same time need workers of their own.</summary>
    /// <exception cref="InputException">The catalog has no such learning rate schedule or optimiser.</exception>
    public TrainerOptions ToOptions(Catalog catalog) => new()
    {
        Seed = Seed,
        Batch = Batch,
        Optimiser = catalog.Optimisers[Optimiser].Create(this),
        LearningRate = catalog.LearningRates[LearningRateSchedule].Over(Steps, LearningRate, WarmUp),
        ClipNorm = ClipNorm ?? double.PositiveInfinity,
        Average = Ema,
        LabelDropout = LabelDropout,
        Measurement = Measurement,
        Workers = Threads == 0 ? null : new(Threads),
    };
}
