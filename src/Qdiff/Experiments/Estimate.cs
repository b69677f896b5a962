using System.Diagnostics;
using System.Text.Json.Serialization;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What an experiment takes, from a few measured steps on this machine.</summary>
public sealed record Estimate
{
    /// <summary>Threads that were used.</summary>
    public int Threads { get; init; }

    /// <summary>Trainable numbers of the network that was measured.</summary>
    public int Parameters { get; init; }

    /// <summary>Steps that were timed, after a warm-up.</summary>
    public int MeasuredSteps { get; init; }

    /// <summary>Median time of a training step.</summary>
    public double StepSeconds { get; init; }

    /// <summary>Training images.</summary>
    public int Images { get; init; }

    /// <summary>Steps in which every image is seen once.</summary>
    public double StepsPerEpoch { get; init; }

    /// <summary>Time of an epoch.</summary>
    public double EpochSeconds { get; init; }

    /// <summary>Networks that are trained: one for each class where the data say so, else one.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>Steps of the whole training, of all networks.</summary>
    public long Steps { get; init; }

    /// <summary>Time of all steps.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Time of the audits before the first steps.</summary>
    public double AuditSeconds { get; init; }

    /// <summary>Time of the samples and checkpoints on the way.</summary>
    public double SampleSeconds { get; init; }

    /// <summary>Time of the whole training, with audit, samples and checkpoints.</summary>
    public double TotalSeconds => AuditSeconds + TrainingSeconds + SampleSeconds;

    /// <summary>Network passes that a sample needs.</summary>
    public int NetworkPasses { get; init; }

    /// <summary>Time of one sampling run with the configured number of samples, and of the calibration before it.</summary>
    public double SamplingSeconds { get; init; }

    /// <summary>Circuits that a training step runs forward and backward.</summary>
    public long CircuitsPerStep { get; init; }

    /// <summary>What measuring circuits costs; null where they are read exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeasurementCost? Measurement { get; init; }

    /// <summary>What is trained before, where weights are transferred; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Estimate? Source { get; init; }

    /// <summary>The classical control of a transfer; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Estimate? Control { get; init; }

    /// <summary>Memory of the process after the measurement.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Seconds of a step of which one is enough, and after which no other long one is begun.</summary>
    const double LongStep = 10, Patience = 60;

    /// <summary>
    /// Times training steps and network passes on the experiment's own images, or on random ones.
    /// </summary>
    /// <param name="images">The images, or null if only their <paramref name="count"/> is known.</param>
    /// <param name="image">Shape of the random ones, channels first; the model's first published one by default.</param>
    public static Estimate Measure(ResolvedExperiment experiment, ImageSet? images, int? count = null, Shape? image = null,
        double seconds = 5)
    {
        (ExperimentConfig config, Catalog catalog) = (experiment.Config, experiment.Catalog);
        Network network = config.BuildNetwork(images?.Shape ?? image
            ?? catalog.Networks[config.Model.Name].Images[0], catalog);
        ImageSet set = images ?? Random(network);
        var state = new TrainingState(network, config.Training.Seed);
        var workers = new TileWorkers(config.Training.Threads);
        Objective objective = config.Diffusion.ToObjective(catalog);
        var trainer = new Trainer(state, objective, set, config.Training.ToOptions(catalog) with { Workers = workers });

        List<double> times = StepTimes(trainer, seconds);
        double stepSeconds = times[times.Count / 2];
        Sampler sampler = config.Sampling.ToSampler(catalog, objective.Schedule);
        TimestepTable table = sampler.Table(objective.Schedule);
        int passes = PassesOf(sampler, config.Sampling.ToGuidance(), table);
        double pass = SecondsOfAPass(config.Sampling, sampler.Clip, state, objective, workers);
        // Its own pass, for more tiles keep more threads busy.
        double calibration = config.Sampling.Calibration is > 0 and var each
            ? CalibrationPasses(config, network.Classes, images, table.Count)
                * SecondsOfAPass(config.Sampling with { Count = each }, sampler.Clip, state, objective, workers) : 0;
        var watch = Stopwatch.StartNew();
        Audit.Run(network, seed: config.Training.Seed, timesteps: config.Diffusion.Steps);
        double audit = watch.Elapsed.TotalSeconds;

        int number = images?.Count ?? count ?? set.Count;
        double perEpoch = (double)number / config.Training.Batch;
        int networks = NetworksOf(config, images);
        // A length in epochs is divided among the classes as the images are.
        long steps = (long)config.Training.StepsFor(number) * (config.Training.Epochs is null ? networks : 1);
        return new()
        {
            Threads = workers.Threads,
            Parameters = network.Parameters.Scalars,
            MeasuredSteps = times.Count,
            StepSeconds = stepSeconds,
            Images = number,
            StepsPerEpoch = perEpoch,
            EpochSeconds = perEpoch * stepSeconds,
            Networks = networks,
            Steps = steps,
            TrainingSeconds = steps * stepSeconds,
            AuditSeconds = networks * audit,
            SampleSeconds = networks * TrainingForecast.SamplesAndCheckpoints(config, number / networks, pass),
            NetworkPasses = passes,
            SamplingSeconds = calibration
                + pass * passes * TileWorkers.TilesOf(config.Sampling.Count) * (double)Tensor.Samples,
            CircuitsPerStep = (long)network.CircuitRuns * config.Training.Batch,
            Measurement = config.Training.CostFor(network, number),
            MemoryBytes = Process.GetCurrentProcess().WorkingSet64,
        };
    }

    /// <summary>Networks that are trained: one, or one for each class that the images have or, without them, that is
    /// named.</summary>
    internal static int NetworksOf(ExperimentConfig config, ImageSet? images) =>
        config.Data.EachClass ? ClassesOf(config, images, otherwise: 1) : 1;

    static int ClassesOf(ExperimentConfig config, ImageSet? images, int otherwise) =>
        images is { HasLabels: true } ? images.Labels.ToArray().Distinct().Count()
            : config.Data.Classes.Count > 0 ? config.Data.Classes.Count : otherwise;

    /// <summary>Network passes of a sample. A second estimate is made where a step leads to, so at all timesteps but the
    /// first.</summary>
    static int PassesOf(Sampler sampler, Guidance guidance, TimestepTable table) =>
        sampler.CallsPerStep * guidance.Passes(table) - (sampler.CallsPerStep - 1) * guidance.Passes(new(table[0]));

    /// <summary>Passes of one sample that take as long as the calibration before a sampling run; 0 without one.</summary>
    /// <param name="classes">Those that the network takes; 0 for none.</param>
    internal static long CalibrationPasses(ExperimentConfig config, int classes, ImageSet? images, int timesteps)
    {
        int labels = classes == 0 ? NetworksOf(config, images) : config.Sampling.Guidance switch
        {
            0 => 1,
            1 => ClassesOf(config, images, classes),
            _ => ClassesOf(config, images, classes) + 1,
        };
        return (long)labels * timesteps * TileWorkers.TilesOf(config.Sampling.Calibration) * Tensor.Samples;
    }

    /// <summary>Seconds of training steps after a warm-up, in ascending order.</summary>
    static List<double> StepTimes(Trainer trainer, double seconds)
    {
        var times = new List<double>();
        var watch = Stopwatch.StartNew();
        foreach (TrainingStep step in trainer.Run())
        {
            // The first steps compile the kernels and grow the memory.
            // With measured circuits a step may take minutes, and compiling is nothing beside it.
            bool isLong = step.Seconds > LongStep;
            if (step.Number > 3 || isLong) times.Add(step.Seconds);
            if (times.Count >= 5 && (watch.Elapsed.TotalSeconds > seconds || times.Count >= 50)) break;
            if (isLong && watch.Elapsed.TotalSeconds > Patience) break;
        }

        times.Sort();
        return times;
    }

    /// <summary>Seconds of a pass for one sample: from a few sampler steps of each tile that a round of all threads has, at the
    /// batch size of sampling.</summary>
    static double SecondsOfAPass(SamplingConfig sampling, bool clip, TrainingState state, Objective objective,
        TileWorkers workers)
    {
        int samples = Math.Min((int)Math.Min(int.MaxValue, (long)TileWorkers.TilesOf(sampling.Count) * Tensor.Samples),
            Tensor.Samples * workers.Threads);
        var few = new DdimSampler { Steps = Math.Min(4, objective.Schedule.Steps), Clip = clip };
        // At all timesteps, of which these few are no fair choice.
        var guidance = new Guidance(sampling.Guidance, sampling.Rescale);
        var generator = new SampleGenerator(state.Network, objective.Schedule, objective.Prediction, few)
        {
            Workers = workers,
            Guidance = guidance,
        };
        // The first compiles the kernels.
        Draw();
        var watch = Stopwatch.StartNew();
        Draw();
        return watch.Elapsed.TotalSeconds / guidance.Passes(few.Table(objective.Schedule)) / samples;

        void Draw() => generator.Generate(state.Average, seed: 0, samples,
            labels: i => (int)(i % Math.Max(1, state.Network.Classes)));
    }

    static ImageSet Random(Network network)
    {
        const int images = 256;
        var pixels = new byte[images * network.Image.Count];
        new RandomStream(0, "estimate").NextBytes(pixels);
        int[]? labels = network.Classes > 0 ? [.. Enumerable.Range(0, images).Select(i => i % network.Classes)] : null;
        return new("random", network.Image, pixels, labels);
    }
}
