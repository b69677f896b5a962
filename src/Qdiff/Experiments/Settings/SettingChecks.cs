namespace Qdiff;

/// <summary>What no setting can tell alone: whether they go together.</summary>
static class SettingChecks
{
    public static void Check(ResolvedExperiment experiment)
    {
        (ModelConfig model, DiffusionConfig diffusion, TrainingConfig training, SamplingConfig sampling) =
            (experiment.Config.Model, experiment.Config.Diffusion, experiment.Config.Training, experiment.Config.Sampling);

        // The U-Net's sizes.
        foreach (string size in (string[])["classes", "dimension", "multipliers", "groups", "heads", "headFeatures"])
        {
            Setting setting = experiment.Settings.Find("model." + size)!;
            Require(model.Name == ModelConfig.Adjustable || setting.Show(experiment.Config) == "null", [setting.Path],
                $"only the sizes of the model '{ModelConfig.Adjustable}' can be changed, not those of '{model.Name}'; leave "
                    + $"{setting.Path} out.");
        }

        var published = new UNet();
        int dimension = model.Dimension ?? published.Dimension, groups = model.Groups ?? 1;
        Require(dimension % 2 == 0, ["model.dimension"],
            $"model.dimension is {dimension}; the timestep's sines and cosines need an even number.");
        Require(dimension % groups == 0, ["model.groups", "model.dimension"],
            $"model.dimension (={dimension}) must be divisible by model.groups (={groups}); for example groups "
                + $"{LargestDivisor(dimension, groups)}.");

        Require(training.LabelDropout == 0 || model.Classes is not null || ConditionalModel(model), ["training.labelDropout"],
            $"training.labelDropout needs a model that takes class labels, not '{model.Name}'; leave it out.");
        Require(sampling.Guidance == 1 || training.LabelDropout > 0, ["sampling.guidance"],
            Invariant(
                $"sampling.guidance (={sampling.Guidance}) needs a network trained without labels too; set training.labelDropout, ")
                + $"for "
                + "example 0.1.");

        // Noise and loss.
        Require(!diffusion.ZeroTerminalSnr || diffusion.Prediction != "epsilon",
            ["diffusion.zeroTerminalSnr", "diffusion.prediction"],
            "with diffusion.zeroTerminalSnr the last timestep is pure noise, where epsilon says nothing of the image; set "
                + "diffusion.prediction to v or x0.");
        Require(!diffusion.ZeroTerminalSnr || diffusion.Steps >= 2, ["diffusion.steps"],
            "diffusion.zeroTerminalSnr needs at least 2 diffusion.steps.");
        RequireOwn("diffusion.", experiment.Catalog.Weightings, diffusion.Weighting, diffusion.OfWeighting);

        // Training and sampling.
        // With epochs the steps are known only when the images are; then they are checked again.
        Require(training.Epochs is not null || training.WarmUp < training.Steps, ["training.warmUp", "training.steps"],
            $"training.warmUp (={training.WarmUp}) must be below training.steps (={training.Steps}).");
        // The usual number of a sampler is cut to the schedule; only one that somebody chose can be too large.
        Require(!(sampling.Steps > diffusion.Steps), ["sampling.steps", "diffusion.steps"],
            $"sampling.steps (={sampling.Steps}) cannot exceed diffusion.steps (={diffusion.Steps}); 0 visits all.");
        RequireOwn("sampling.", experiment.Catalog.Samplers, sampling.Sampler, sampling.OfSampler);

        // What was given for a part must be a setting of that part. A 0 that is usual says nothing: earlier versions wrote eta: 0
        // of every sampler.
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

        // The value that somebody gave is to blame, the first of them in the order of the list.
        void Require(bool good, string[] paths, string message)
        {
            if (good) return;
            SettingOrigin origin = paths.Select(experiment.OriginOf).FirstOrDefault(o => !o.IsDefault);
            throw new InputException(origin.IsDefault ? message : $"{origin}: {message}");
        }
    }

    static bool ConditionalModel(ModelConfig model) =>
        PublishedModels.Named(model.Name).Design(model.Wiring, null) is UNet { Classes: > 0 };

    static int LargestDivisor(int number, int limit)
    {
        int divisor = Math.Min(number, limit);
        while (number % divisor != 0) divisor--;
        return divisor;
    }
}
