using System.CommandLine;
using System.Globalization;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff estimate</c>: what an experiment will take in time and memory, from a few steps on random images.</summary>
static class EstimateVerb
{
    public static Command Create(Catalog catalog)
    {
        var config = new Option<string>("--config", "-c")
        { Description = "The experiment: a YAML file, or a name of 'qdiff config list'.", Required = true };
        var set = new Option<string[]>("--set") { Description = "Override a setting.", DefaultValueFactory = _ => [] };
        Option<string?> dataDir = CommonOptions.DataDir();
        LengthArguments length = new();
        var images = new Option<int?>("--images") { Description = "Number of training images, if the data are not at hand." };
        var estimate = new Command("estimate", "Measure a few steps and say what training and sampling will take.")
        { config, set, dataDir, images };
        length.AddTo(estimate);
        estimate.SetAction(parsed =>
        {
            bool quiet = parsed.GetValue<bool>(Tool.Quiet);
            ResolvedExperiment resolved = Configurations.Load(parsed.GetRequiredValue(config), catalog,
                parsed.GetValue(set));
            DataConfig data = resolved.Config.Data.In(parsed.GetValue(dataDir));
            int? number = parsed.GetValue(images);
            if (number is < 1) throw new InputException($"--images {number}: give a positive number.");
            if (number is not null && resolved.Config.Data is { EachClass: true, Classes.Count: 0 })
                throw new InputException($"--images {number}: of a network for each class the classes have to be known; name "
                    + "them with --set data.classes=[...].");
            Shape? assumed = number is null ? null : ModelVerb.ImageOf(resolved.Config, catalog, quiet);
            ImageSet? known = number is null ? ProgressLine.While("reading the images", quiet, () => data.Load(catalog)) : null;
            if (known is not null && !quiet) Print.Notes(known);
            ResolvedExperiment asked = length.Steps(parsed) is { } wanted
                // A network for each class has the images of its class.
                ? resolved.Lasting(wanted, (known?.Count ?? number) / Estimate.NetworksOf(resolved.Config, known),
                    withSource: IsTransfer(resolved))
                : length.Epochs(parsed, resolved);
            ExperimentConfig experiment = asked.Config;
            Estimate result = ProgressLine.While("measuring a few steps, the audit and samples", quiet, () => Measure(asked));
            if (parsed.GetValue<bool>(Tool.Json))
            {
                Print.Json(result);
                return 0;
            }

            string audit = Time(result.AuditSeconds);
            string of = result.Networks == 1 ? "" : FormattableString.Invariant($" of {result.Networks} networks, one a class");
            string passes = string.Create(CultureInfo.InvariantCulture,
                $"{experiment.Sampling.Sampler}, {result.NetworkPasses:N0} network passes a sample")
                + (experiment.Sampling.Calibration == 0 ? "" : ", with calibration");
            Print.Line(string.Create(CultureInfo.InvariantCulture, $"""
                {experiment.Model.Name}, batch {experiment.Training.Batch}, {result.Threads} threads
                a training step     {result.StepSeconds:F3} s  (median of {result.MeasuredSteps})
                an epoch            {Time(result.EpochSeconds)}  ({result.StepsPerEpoch:F1} steps of {result.Images:N0} images)
                the whole training  {Time(result.TotalSeconds)}  ({result.Steps:N0} steps{of})
                  of that           steps {Time(result.TrainingSeconds)}, samples and checkpoints {Time(result.SampleSeconds)},
                  audit {audit}
                {experiment.Sampling.Count:N0} samples          {Time(result.SamplingSeconds)}  ({passes})
                circuits run        {result.CircuitsPerStep:N0} a step
                memory              {result.MemoryBytes / 1e6:F0} MB
                """));
            if (result is { Source: { } source, Control: { } control })
                Print.Line(string.Create(CultureInfo.InvariantCulture, $"""
                    'qdiff transfer' trains besides, with {experiment.Transfer.SourceModel}
                      the source        {Time(source.TotalSeconds)}  ({source.Steps:N0} steps)
                      the control       {Time(control.TotalSeconds)}  ({control.Steps:N0} steps)
                    in all              {Time(source.TotalSeconds + result.TotalSeconds + control.TotalSeconds)}
                    """));
            if (result.Measurement is { } cost) Print.Line(cost.ToString());
            return 0;

            Estimate Measure(ResolvedExperiment whole)
            {
                Estimate own = Estimate.Measure(whole, known, number, assumed);
                return !IsTransfer(whole) ? own : own with
                {
                    Source = Estimate.Measure(whole.TransferSource()!, known, number, assumed),
                    Control = Estimate.Measure(whole.OfSourceModel("transfer.freeze=[]"), known, number, assumed),
                };
            }

            static string Time(double seconds) => ProgressLine.Short(TimeSpan.FromSeconds(seconds));
        });
        return estimate;
    }

    static bool IsTransfer(ResolvedExperiment experiment) =>
        experiment.Config.Transfer is { Source: not null, SourceSteps: >= 1 };
}
