using Qdiff.Quantum;
using static Qdiff.SettingType;

namespace Qdiff;

/// <summary>
/// The table of all settings of experiments with the parts of one <see cref="Catalog"/>: name in files, meaning, allowed values,
/// and where the value stands. Reading, writing and whoever lists them all walk it, so a further setting is one
/// property and one row.
/// </summary>
public sealed class ExperimentSettings
{
    static readonly SettingGroup<ExperimentConfig> s_experiment = new("", c => c, (_, c) => c);
    static readonly SettingGroup<DataConfig> s_data = new("data.", c => c.Data, (c, data) => c with { Data = data });
    static readonly SettingGroup<DiffusionConfig> s_diffusion = new("diffusion.", c => c.Diffusion,
        (c, diffusion) => c with { Diffusion = diffusion });
    static readonly SettingGroup<TrainingConfig> s_training = new("training.", c => c.Training,
        (c, training) => c with { Training = training });
    static readonly SettingGroup<ExponentialAverage> s_ema = new("training.ema.", c => c.Training.Ema,
        (c, ema) => c with { Training = c.Training with { Ema = ema } });
    static readonly SettingGroup<TransferConfig> s_transfer = new("transfer.", c => c.Transfer,
        (c, transfer) => c with { Transfer = transfer });
    static readonly SettingGroup<SamplingConfig> s_sampling = new("sampling.", c => c.Sampling,
        (c, sampling) => c with { Sampling = sampling });
    static readonly SettingGroup<EvaluationConfig> s_evaluation = new("evaluation.", c => c.Evaluation,
        (c, evaluation) => c with { Evaluation = evaluation });

    /// <summary>Shots of one circuit run; more would take hours.</summary>
    const int MostShots = 10_000_000;

    /// <summary>Images that mean errors are measured on; more would tell nothing more.</summary>
    internal const int MostCalibrationImages = 1_000_000;

    readonly Dictionary<string, Setting> byPath;

    /// <summary>The settings of experiments that are made of the parts of a catalog.</summary>
    /// <exception cref="InputException">A name means two parts of the catalog, or a setting of a part is one that all
    /// have.</exception>
    public ExperimentSettings(Catalog catalog)
    {
        catalog.RequireDistinctNames();
        All = Table(catalog);
        byPath = new(StringComparer.Ordinal);
        foreach (Setting setting in All)
            if (!byPath.TryAdd(setting.Path, setting))
                throw new InputException($"A part of the catalog has a setting of its own that is called {setting.Path}, but "
                    + "there is such a setting already; give it another name.");
    }

    /// <summary>The setting that names a noise file.</summary>
    internal const string Noise = "training.noise";

    /// <summary>The settings that have circuits measured in training.</summary>
    internal static IReadOnlyList<string> Measurement { get; } = [Noise, "training.shots", "training.circuitGradient"];

    /// <summary>What an option <c>PATH=VALUE</c> is called in messages and as an origin.</summary>
    public string OptionName { get; init; } = "option";

    /// <summary>Every setting, in the order in which files are written.</summary>
    public IReadOnlyList<Setting> All { get; }

    static IReadOnlyList<Setting> Table(Catalog catalog) =>
    [
        s_experiment.Add("name", "the run folder is NAME-SEED", FolderName, c => c.Name, (c, v) => c with { Name = v }),

        s_data.Add("dataset", "a name of the catalog, or folder:PATH", Text, c => c.Dataset,
            (c, v) => c with { Dataset = v }),
        s_data.Add("folder", "where its files are; null for data/NAME", OptionalReference(Text), c => c.Folder,
            (c, v) => c with { Folder = v }),
        s_data.Add("split", "which part; null for the data set's first", Optional(Enumeration<Split>()), c => c.Split,
            (c, v) => c with { Split = v }),
        s_data.Add("classes", "only these, by name or number; [] for all", Names(), c => c.Classes,
            (c, v) => c with { Classes = v }),
        s_data.Add("eachClass", "a network for each class", Flag, c => c.EachClass, (c, v) => c with { EachClass = v }),
        s_data.Add("perClass", "images of each class; null for all", Optional(Integer(1)), c => c.PerClass,
            (c, v) => c with { PerClass = v }),
        s_data.Add("seed", "which images of a class are taken", Seed, c => c.Seed, (c, v) => c with { Seed = v }),
        s_data.Add("crop", "pixels a side of the middle that is cut out", Optional(Integer(1, DataConfig.LargestSide)),
            c => c.Crop, (c, v) => c with { Crop = v }),
        s_data.Add("size", "pixels a side after scaling", Optional(Integer(1, DataConfig.LargestSide)), c => c.Size,
            (c, v) => c with { Size = v }),
        s_data.Add("resampling", "how images are scaled", Choice(catalog.Resamplings.Names), c => c.Resampling,
            (c, v) => c with { Resampling = v }),
        s_data.Add("fit", "what becomes of images that are not square", Enumeration<Fitting>(), c => c.Fit,
            (c, v) => c with { Fit = v }),

        .. ModelSettings.Table(catalog),

        s_diffusion.Add("schedule", "noise schedule", Choice(catalog.Schedules.Names), c => c.Schedule,
            (c, v) => c with { Schedule = v }),
        s_diffusion.Add("steps", "timesteps T", Integer(1, 1_000_000), c => c.Steps, (c, v) => c with { Steps = v }),
        s_diffusion.Add("zeroTerminalSnr", "stretch the schedule to pure noise", Flag, c => c.ZeroTerminalSnr,
            (c, v) => c with { ZeroTerminalSnr = v }),
        s_diffusion.Add("prediction", "what the network is asked for", Choice(catalog.Predictions.Names),
            c => c.Prediction, (c, v) => c with { Prediction = v }),
        s_diffusion.Add("weighting", "how timesteps count in the loss", Choice(catalog.Weightings.Names), c => c.Weighting,
            (c, v) => c with { Weighting = v }),
        s_diffusion.Add("objective", "error that is minimised", Choice(catalog.Objectives.Names), c => c.Objective,
            (c, v) => c with { Objective = v }),
        .. s_diffusion.AddOwn(catalog.Weightings, c => c.OfWeighting, (c, own) => c with { OfWeighting = own }),

        s_training.Add("seed", "initial weights, data order, timesteps, noise", Seed, c => c.Seed, (c, v) => c with { Seed = v }),
        s_training.Add("batch", "images a step", Integer(1, 65_536), c => c.Batch, (c, v) => c with { Batch = v }),
        s_training.Add("steps", "length", Integer(1), c => c.Steps, (c, v) => c with { Steps = v }),
        s_training.Add("epochs", "length in passes over the images instead", Optional(Number(above: 0, max: 1e6)), c => c.Epochs,
            (c, v) => c with { Epochs = v }),
        s_training.Add("labelDropout", "share of samples trained without their label", Number(min: 0, below: 1),
            c => c.LabelDropout,
            (c, v) => c with { LabelDropout = v }),
        s_training.Add("shots", "measurements of each circuit run; null for exact", Optional(Integer(1, MostShots)), c => c.Shots,
            (c, v) => c with { Shots = v }) with
        { IsDetail = true },
        s_training.AddNoise("noise", "of the device that runs the circuits", c => c.Noise, (c, v) => c with { Noise = v }) with
        { IsDetail = true },
        s_training.Add("circuitGradient", "from measurements, by this rule; null for exact, with shots or noise parameter-shift",
            Optional(Enumeration<GradientRule>()), c => c.CircuitGradient, (c, v) => c with { CircuitGradient = v }) with
        { IsDetail = true },
        s_training.Add("learningRate", "Adam's η", Number(above: 0, max: 10), c => c.LearningRate,
            (c, v) => c with { LearningRate = v }),
        s_training.Add("learningRateSchedule", "how it changes", Choice(catalog.LearningRates.Names), c => c.LearningRateSchedule,
            (c, v) => c with { LearningRateSchedule = v }),
        s_training.Add("warmUp", "steps in which it rises", Integer(0), c => c.WarmUp, (c, v) => c with { WarmUp = v }),
        s_training.Add("optimiser", "what turns gradients into steps", Choice(catalog.Optimisers.Names), c => c.Optimiser,
            (c, v) => c with { Optimiser = v }),
        s_training.Add("beta1", "Adam's β₁", Number(min: 0, below: 1), c => c.Beta1, (c, v) => c with { Beta1 = v }),
        s_training.Add("beta2", "Adam's β₂", Number(min: 0, below: 1), c => c.Beta2, (c, v) => c with { Beta2 = v }),
        s_training.Add("epsilon", "Adam's ε", Number(min: 1e-30, max: 1), c => c.Epsilon, (c, v) => c with { Epsilon = v }),
        s_training.Add("clipNorm", "longest gradient; null for any", Optional(Number(above: 0)), c => c.ClipNorm,
            (c, v) => c with { ClipNorm = v }),
        s_ema.Add("copySteps", "steps in which the average is a copy", Integer(0), c => c.CopySteps,
            (c, v) => c with { CopySteps = v }),
        s_ema.Add("every", "steps between its updates", Integer(1), c => c.Every, (c, v) => c with { Every = v }),
        s_ema.Add("maxDecay", "its largest decay", Number(min: 0, max: 1), c => c.MaxDecay, (c, v) => c with { MaxDecay = v }),
        s_ema.Add("warmUpPower", "of the rise of its decay; 0 for none", Number(min: 0, max: 10), c => c.WarmUpPower,
            (c, v) => c with { WarmUpPower = v }),
        s_training.Add("checkpointEvery", "steps between checkpoints", Integer(1), c => c.CheckpointEvery,
            (c, v) => c with { CheckpointEvery = v }),
        s_training.Add("keepCheckpoints", "how many of the last are kept", Integer(1), c => c.KeepCheckpoints,
            (c, v) => c with { KeepCheckpoints = v }),
        s_training.Add("keepSteps", "steps whose checkpoints are kept besides", Integers(1, mayBeEmpty: true),
            c => c.KeepSteps, (c, v) => c with { KeepSteps = v }),
        s_training.Add("sampleEvery", "steps between sample sheets; 0 for none", Integer(0), c => c.SampleEvery,
            (c, v) => c with { SampleEvery = v }),
        s_training.Add("frameEvery", "steps between frames of progress.gif; null for about an epoch", Optional(Integer(0)),
            c => c.FrameEvery,
            (c, v) => c with { FrameEvery = v }),
        s_training.Add("logEvery", "steps between lines of the log", Integer(1), c => c.LogEvery,
            (c, v) => c with { LogEvery = v }),
        s_training.Add("threads", "0 for all; results do not depend on it", Integer(0, 1024), c => c.Threads,
            (c, v) => c with { Threads = v }),

        s_transfer.Add("from", "run folder that weights are copied from", OptionalReference(Text),
            c => c.From, (c, v) => c with { From = v }),
        s_transfer.Add("source", "name of the source run that is trained first", OptionalReference(FolderName),
            c => c.Source, (c, v) => c with { Source = v }),
        s_transfer.Add("sourceModel", "its model", Choice(catalog.Networks.Names),
            c => c.SourceModel, (c, v) => c with { SourceModel = v }),
        s_transfer.Add("sourceSteps", "its length", Integer(0), c => c.SourceSteps, (c, v) => c with { SourceSteps = v }),
        s_transfer.Add("copyAverage", "copy its average instead of its raw weights", Flag,
            c => c.CopyAverage, (c, v) => c with { CopyAverage = v }),
        s_transfer.Add("keepAverageCount", "go on with its average's count, as released", Flag,
            c => c.KeepAverageCount, (c, v) => c with { KeepAverageCount = v }),
        s_transfer.Add("continueDraws", "go on with its data order, timesteps and noise", Flag,
            c => c.ContinueDraws, (c, v) => c with { ContinueDraws = v }),
        s_transfer.Add("except", "names (their beginnings) that are not copied", Texts(), c => c.Except,
            (c, v) => c with { Except = v }),
        s_transfer.Add("freeze", "names (their beginnings) that are not trained", Texts(),
            c => c.Freeze, (c, v) => c with { Freeze = v }),

        s_sampling.Add("sampler", "how images are drawn", Choice(catalog.Samplers.Names), c => c.Sampler,
            (c, v) => c with { Sampler = v }),
        s_sampling.Add("steps", "timesteps visited; 0 for all, null for the usual", Optional(Integer(0, 1_000_000)),
            c => c.Steps, (c, v) => c with { Steps = v }),
        s_sampling.Add("spacing", "which timesteps; null for the usual", Optional(Enumeration<TimestepSpacing>()),
            c => c.Spacing, (c, v) => c with { Spacing = v }),
        .. s_sampling.AddOwn(catalog.Samplers, c => c.OfSampler, (c, own) => c with { OfSampler = own }),
        s_sampling.Add("count", "images to draw", Integer(1), c => c.Count, (c, v) => c with { Count = v }),
        s_sampling.Add("seed", "image i depends on it and i alone", Seed, c => c.Seed, (c, v) => c with { Seed = v }),
        s_sampling.Add("clip", "keep estimates within the range of pixels", Flag, c => c.Clip, (c, v) => c with { Clip = v }),
        s_sampling.Add("threshold", "quantile of a sample's size that clips instead of 1; null for none",
            Optional(Number(min: 0, max: 1)), c => c.Threshold, (c, v) => c with { Threshold = v }),
        s_sampling.Add("guidance", "scale of classifier-free guidance", Number(min: 0, max: 100), c => c.Guidance,
            (c, v) => c with { Guidance = v }),
        s_sampling.Add("rescale", "of guided samples to the usual deviation", Number(min: 0, max: 1), c => c.Rescale,
            (c, v) => c with { Rescale = v }),
        s_sampling.Add("guidanceFrom", "least noisy timestep that is guided", Integer(0, 1_000_000), c => c.GuidanceFrom,
            (c, v) => c with { GuidanceFrom = v }),
        s_sampling.Add("guidanceTo", "noisiest timestep that is guided; null for the last", Optional(Integer(0, 1_000_000)),
            c => c.GuidanceTo, (c, v) => c with { GuidanceTo = v }),
        s_sampling.Add("calibration", "images to measure mean errors on, which are taken off; 0 leaves them",
            Integer(0, MostCalibrationImages), c => c.Calibration, (c, v) => c with { Calibration = v }),
        s_sampling.Add("meanStart", "begin from the mean of the training images", Flag, c => c.MeanStart,
            (c, v) => c with { MeanStart = v }),

        s_evaluation.Add("preset", "features, metrics, reference", catalog.PresetNames is { } presets ? Choice(presets) : Text,
            c => c.Preset, (c, v) => c with { Preset = v }),
        s_evaluation.Add("samples", "to generate; null as the preset says", Optional(Integer(1)), c => c.Samples,
            (c, v) => c with { Samples = v }),
    ];

    /// <summary>
    /// The first setting in which a run that is there differs from what is wanted of it, or null. Of a length in epochs the steps
    /// are known only once a run has started, so they may differ.
    /// </summary>
    /// <param name="free">Settings that may differ.</param>
    internal Setting? Difference(ExperimentConfig there, ExperimentConfig wanted, Func<Setting, bool> free) =>
        All.FirstOrDefault(setting => !free(setting)
            && !(setting.Path == "training.steps" && there.Training.Epochs is not null)
            && setting.Key(there) != setting.Key(wanted));

    /// <summary>Whether a value that was recorded is the same as one of now: earlier versions wrote letters beyond ASCII, and
    /// some signs, as codes.</summary>
    internal bool AreOne(string path, string recorded, string now)
    {
        if (recorded == now || !recorded.Contains('\\') || Find(path) is not { Identity: null } setting) return recorded == now;
        try
        {
            return setting.Key(setting.Bind(new(), new SettingReader(this).ReadOption($"{path}={recorded}").Given)) == now;
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>The setting of this path, or null.</summary>
    public Setting? Find(string path) => byPath.GetValueOrDefault(path);
}
