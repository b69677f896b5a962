using System.CommandLine;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary><c>qdiff audit MODEL|RUN</c>: which parameters can change the output at all, and why the others cannot.</summary>
static class AuditVerb
{
    public static Command Create()
    {
        var target = new Argument<string>("target") { Description = "A name of 'qdiff model list', or a run folder." };
        Option<Wiring> wiring = ModelVerb.WiringOption();
        var seed = new Option<long>("--seed")
        { Description = "Seed of the random data and weights.", DefaultValueFactory = _ => 1 };
        var audit = new Command("audit", "Find parameters, inputs and circuits that cannot act on the output.")
        { target, wiring, seed };
        audit.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(target);
            AuditReport report;
            if (Directory.Exists(name))
            {
                TrainedRun trained = TrainedRun.Open(RunFolder.Open(name), raw: true);
                report = Audit.Of(trained.Network, trained.Weights, parsed.GetValue(seed));
            }
            else report = Audit.Of(PublishedModels.Named(name).Build(parsed.GetValue(wiring)), seed: parsed.GetValue(seed));
            Print.Line(parsed.GetValue(Tool.Json) ? report.ToJson() : report.ToText());
            return 0;
        });
        return audit;
    }
}
