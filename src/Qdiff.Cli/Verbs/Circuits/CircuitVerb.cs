using System.CommandLine;
using System.Globalization;
using Qdiff.Imaging;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff circuit list|show|run|check|export|import</c>.</summary>
static class CircuitVerb
{
    public static Command Create(Catalog catalog) => new("circuit", "List, show, run, check and exchange circuits.")
    { List(catalog), Show(catalog), CircuitRunVerb.Create(catalog), Check(), Export(catalog), Import(catalog) };

    static Command List(Catalog catalog)
    {
        var list = new Command("list", "List the circuits that have names.");
        list.SetAction(parsed =>
        {
            var rows = catalog.Circuits.Select(c =>
            {
                Circuit circuit = c.Build();
                return new
                {
                    c.Name,
                    circuit.Qubits,
                    c.Layers,
                    Gates = circuit.Gates.Count,
                    circuit.Inputs,
                    circuit.Weights,
                    Encoding = c.Encoding.Name,
                    c.Summary
                };
            }).ToArray();
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(rows);
            else Print.Table(["name", ">qubits", ">layers", ">gates", ">weights", "encoding", "what"],
                rows.Select(r => new[] { r.Name, $"{r.Qubits}", $"{r.Layers}", $"{r.Gates}", $"{r.Weights}", r.Encoding,
                    r.Summary }));
            return 0;
        });
        return list;
    }

    static Command Show(Catalog catalog)
    {
        var selection = new CircuitSelection(catalog);
        var svg = new Option<string?>("--svg") { Description = "Also write the drawing to this SVG file." };
        var quantikz = new Option<string?>("--quantikz")
        { Description = "Also write the drawing to this .tex file, for the LaTeX package quantikz." };
        var pdf = new Option<string?>("--pdf") { Description = "Also write the drawing to this PDF file." };
        Option<bool> force = CommonOptions.Force();
        var show = new Command("show", "Draw a circuit and say what it costs.") { svg, pdf, quantikz, force };
        selection.AddTo(show);
        show.SetAction(parsed =>
        {
            Circuit circuit = selection.Read(parsed).Circuit;
            bool replace = parsed.GetValue(force);
            if (parsed.GetValue(pdf) is { } page)
                ResultFile.Write(OutputFile.Require("--pdf", page, ".pdf"), Pdf.FromSvg(SvgDrawing.Draw(circuit)), replace,
                    makeFolder: false);
            if (parsed.GetValue(svg) is { } path)
                ResultFile.Write(OutputFile.Require("--svg", path, ".svg"), SvgDrawing.Draw(circuit), replace);
            if (parsed.GetValue(quantikz) is { } tex)
                ResultFile.Write(OutputFile.Require("--quantikz", tex, ".tex"), Quantikz.Draw(circuit), replace);
            return Describe(circuit, parsed.GetValue<bool>(Tool.Json));
        });
        return show;
    }

    /// <summary>Columns of a drawing that goes to a file or another program.</summary>
    const int PageWidth = 120;

    static int Describe(Circuit circuit, bool json)
    {
        CircuitAnalysis analysis = new(circuit);
        LoweringReport? lowering = Lowered(circuit, out string? why);
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

        Print.Line(TextDrawing.Draw(circuit, Terminal.OutputWidth ?? PageWidth));
        Print.Line($"qubits {circuit.Qubits}, gates {circuit.Gates.Count:N0}, depth {analysis.Depth}, two-wire gates "
            + $"{analysis.TwoWireGates}");
        Print.Line("by kind: " + string.Join(", ", analysis.CountsByKind.Select(k => $"{k.Key} {k.Value}")));
        Print.Line($"inputs {circuit.Inputs} ({analysis.LiveInputs.Count} can act), weights {circuit.Weights} "
            + $"({analysis.LiveWeights.Count} can act)");
        if (analysis.OnlyPhasesAndPermutationsAfterEncoding)
            Print.Line("after the encoding there are only phases and permutations: read as Z, no weight can act");
        if (lowering is null) Print.Line($"not lowered: {why}");
        else Print.Line(string.Create(CultureInfo.InvariantCulture,
            $"lowered: {lowering.GatesKept} elementary gates in {lowering.Clusters.Count} clusters of "
                + $"{string.Join("+", lowering.Clusters.Select(c => c.Length))} wires, {lowering.CutGates} cut; "
                + $"{lowering.Amplitudes:N0} amplitudes instead of {lowering.LiteralAmplitudes:N0}; "
                + $"{lowering.WorkspaceBytes / 1024:N0} KiB a thread"));
        return 0;
    }

    /// <summary>Any circuit can be drawn; one of too many wires cannot be simulated.</summary>
    static LoweringReport? Lowered(Circuit circuit, out string? why)
    {
        try
        {
            why = null;
            return new LoweredCircuit(circuit).Report;
        }
        catch (ArgumentException e)
        {
            why = e.Message;
            return null;
        }
    }

    static Command Check()
    {
        var file = new Argument<string>("file") { Description = "A JSON file of circuits with their values." };
        var check = new Command("check", "Compare the simulator with reference values, lowered and literal.") { file };
        check.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new InputException($"There is no file {path}.{NearestPath.Hint(path)}");
            IReadOnlyList<CircuitVectorResult> results = Cases(path);
            bool passed = results.All(r => r.Passes);
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { Passed = passed, Cases = results });
            else
            {
                Print.Table(["case", ">expectation", ">gradient", ">literal exp.", ">literal grad.", ""],
                    results.Select(r => new[] { r.Name, E(r.ExpectationError), E(r.GradientError), E(r.LiteralExpectationError),
                        E(r.LiteralGradientError), r.Passes ? "" : "FAILED" }));
                Print.Line($"{results.Count(r => r.Passes)} of {results.Count} within "
                    + $"{E(CircuitVectors.ExpectationTolerance)} (expectations) and {E(CircuitVectors.GradientTolerance)} "
                    + "(gradients), absolute");
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
        catch (FormatException e) when (IsQasm(path))
        {
            throw new InputException($"{path} is OpenQASM, which 'qdiff circuit show {PastedCommand.Quoted(path)}' reads and "
                + "checks; this compares the values in a JSON file of circuits.", e);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(e is FormatException ? e.Message : $"{path} cannot be read: {e.Message}", e);
        }
    }

    static bool IsQasm(string path) => TextFile.Read(path).Split('\n').Select(line => line.Trim())
        .FirstOrDefault(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)) is { } first
        && first.StartsWith("OPENQASM", StringComparison.Ordinal);

    static Command Export(Catalog catalog)
    {
        var selection = new CircuitSelection(catalog);
        var version = new Option<int>("--qasm") { Description = "OpenQASM version, 2 or 3.", DefaultValueFactory = _ => 3 };
        var inputs = new Option<string?>("--inputs", "-x") { Description = "Numbers for the inputs, by commas." };
        var weights = new Option<string?>("--weights", "-w") { Description = "Numbers for the weights, by commas." };
        var seed = new Option<long?>("--seed")
        {
            Description = "Seed of random numbers for inputs and weights. Without numbers, OpenQASM 3 keeps them as parameters; "
                + "OpenQASM 2, which has none, takes seed 0.",
        };
        var output = new Option<string?>("--output", "-o")
        { Description = "The .qasm or .qasm3 file to write; standard output by default." };
        Option<bool> force = CommonOptions.Force();
        var export = new Command("export", "Write a circuit as OpenQASM.") { version, inputs, weights, seed, output, force };
        selection.AddTo(export);
        export.SetAction(parsed =>
        {
            string source = parsed.GetRequiredValue(selection.Circuit);
            if (parsed.GetValue(output) is { } asked && IsSame(OutputFile.Require("--output", asked, ".qasm", ".qasm3"), source))
                throw new InputException($"--output {asked} is the circuit that is to be read; name another file.");
            QasmProgram program = selection.Read(parsed);
            QasmVersion dialect = parsed.GetValue(version) switch
            {
                2 => QasmVersion.V2,
                3 => QasmVersion.V3,
                int other => throw new InputException($"--qasm {other}: the OpenQASM versions are 2 and 3."),
            };
            (string? x, string? w) = (parsed.GetValue(inputs), parsed.GetValue(weights));
            if (parsed.GetValue(seed) is not null && (x ?? w) is not null)
                throw new InputException("Numbers are either given (--inputs, --weights) or drawn (--seed).");
            string text = Bound(program, dialect, x, w, parsed.GetValue(seed));
            bool json = parsed.GetValue<bool>(Tool.Json);
            if (parsed.GetValue(output) is { } path)
            {
                string written = ResultFile.Write(path, text, parsed.GetValue(force));
                if (json) Print.Json(new { File = written });
            }
            else if (json) throw new InputException("--json says what was written: add --output FILE.");
            else Print.Text(text);

            return 0;
        });
        return export;
    }

    /// <summary>Whether two paths lead to one file.</summary>
    static bool IsSame(string path, string other) =>
        File.Exists(path) && File.Exists(other) && Place(path) == Place(other);

    static string Place(string path) => Path.GetFullPath(SpecialFile.BehindLinks(path));

    static string Bound(QasmProgram program, QasmVersion version, string? inputs, string? weights, long? seed)
    {
        Circuit circuit = program.Circuit;
        if ((inputs ?? weights) is not null)
            return Qasm.Write(circuit, CircuitSelection.Numbers("--inputs", inputs, program.InputNames, "inputs"),
                CircuitSelection.Numbers("--weights", weights, program.WeightNames, "weights"), version);
        if (seed is null && (version == QasmVersion.V3 || circuit.Inputs + circuit.Weights == 0))
            return Qasm.Write(circuit, version);
        var random = new RandomStream(seed ?? 0, "circuit export");
        double[] x = [.. Enumerable.Range(0, circuit.Inputs).Select(_ => random.NextNormal())];
        double[] w = [.. Enumerable.Range(0, circuit.Weights).Select(_ => random.NextDouble())];
        string text = Qasm.Write(circuit, x, w, version);
        // The first line must stay the version.
        return text.Insert(text.IndexOf('\n') + 1, $"// inputs and weights are random numbers of seed {seed ?? 0}\n");
    }

    static Command Import(Catalog catalog)
    {
        var file = new Argument<string>("file") { Description = "An OpenQASM 2 or 3 file." };
        var import = new Command("import", "Read OpenQASM, draw it and say what it costs: 'show' of a file.") { file };
        import.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new InputException($"There is no file {path}.{NearestPath.Hint(path)}");
            bool quiet = parsed.GetValue<bool>(Tool.Quiet);
            return Describe(CircuitSelection.Read(path, ModelConfig.UsualWiring, catalog, quiet).Circuit,
                parsed.GetValue<bool>(Tool.Json));
        });
        return import;
    }
}
