using System.CommandLine;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff lab</c>: what the states and read-outs of a circuit can be, measured at random numbers.</summary>
static class LabVerb
{
    const int MostSamples = 1_000_000;

    public static Command Create(Catalog catalog)
    {
        var bins = new Option<int>("--bins") { Description = "Bins of equal width.", DefaultValueFactory = _ => 75 };
        var cost = new Option<string>("--cost")
        {
            Description = "Of what: z, Z of the first wire; local, 1 - the mean probability of 0; global, 1 - that of all 0.",
            DefaultValueFactory = _ => "z",
        };
        ArgumentChecks.Allow(cost, "z", "local", "global");
        var data = new Option<long>("--data") { Description = "How many data there are.", DefaultValueFactory = _ => 10_000 };
        return new("lab", "Measure what a circuit can express, at random inputs and weights.")
        {
            Measurement(catalog, "expressibility",
                "How far its states are from evenly spread ones: divergence in nats, lower is more even.", 5000, bins,
                (parsed, circuit, samples, random) =>
                    LabFindings.Of(Expressibility.Measure(circuit, samples, parsed.GetValue(bins), random), circuit)),
            Measurement(catalog, "entanglement",
                "The mean Meyer-Wallach measure of its states: 0 for product states, at most 1.", 1000,
                null, (_, circuit, samples, random) => LabFindings.Of(Entanglement.Measure(circuit, samples, random))),
            Measurement(catalog, "gradients", "The variance of derivatives by inputs and weights, against wires and layers.",
                200, cost, (parsed, circuit, samples, random) => LabFindings.Of(GradientVariance.Measure(circuit,
                    parsed.GetValue(cost) switch
                    {
                        "local" => GradientCost.Local,
                        "global" => GradientCost.Global,
                        _ => GradientCost.FirstWire,
                    }, samples, random), circuit)),
            Measurement(catalog, "kernel",
                "The fidelity kernel of pairs of inputs at fixed random weights: mean and variance, against wires and layers.",
                1000, null, (_, circuit, samples, random) => LabFindings.Of(FidelityKernel.Measure(circuit, samples, random))),
            Measurement(catalog, "fourier", "The frequencies that its read-outs have in each input.", 50, null,
                (_, circuit, samples, random) => LabFindings.Of([.. Enumerable.Range(0, circuit.Inputs)
                    .Select(input => FourierSpectrum.Measure(circuit, input, samples, random))], circuit)),
            Measurement(catalog, "fisher", "The quantum Fisher information of its weights: rank, trace, eigenvalues.", 5, null,
                (_, circuit, samples, random) => LabFindings.Of(FisherInformation.Measure(circuit, samples, random), circuit)),
            Measurement(catalog, "dimension", "The effective dimension of its outcomes with so many data.", 100, data,
                (parsed, circuit, samples, random) =>
                    LabFindings.Of(EffectiveDimension.Measure(circuit, parsed.GetValue(data), samples, random))),
        };
    }

    static Command Measurement(Catalog catalog, string name, string what, int usualSamples, Option? own,
        Func<ParseResult, Circuit, int, Random, LabFinding> measure)
    {
        var selection = new CircuitSelection(catalog) { WidthOption = "--wires" };
        var wires = new Option<string?>("--wires")
        { Description = "Wires of a named circuit, one number or a range such as 2..8; the usual number by default." };
        var layers = new Option<string?>("--layers")
        { Description = "Layers of a named circuit, one number or a range such as 1..8; the usual number by default." };
        var samples = new Option<int>("--samples")
        { Description = "Random points, pairs of them for expressibility and kernel.", DefaultValueFactory = _ => usualSamples };
        var seed = new Option<long>("--seed") { Description = "Seed of the random numbers.", DefaultValueFactory = _ => 0 };
        var csv = new Option<string?>("--csv") { Description = "Also write the values to this CSV file." };
        var svg = new Option<string?>("--svg") { Description = "Also draw them into this SVG file." };
        Option<bool> force = CommonOptions.Force();
        var command = new Command(name, what)
        { selection.Circuit, wires, layers, selection.Encoding, selection.Wiring, samples, seed, csv, svg, force };
        if (own is not null) command.Add(own);
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(samples);
            if (count is < 2 or > MostSamples)
                throw new InputException($"--samples {count}: 2 to {MostSamples:N0} are possible.");
            if (parsed.GetValue(csv) is { } csvPath) OutputFile.Require("--csv", csvPath, ".csv");
            if (parsed.GetValue(svg) is { } svgPath) OutputFile.Require("--svg", svgPath, ".svg");
            int[] widths = Range("--wires", wires, Circuit.MaxQubits), depths = Range("--layers", layers, Circuit.MaxGates);
            List<LabFinding> findings = [];
            foreach (int? width in Or(widths))
                foreach (int? depth in Or(depths))
                {
                    Circuit circuit = selection.Read(parsed, width, depth).Circuit;
                    var random = new RandomStream(parsed.GetValue(seed), "laboratory " + name, circuit.Qubits, depth ?? 0);
                    findings.Add(Measured(name, circuit, () => measure(parsed, circuit, count, random)) with
                    {
                        Circuit = parsed.GetRequiredValue(selection.Circuit),
                        Wires = circuit.Qubits,
                        Layers = depth,
                        Samples =
                        count
                    });
                }

            if (name == "gradients") findings = LabFindings.WithDecay(findings);
            bool isRange = widths.Length > 1 || depths.Length > 1;
            bool replace = parsed.GetValue(force);
            if (parsed.GetValue(csv) is { } table) ResultFile.Write(table, LabFindings.Csv(findings), replace);
            if (parsed.GetValue(svg) is { } chart)
                ResultFile.Write(chart, (isRange ? LabFindings.Chart(name, findings) : findings[0].Detail(name)).ToSvg(),
                    replace);
            if (parsed.GetValue<bool>(Tool.Json))
            {
                if (isRange) Print.Json(findings.Select(finding => finding.ForMachines(parsed.GetValue(seed))));
                else Print.Json(findings[0].ForMachines(parsed.GetValue(seed)));
            }
            else LabFindings.Tell(name, findings);
            return 0;

            int[] Range(string option, Option<string?> of, int most) =>
                parsed.GetValue(of) is { } text ? NumberRange.Parse(option, text, most) : [];

            static IEnumerable<int?> Or(int[] numbers) => numbers.Length == 0 ? [null] : numbers.Select(n => (int?)n);
        });
        return command;
    }

    static LabFinding Measured(string name, Circuit circuit, Func<LabFinding> measure)
    {
        try
        {
            return measure();
        }
        catch (ArgumentException e)
        {
            throw InputException.Because($"lab {name} of a circuit of {circuit.Qubits} wires", e);
        }
    }
}
