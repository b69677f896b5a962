using System.CommandLine;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff audit MODEL|RUN|CONFIG|--pretrained NAME</c>: which parameters can change the output at all, and why the others
/// cannot.
/// </summary>
sealed class AuditVerb(Catalog catalog)
{
    readonly RunArguments source = new(catalog, "target", "A name of 'qdiff model list', 'qdiff circuit list' or 'qdiff config "
        + "list', an experiment (YAML), an OpenQASM file, or a run folder.");
    readonly Option<string> wiring = CircuitSelection.WiringOption(catalog);
    readonly Option<long> seed = new("--seed")
    { Description = "Seed of the random data and weights.", DefaultValueFactory = _ => 1 };
    readonly Option<string?> readOut = CircuitSelection.ReadOutOption();
    readonly Option<string?> step = WeightsArguments.StepOption();
    readonly Option<bool> allowEarlier = new("--allow-earlier")
    { Description = "Take an earlier checkpoint of the run if the latest is damaged or was changed." };

    public static Command Create(Catalog catalog)
    {
        var verb = new AuditVerb(catalog);
        var audit = new Command("audit", "Find parameters, inputs and circuits that cannot act on the output.")
        { verb.wiring, verb.seed, verb.readOut, verb.step, verb.allowEarlier };
        verb.source.AddTo(audit);
        audit.SetAction(verb.Run);
        return audit;
    }

    int Run(ParseResult parsed)
    {
        string? name = source.Path(parsed);
        if (name is not null && CircuitSelection.IsCircuit(name, catalog)) return TellCircuit(parsed, name);
        bool isModel = name is not null && catalog.Networks.Contains(name);
        // Networks for each class differ in their weights alone, and all of them are of one design.
        AuditReport report = name is null || !isModel && Directory.Exists(name) ? OfRun(parsed, source.Open(parsed)[0].Run)
            : OfUntrained(parsed, name, isModel);
        Print.Line(parsed.GetValue<bool>(Tool.Json) ? report.ToJson() : report.ToText());
        return 0;
    }

    AuditReport OfRun(ParseResult parsed, RunFolder folder)
    {
        Refuse(parsed, "what was trained has the wiring and the read-outs that it has", wiring, readOut);
        TrainedRun trained = TrainedRun.Open(folder, WeightsArguments.StepOf(parsed.GetValue(step), folder),
            raw: !folder.IsPretrained, Print.Warning, parsed.GetValue(allowEarlier));
        return Watched(parsed, () => Audit.Run(trained.Network, trained.Weights, parsed.GetValue(seed), trained.Schedule.Steps));
    }

    AuditReport OfUntrained(ParseResult parsed, string name, bool isModel)
    {
        Refuse(parsed, "a network that was not trained has the read-outs that it has and no checkpoints", readOut, step,
            allowEarlier);
        if (isModel || !Configurations.IsNamed(name))
            return Watched(parsed, () => Audit.Run(ModelVerb.Published(name, parsed.GetValue(wiring)!, catalog),
                seed: parsed.GetValue(seed)));
        ExperimentConfig config = Configurations.Load(name, catalog).Config;
        // A wiring that was asked for wins over the configuration's; the data need not be there.
        if (parsed.IsGiven(wiring))
            config = config with { Model = config.Model with { Wiring = parsed.GetValue(wiring)! } };
        Shape image = ModelVerb.ImageOf(config, catalog, parsed.GetValue<bool>(Tool.Quiet));
        return Watched(parsed, () => Audit.Run(config.BuildNetwork(image, catalog), seed: parsed.GetValue(seed),
            timesteps: config.Diffusion.Steps));
    }

    static AuditReport Watched(ParseResult parsed, Func<AuditReport> work) =>
        ProgressLine.While("finding out which parameters can act", parsed.GetValue<bool>(Tool.Quiet), work);

    static void Refuse(ParseResult parsed, string why, params Option[] options)
    {
        if (parsed.FirstGiven(options) is { } idle)
            throw new InputException($"{idle.Name} does nothing here: {why}.");
    }

    int TellCircuit(ParseResult parsed, string name)
    {
        Refuse(parsed, "a circuit's audit counts, draws nothing and has no checkpoints", seed, step, allowEarlier);
        QasmProgram program = CircuitSelection.Read(name, parsed.GetValue(wiring)!, catalog, parsed.GetValue<bool>(Tool.Quiet));
        Circuit circuit = program.Circuit;
        IReadOnlyList<Observable>? readOuts = CircuitSelection.ReadOuts(parsed.GetValue(readOut), circuit, program.Registers);
        CircuitDiagnosis diagnosis = CircuitSelection.Computed(circuit, () => new CircuitDiagnosis(circuit, readOuts));
        var dead = Named(diagnosis.DeadWeights, program.WeightNames).Concat(Named(diagnosis.DeadInputs, program.InputNames))
            .ToList();
        if (parsed.GetValue<bool>(Tool.Json))
        {
            Print.Json(new
            {
                Circuit = new
                {
                    circuit.Weights,
                    circuit.Inputs,
                    program.WeightNames,
                    program.InputNames,
                    Dead = diagnosis.DeadWeights.Select(one => one.Index),
                    DeadInputs = diagnosis.DeadInputs.Select(one => one.Index),
                    diagnosis.Parts,
                    Reasons = dead.Select(one => new { one.Name, one.Parameter.Reasons }),
                },
            });
            return 0;
        }

        Print.Line($"weights {circuit.Weights}, of which {diagnosis.DeadWeights.Count} cannot act; inputs {circuit.Inputs}, "
            + $"of which {diagnosis.DeadInputs.Count} cannot act");
        Print.Wrapped($"weights: {ListedNames.Of(program.WeightNames)}; inputs: {ListedNames.Of(program.InputNames)}", 0);
        if (circuit.Weights == 0)
            Print.Wrapped("nothing in it can be trained" + (catalog.Circuits.Contains(name) ? ""
                : ": numbers stay what they are, and only an 'input' that is not called x is a weight"), 0);
        Print.Line(diagnosis.Parts.Count == 1
            ? "all wires are joined"
            : $"falls into {diagnosis.Parts.Count} parts: "
                + $"{string.Join(" ", diagnosis.Parts.Select(p => $"{{{string.Join(",", p)}}}"))}");
        if (dead.Count > 0)
            Print.Table(["cannot act", "why"], dead.Select(d => new[] { d.Name, d.Parameter.Text }));
        return 0;

        static IEnumerable<(string Name, DeadParameter Parameter)> Named(
            IReadOnlyList<DeadParameter> dead, IReadOnlyList<string> names) => dead.Select(d => (names[d.Index], d));
    }
}
