using System.CommandLine;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff audit MODEL|RUN|CONFIG|--pretrained NAME</c>: which parameters can change the output at all, and why the others
/// cannot.
/// </summary>
static class AuditVerb
{
    public static Command Create(Catalog catalog)
    {
        var source = new RunArguments(catalog, "target", "A name of 'qdiff model list', 'qdiff circuit list' or 'qdiff config "
            + "list', an experiment (YAML), an OpenQASM file, or a run folder.");
        Option<string> wiring = CircuitSelection.WiringOption(catalog);
        var seed = new Option<long>("--seed")
        { Description = "Seed of the random data and weights.", DefaultValueFactory = _ => 1 };
        Option<string?> readOut = CircuitSelection.ReadOutOption();
        var step = new Option<long?>("--step") { Description = "The checkpoint of this step of a run; the latest by default." };
        var allowEarlier = new Option<bool>("--allow-earlier")
        { Description = "Take an earlier checkpoint of the run if the latest is damaged or was changed." };
        var audit = new Command("audit", "Find parameters, inputs and circuits that cannot act on the output.")
        { wiring, seed, readOut, step, allowEarlier };
        source.AddTo(audit);
        audit.SetAction(parsed =>
        {
            if (source.Path(parsed) is not { } name) return OfRun(source.Open(parsed)[0].Run);
            if (CircuitSelection.IsCircuit(name, catalog))
            {
                Refuse("a circuit's audit counts, draws nothing and has no checkpoints", seed, step, allowEarlier);
                return OfCircuit(
                    CircuitSelection.Read(name, parsed.GetValue(wiring)!, catalog, parsed.GetValue<bool>(Tool.Quiet)),
                    parsed.GetValue(readOut), parsed.GetValue<bool>(Tool.Json));
            }

            bool isModel = catalog.Networks.Contains(name);
            AuditReport report;
            if (!isModel && Directory.Exists(name)) return OfRun(source.Open(parsed)[0].Run);
            Refuse("a network that was not trained has the read-outs that it has and no checkpoints", readOut, step,
                allowEarlier);
            if (!isModel && Configurations.IsNamed(name))
            {
                ExperimentConfig config = Configurations.Load(name, catalog).Config;
                // A wiring that was asked for wins over the configuration's; the data need not be there.
                if (parsed.GetResult(wiring) is { Implicit: false })
                    config = config with { Model = config.Model with { Wiring = parsed.GetValue(wiring)! } };
                Shape image = ModelVerb.ImageOf(config, catalog, parsed.GetValue<bool>(Tool.Quiet));
                report = Watched(() => Audit.Run(config.BuildNetwork(image, catalog), seed: parsed.GetValue(seed),
                    timesteps: config.Diffusion.Steps));
            }
            else report = Watched(() => Audit.Run(ModelVerb.Published(name, parsed.GetValue(wiring)!, catalog),
                seed: parsed.GetValue(seed)));
            return Told(report);

            // Networks for each class differ in their weights alone, and all of them are of one design.
            int OfRun(RunFolder folder)
            {
                Refuse("what was trained has the wiring and the read-outs that it has", wiring, readOut);
                TrainedRun trained = TrainedRun.Open(folder, parsed.GetValue(step), raw: !folder.IsPretrained, Print.Warning,
                    parsed.GetValue(allowEarlier));
                return Told(Watched(() => Audit.Run(trained.Network, trained.Weights, parsed.GetValue(seed),
                    trained.Schedule.Steps)));
            }

            void Refuse(string why, params Option[] options)
            {
                foreach (Option option in options)
                    if (parsed.GetResult(option) is { Implicit: false })
                        throw new InputException($"{option.Name} does nothing here: {why}.");
            }

            int Told(AuditReport found)
            {
                Print.Line(parsed.GetValue<bool>(Tool.Json) ? found.ToJson() : found.ToText());
                return 0;
            }

            AuditReport Watched(Func<AuditReport> work) =>
                TrainVerb.Waiting("finding out which parameters can act", parsed.GetValue<bool>(Tool.Quiet), work);
        });
        return audit;
    }

    static int OfCircuit(QasmProgram program, string? readOut, bool json)
    {
        Circuit circuit = program.Circuit;
        IReadOnlyList<Observable>? readOuts = CircuitSelection.ReadOuts(readOut, circuit);
        CircuitDiagnosis diagnosis = CircuitSelection.Computed(circuit, () => new CircuitDiagnosis(circuit, readOuts));
        if (json)
        {
            Print.Json(new
            {
                Circuit = new
                {
                    circuit.Weights,
                    circuit.Inputs,
                    Dead = diagnosis.DeadWeights.Select(dead => dead.Index),
                    DeadInputs = diagnosis.DeadInputs.Select(dead => dead.Index),
                    diagnosis.Parts,
                    Reasons = Named(diagnosis.DeadWeights, program.WeightNames)
                        .Concat(Named(diagnosis.DeadInputs, program.InputNames))
                        .Select(dead => new { dead.Name, dead.Parameter.Reasons }),
                },
            });
            return 0;
        }

        Print.Line($"weights {circuit.Weights}, of which {diagnosis.DeadWeights.Count} cannot act; inputs {circuit.Inputs}, "
            + $"of which "
            + $"{diagnosis.DeadInputs.Count} cannot act");
        Print.Line(diagnosis.Parts.Count == 1
            ? "all wires are joined"
            : $"falls into {diagnosis.Parts.Count} parts: "
                + $"{string.Join(" ", diagnosis.Parts.Select(p => $"{{{string.Join(",", p)}}}"))}");
        var dead = Named(diagnosis.DeadWeights, program.WeightNames).Concat(Named(diagnosis.DeadInputs, program.InputNames))
            .ToList();
        if (dead.Count > 0)
            Print.Table(["cannot act", "why"], dead.Select(d => new[] { d.Name, d.Parameter.Text }));
        return 0;

        static IEnumerable<(string Name, DeadParameter Parameter)> Named(
            IReadOnlyList<DeadParameter> dead, IReadOnlyList<string> names) => dead.Select(d => (names[d.Index], d));
    }
}
