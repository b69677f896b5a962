namespace Qdiff;

/// <summary>What no setting can tell alone: whether they go together.</summary>
sealed class SettingChecks
{
    /// <summary>The settings of a circuit, one of which is to blame where it does not fit its place.</summary>
    static readonly string[] s_sizes = ["patch", "qubits", "readout", "remainder.qubits", "remainder.readout",
        "remainder.circuit", "encoding", "circuit"];

    readonly ResolvedExperiment experiment;
    readonly ModelConfig model;
    readonly DiffusionConfig diffusion;
    readonly TrainingConfig training;
    readonly SamplingConfig sampling;

    SettingChecks(ResolvedExperiment experiment)
    {
        this.experiment = experiment;
        ExperimentConfig config = experiment.Config;
        (model, diffusion, training, sampling) = (config.Model, config.Diffusion, config.Training, config.Sampling);
    }

    /// <summary>Refuses an experiment whose settings do not go together.</summary>
    /// <exception cref="InputException">Two do not; the message begins with where one of them was given.</exception>
    public static void Check(ResolvedExperiment experiment) => new SettingChecks(experiment).CheckAll();

    void CheckAll()
    {
        NamedNetwork network = experiment.Catalog.Networks[model.Name];
        CheckNetwork(network);
        ModelConfig settled = network.Settled(model);
        CheckSizes(settled);
        CheckCircuits(settled);
        CheckLabels(network, settled);
        CheckDiffusion();
        CheckTrainingAndSampling();
    }

    /// <summary>Wiring and settings are the network's own.</summary>
    void CheckNetwork(NamedNetwork network)
    {
        Require(network.Wirings.Contains(model.Wiring), ["model.wiring", "model.name"],
            $"the model '{model.Name}' has no wiring '{model.Wiring}'; it must be {string.Join(" or ", network.Wirings)}.");
        foreach (Setting setting in experiment.Settings.All.Where(s =>
            s.Path.StartsWith(ModelSettings.Prefix, StringComparison.Ordinal)))
        {
            string key = setting.Path[ModelSettings.Prefix.Length..];
            Require(key is "name" or "wiring" or "control" || network.Takes(key) || setting.Show(experiment.Config) == "null",
                [setting.Path], $"the model '{model.Name}' has no setting {setting.Path}; leave it out.");
        }
    }

    void CheckSizes(ModelConfig settled)
    {
        if (settled.Dimension is { } dimension)
            Require(dimension % 2 == 0, ["model.dimension"],
                $"model.dimension is {dimension}; the timestep's sines and cosines need an even number.");
        int channels = settled.Dimension ?? new UNet().Dimension, groups = settled.Groups ?? 1;
        Require(channels % groups == 0, ["model.groups", "model.dimension"],
            $"model.dimension (={channels}) must be divisible by model.groups (={groups}); for example groups "
                + $"{LargestDivisor(channels, groups)}.");
        int levels = (settled.Multipliers ?? new UNet().Multipliers).Count;
        Require(!(settled.Quanvolution.Level >= levels), ["model.quanvolution.level", "model.multipliers"],
            $"model.quanvolution.level is {settled.Quanvolution.Level}, but the network has levels 0 to {levels - 1}.");
    }

    void CheckCircuits(ModelConfig settled)
    {
        CheckCircuit("model.vertex.", settled.Vertex, () => settled.Vertex.ToBlock(experiment.Catalog)?.RequireWholeChannels());
        CheckCircuit("model.vertex.remainder.", settled.Vertex.Remainder, () => { });
        CheckCircuit("model.quanvolution.", settled.Quanvolution,
            () => settled.Quanvolution.ToBlock(experiment.Catalog)?.RequireWholeChannels());
        CheckCircuit("model.quanvolution.remainder.", settled.Quanvolution.Remainder, () => { });
        CheckCircuit("model.gate.", settled.Gate, () => settled.Gate.ToGate(experiment.Catalog)?.Validate());
    }

    void CheckCircuit(string prefix, CircuitConfig circuit, Action build)
    {
        if (!circuit.IsPresent)
        {
            Setting? alone = experiment.Settings.All.FirstOrDefault(s => s.Path.StartsWith(prefix, StringComparison.Ordinal)
                && s.Path != prefix + "circuit" && s.Show(experiment.Config) != "null");
            Require(alone is null, [alone?.Path ?? ""], $"{alone?.Path} is given, but there is no circuit; set {prefix}circuit.");
            return;
        }

        try
        {
            build();
        }
        catch (CircuitConfigException e)
        {
            Require(false, [prefix + e.Setting, prefix + "circuit", "model.name"], $"{prefix}{e.Setting}: {Reason(e)}");
        }
        catch (ArgumentException e)
        {
            Require(false, [.. s_sizes.Select(setting => prefix + setting), "model.name"], $"{prefix}circuit: {Reason(e)}");
        }
    }

    void CheckLabels(NamedNetwork network, ModelConfig settled)
    {
        Require(training.LabelDropout == 0 || !network.Takes("classes") && network.Settings.Count == 0 || settled.Classes > 0,
            ["training.labelDropout"],
            $"training.labelDropout needs a model that takes class labels, not '{model.Name}'; leave it out.");
        Require(sampling.Guidance == 1 || training.LabelDropout > 0, ["sampling.guidance"],
            Invariant($"sampling.guidance (={sampling.Guidance}) needs a network trained without labels too; ")
            + "set training.labelDropout, for example 0.1.");
    }

    void CheckDiffusion()
    {
        Require(!diffusion.ZeroTerminalSnr || diffusion.Prediction != "epsilon",
            ["diffusion.zeroTerminalSnr", "diffusion.prediction"],
            "with diffusion.zeroTerminalSnr the last timestep is pure noise, where epsilon says nothing of the image; set "
                + "diffusion.prediction to v or x0.");
        Require(!diffusion.ZeroTerminalSnr || diffusion.Steps >= 2, ["diffusion.steps"],
            "diffusion.zeroTerminalSnr needs at least 2 diffusion.steps.");
        RequireOwn("diffusion.", experiment.Catalog.Weightings, diffusion.Weighting, diffusion.OfWeighting);
    }

    void CheckTrainingAndSampling()
    {
        // With epochs the steps are known only when the images are; then they are checked again.
        Require(training.Epochs is not null || training.WarmUp < training.Steps, ["training.warmUp", "training.steps"],
            $"training.warmUp (={training.WarmUp}) must be below training.steps (={training.Steps}).");
        // The usual number of a sampler is cut to the schedule; only one that somebody chose can be too large.
        Require(!(sampling.Steps > diffusion.Steps), ["sampling.steps", "diffusion.steps"],
            $"sampling.steps (={sampling.Steps}) cannot exceed diffusion.steps (={diffusion.Steps}); 0 visits all.");
        RequireOwn("sampling.", experiment.Catalog.Samplers, sampling.Sampler, sampling.OfSampler);
        Require(sampling.Clip || sampling.Threshold is null, ["sampling.threshold", "sampling.clip"],
            "sampling.threshold says how estimates are clipped, and sampling.clip is false; leave one of them out.");
        Require(!(sampling.GuidanceFrom > sampling.GuidanceTo), ["sampling.guidanceFrom", "sampling.guidanceTo"],
            $"sampling.guidanceFrom (={sampling.GuidanceFrom}) must not be above sampling.guidanceTo (={sampling.GuidanceTo}).");
        Require(sampling.GuidanceFrom < diffusion.Steps, ["sampling.guidanceFrom", "diffusion.steps"],
            $"sampling.guidanceFrom (={sampling.GuidanceFrom}) must be below diffusion.steps (={diffusion.Steps}): timesteps "
                + "count from 0.");
    }

    /// <summary>What was given for a part must be a setting of that part. A 0 that is usual says nothing: earlier versions wrote
    /// eta: 0 of every sampler.</summary>
    void RequireOwn<TPart>(string prefix, Parts<TPart> parts, string chosen, OwnSettings own)
        where TPart : IConfigurable<TPart>
    {
        foreach ((string key, double value) in own)
        {
            string path = prefix + key;
            if (parts[chosen].Settings.FirstOrDefault(setting => setting.Name == key) is { } setting)
            {
                Require(setting.Allows(value), [path],
                    Invariant($"{path} is {value}; {chosen} needs {setting.Type.Expected}."));
                continue;
            }

            TPart[] owners = [.. parts.Where(part => part.Settings.Any(s => s.Name == key))];
            Require(value == 0 && owners.Any(owner => owner.Settings.First(s => s.Name == key).Read(owner) == 0), [path],
                Invariant($"{path} is {value}, but it belongs to the {TPart.Kind}{(owners.Length > 1 ? "s" : "")} ")
                    + $"{string.Join(" and ", owners.Select(owner => owner.Name))}, not to {chosen}; leave it out.");
        }
    }

    /// <summary>The value that somebody gave is to blame, the first of them in the order of the list.</summary>
    void Require(bool good, string[] paths, string message)
    {
        if (good) return;
        SettingOrigin origin = paths.Select(experiment.OriginOf).FirstOrDefault(o => !o.IsDefault);
        throw new InputException(origin.IsDefault ? message : $"{origin}: {message}");
    }

    static string Reason(ArgumentException e) => InputException.Because("", e).Message[2..];

    static int LargestDivisor(int number, int limit)
    {
        int divisor = Math.Min(number, limit);
        while (number % divisor != 0) divisor--;
        return divisor;
    }
}
