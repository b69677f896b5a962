using System.CommandLine;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary><c>qdiff estimate</c>: what an experiment will take in time and memory, from a few steps on random images.</summary>
static class EstimateVerb
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c")
        { Description = "The experiment: a YAML file, or a name of 'qdiff config list'.", Required = true };
        var set = new Option<string[]>("--set") { Description = "Override a setting.", DefaultValueFactory = _ => [] };
        Option<string?> dataDir = DataVerb.DataDir();
        var images = new Option<int?>("--images") { Description = "Number of training images, if the data are not at hand." };
        var estimate = new Command("estimate", "Measure a few steps and say what training and sampling will take.")
        { config, set, dataDir, images };
        estimate.SetAction(parsed =>
        {
            ExperimentConfig experiment = Configurations.Load(parsed.GetRequiredValue(config), parsed.GetValue(set)).Config;
            DataConfig data = parsed.GetValue(dataDir) is { } folder ? experiment.Data with { Folder = folder } : experiment.Data;
            if (parsed.GetValue(images) is < 1)
                throw new InputException($"--images {parsed.GetValue(images)}: give a positive number.");
            ImageSet? known = null;
            if (parsed.GetValue(images) is null) known = data.Load();
            if (known is not null && !parsed.GetValue(Tool.Quiet)) Print.Notes(known);
            Estimate result = Estimate.Measure(experiment, known, parsed.GetValue(images));
            if (parsed.GetValue(Tool.Json))
            {
                Print.Json(result);
                return 0;
            }

            Print.Line(string.Create(CultureInfo.InvariantCulture, $"""
                {experiment.Model.Name}, batch {experiment.Training.Batch}, {result.Threads} threads
                a training step     {result.StepSeconds:F3} s  (median of {result.MeasuredSteps})
                an epoch            {ProgressLine.Short(TimeSpan.FromSeconds(result.EpochSeconds))}  ({result.StepsPerEpoch:F1} steps of {result.Images:N0} images)
                the whole training  {ProgressLine.Short(TimeSpan.FromSeconds(result.TrainingSeconds))}  ({result.Steps:N0} steps)
                {experiment.Sampling.Count:N0} samples          {ProgressLine.Short(TimeSpan.FromSeconds(result.SamplingSeconds))}  ({experiment.Sampling.Sampler}, {result.NetworkPasses:N0} network passes a sample)
                circuits run        {result.CircuitsPerStep:N0} a step
                memory              {result.MemoryBytes / 1e6:F0} MB
                """));
            return 0;
        });
        return estimate;
    }
}
