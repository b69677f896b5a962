using System.CommandLine;
using System.Globalization;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff circuit list|show|check|export|import</c>.</summary>
static class CircuitVerb
{
    /// <summary>The published circuits by name: the one place where a circuit's name is resolved.</summary>
    static readonly (string Name, string Summary, Func<int, Wiring, Circuit> Create, int Layers)[] s_circuits =
    [
        ("hqconv", "12 qubits; entangles the pixels of a channel, then channels",
            (layers, wiring) => PublishedCircuits.HQConv(12, layers, wiring), 3),
        ("fqconv", "12 qubits; entangles the channels of a pixel",
            (layers, wiring) => PublishedCircuits.FQConv(12, layers, wiring), 3),
        ("basic", "4 qubits; rotations and a ring of CNOTs", (layers, _) => PublishedCircuits.Basic(4, layers), 4),
        ("attention", "16 qubits; the channel gate of the quantum-attention system",
            (layers, wiring) => PublishedCircuits.QuantumAttention(16, layers, wiring), 3),
    ];

    public static Command Create() => new("circuit", "Show, check and exchange circuits.")
    { List(), Show(), Check(), Export(), Import() };

    static Command List()
    {
        var list = new Command("list", "List the published circuits.");
        list.SetAction(parsed =>
        {
            var rows = s_circuits.Select(c =>
            {
                Circuit circuit = c.Create(c.Layers, Wiring.Paper);
                return new
                {
                    c.Name,
                    circuit.Qubits,
                    c.Layers,
                    Gates = circuit.Gates.Count,
                    circuit.Inputs,
                    circuit.Weights,
                    c.Summary
                };
            }).ToArray();
            if (parsed.GetValue(Tool.Json)) Print.Json(rows);
            else Print.Table(["name", ">qubits", ">layers", ">gates", ">weights", "what"],
                rows.Select(r => new[] { r.Name, $"{r.Qubits}", $"{r.Layers}", $"{r.Gates}", $"{r.Weights}", r.Summary }));
            return 0;
        });
        return list;
    }

    static Command Show()
    {
        (Argument<string> name, Option<int?> layers, Option<Wiring> wiring) = Selection();
        var svg = new Option<string?>("--svg") { Description = "Also write the drawing to this SVG file." };
        var show = new Command("show", "Draw a circuit and say what it costs.") { name, layers, wiring, svg };
        show.SetAction(parsed =>
        {
            Circuit circuit = Select(parsed.GetRequiredValue(name), parsed.GetValue(layers), parsed.GetValue(wiring));
            if (parsed.GetValue(svg) is { } path) WholeFile.Write(OutputFile.Require("--svg", path), SvgDrawing.Draw(circuit));
            return Describe(circuit, parsed.GetValue(Tool.Json));
        });
        return show;
    }

    static int Describe(Circuit circuit, bool json)
    {
        CircuitAnalysis analysis = new(circuit);
        LoweringReport lowering = Lowered(circuit).Report;
        if (json)
        {
            Print.Json(new
            {
                circuit.Qubits,
                Gates = circuit.Gates.Count,
                circuit.Inputs,
                circuit.Weights,
                analysis.Depth,
                analysis.TwoWireGates,
                ByKind = analysis.CountsByKind,
                analysis.LiveInputs,
                analysis.DeadInputs,
                analysis.LiveWeights,
                analysis.DeadWeights,
                analysis.WiresOutsideLightCones,
                analysis.OnlyPhasesAndPermutationsAfterEncoding,
                Lowering = lowering,
            });
            return 0;
        }

        Print.Line(TextDrawing.Draw(circuit, Terminal.OutputWidth ?? 0));
        Print.Line($"qubits {circuit.Qubits}, gates {circuit.Gates.Count:N0}, depth {analysis.Depth}, two-wire gates "
            + $"{analysis.TwoWireGates}");
        Print.Line("by kind: " + string.Join(", ", analysis.CountsByKind.Select(k => $"{k.Key} {k.Value}")));
        Print.Line($"inputs {circuit.Inputs} ({analysis.LiveInputs.Count} can act), weights {circuit.Weights} "
            + $"({analysis.LiveWeights.Count} can act)");
        if (analysis.OnlyPhasesAndPermutationsAfterEncoding)
            Print.Line("after the encoding there are only phases and permutations: read as Z, no weight can act");
        Print.Line(string.Create(CultureInfo.InvariantCulture,
            $"lowered: {lowering.GatesKept} elementary gates in {lowering.Clusters.Count} clusters of "
                + $"{string.Join("+", lowering.Clusters.Select(c => c.Length))} wires, {lowering.CutGates} cut; "
                + $"{lowering.Amplitudes:N0} amplitudes instead of {lowering.LiteralAmplitudes:N0}; "
                + $"{lowering.WorkspaceBytes / 1024:N0} KiB a thread"));
        return 0;
    }

    static Command Check()
    {
        var file = new Argument<string>("file") { Description = "Reference cases (JSON)." };
        var check = new Command("check", "Compare the simulator with reference values, lowered and literal.") { file };
        check.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new InputException($"There is no file {path}.{NearestPath.Hint(path)}");
            IReadOnlyList<CircuitVectorResult> results = Cases(path);
            bool passed = results.All(r => r.Passes);
            if (parsed.GetValue(Tool.Json)) Print.Json(new { Passed = passed, Cases = results });
            else
            {
                Print.Table(["case", ">expectation", ">gradient", ">literal exp.", ">literal grad.", ""],
                    results.Select(r => new[] { r.Name, E(r.ExpectationError), E(r.GradientError), E(r.LiteralExpectationError),
                        E(r.LiteralGradientError), r.Passes ? "" : "FAILED" }));
                Print.Line($"{results.Count(r => r.Passes)} of {results.Count} within "
                    + $"{E(CircuitVectors.ExpectationTolerance)} (expectations) and {E(CircuitVectors.GradientTolerance)} "
                    + $"(gradients), absolute");
            }

            return passed ? 0 : 1;
        });
        return check;

        static string E(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
    }

    static IReadOnlyList<CircuitVectorResult> Cases(string path)
    {
        try
        {
            return CircuitVectors.CheckFile(path);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(e is FormatException ? e.Message : $"{path} cannot be read: {e.Message}", e);
        }
    }

    static Command Export()
    {
        (Argument<string> name, Option<int?> layers, Option<Wiring> wiring) = Selection();
        var version = new Option<int>("--qasm") { Description = "OpenQASM version, 2 or 3.", DefaultValueFactory = _ => 3 };
        var seed = new Option<long>("--seed")
        { Description = "Seed of the weights and inputs that are bound.", DefaultValueFactory = _ => 0 };
        var output = new Option<string?>("--output", "-o") { Description = "File to write; standard output by default." };
        var export = new Command("export", "Write a circuit as OpenQASM with bound angles.")
        { name, layers, wiring, version, seed, output };
        export.SetAction(parsed =>
        {
            Circuit circuit = Select(parsed.GetRequiredValue(name), parsed.GetValue(layers), parsed.GetValue(wiring));
            var random = new RandomStream(parsed.GetValue(seed), "circuit export");
            double[] inputs = [.. Enumerable.Range(0, circuit.Inputs).Select(_ => random.NextNormal())];
            double[] weights = [.. Enumerable.Range(0, circuit.Weights).Select(_ => random.NextDouble())];
            QasmVersion dialect = parsed.GetValue(version) switch
            {
                2 => QasmVersion.V2,
                3 => QasmVersion.V3,
                int other => throw new InputException($"--qasm {other}: the OpenQASM versions are 2 and 3."),
            };
            string text = Qasm.Write(circuit, inputs, weights, dialect);
            if (parsed.GetValue(output) is { } path) WholeFile.Write(OutputFile.Require("--output", path), text);
            else Print.Text(text);
            return 0;
        });
        return export;
    }

    static Command Import()
    {
        var file = new Argument<string>("file") { Description = "An OpenQASM 2 or 3 file." };
        var import = new Command("import", "Read OpenQASM, draw it and say what it costs.") { file };
        import.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new InputException($"There is no file {path}.{NearestPath.Hint(path)}");
            try
            {
                return Describe(Qasm.Read(File.ReadAllText(path)), parsed.GetValue(Tool.Json));
            }
            catch (FormatException e)
            {
                throw new InputException($"{path}: {e.Message}", e);
            }
        });
        return import;
    }

    /// <summary>From the first two layers it is known what more would take; they need not be built.</summary>
    static void RequireLayers(int layers, Func<int, Wiring, Circuit> create, Wiring wiring)
    {
        if (layers < 1) throw new InputException($"--layers {layers}: a circuit has at least 1 layer.");
        int first = create(1, wiring).Gates.Count, each = create(2, wiring).Gates.Count - first;
        long gates = first + (layers - 1L) * each;
        if (gates > Circuit.MaxGates)
            throw new InputException($"--layers {layers}: {gates:N0} gates; a circuit has at most {Circuit.MaxGates:N0}, that is "
                + $"{1 + (Circuit.MaxGates - first) / Math.Max(1, each):N0} layers of this one.");
    }

    static LoweredCircuit Lowered(Circuit circuit)
    {
        try
        {
            return new(circuit);
        }
        catch (ArgumentException e)
        {
            throw InputException.Because($"The circuit of {circuit.Qubits} qubits cannot be computed", e);
        }
    }

    static (Argument<string>, Option<int?>, Option<Wiring>) Selection() => (
        new("name") { Description = "A name of 'qdiff circuit list'." },
        new("--layers") { Description = "Layers of the ansatz; the paper's by default." },
        ModelVerb.WiringOption());

    static Circuit Select(string name, int? layers, Wiring wiring)
    {
        int row = KnownNames.IndexOf("circuit", name, [.. s_circuits.Select(c => c.Name)]);
        (string _, string _, Func<int, Wiring, Circuit> create, int published) = s_circuits[row];
        if (layers is { } wanted) RequireLayers(wanted, create, wiring);
        return create(layers ?? published, wiring);
    }
}
