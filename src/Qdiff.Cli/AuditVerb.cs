using System.CommandLine;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff audit MODEL|RUN|CONFIG</c>: which parameters can change the output at all, and why the others cannot.
/// </summary>
static class AuditVerb
{
    public static Command Create()
    {
        var target = new Argument<string>("target")
        { Description = "A name of 'qdiff model list' or 'qdiff config list', an experiment (YAML), or a run folder." };
        Option<Wiring> wiring = ModelVerb.WiringOption();
        var seed = new Option<long>("--seed")
        { Description = "Seed of the random data and weights.", DefaultValueFactory = _ => 1 };
        var audit = new Command("audit", "Find parameters, inputs and circuits that cannot act on the output.")
        { target, wiring, seed };
        audit.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(target);
            bool isModel = PublishedModels.All.Any(model => model.Name == name);
            AuditReport report;
            if (!isModel && Directory.Exists(name))
            {
                TrainedRun trained = TrainedRun.Open(RunFolder.Open(name), raw: true);
                report = Audit.Of(trained.Network, trained.Weights, parsed.GetValue(seed));
            }
            else if (!isModel && Configurations.IsNamed(name))
            {
                ExperimentConfig config = Configurations.Load(name).Config;
                // A wiring that was asked for wins over the configuration's; the data need not be there.
                if (parsed.GetResult(wiring) is { Implicit: false })
                    config = config with { Model = config.Model with { Wiring = parsed.GetValue(wiring) } };
                report = Audit.Of(config.BuildNetwork(ImageOf(config)), seed: parsed.GetValue(seed));
            }
            else report = Audit.Of(PublishedModels.Named(name).Build(parsed.GetValue(wiring)), seed: parsed.GetValue(seed));
            Print.Line(parsed.GetValue(Tool.Json) ? report.ToJson() : report.ToText());
            return 0;
        });
        return audit;
    }

    /// <summary>The model's published images, in the size that the configuration scales or cuts to.</summary>
    static Shape ImageOf(ExperimentConfig config)
    {
        Shape published = PublishedModels.Named(config.Model.Name).Build(config.Model.Wiring).Image;
        return (config.Data.Size ?? config.Data.Crop) is { } side ? [published[0], side, side] : published;
    }
}
