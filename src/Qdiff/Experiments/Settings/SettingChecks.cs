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
            Setting setting = ExperimentSettings.Find("model." + size)!;
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
        Require(diffusion.Gamma is null || diffusion.Weighting != "uniform", ["diffusion.gamma"],
            "diffusion.gamma belongs to the weightings p2 and min-snr, not to uniform; leave it out.");
        Require(diffusion.Gamma != 0 || diffusion.Weighting != "min-snr", ["diffusion.gamma"],
            "diffusion.gamma is 0; min-snr needs a number above 0.");
        Require(diffusion.K is null || diffusion.Weighting == "p2", ["diffusion.k"],
            $"diffusion.k belongs to the weighting p2, not to {diffusion.Weighting}; leave it out.");

        // Training and sampling.
        // With epochs the steps are known only when the images are; then they are checked again.
        Require(training.Epochs is not null || training.WarmUp < training.Steps, ["training.warmUp", "training.steps"],
            $"training.warmUp (={training.WarmUp}) must be below training.steps (={training.Steps}).");
        // The usual number of a sampler is cut to the schedule; only one that somebody chose can be too large.
        Require(!(sampling.Steps > diffusion.Steps), ["sampling.steps", "diffusion.steps"],
            $"sampling.steps (={sampling.Steps}) cannot exceed diffusion.steps (={diffusion.Steps}); 0 visits all.");
        Require(sampling.Eta == 0 || sampling.Sampler == "ddim", ["sampling.eta"],
            Invariant($"sampling.eta is {sampling.Eta}, but only ddim has one, not {sampling.Sampler}; leave it out."));

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
