using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary><c>qdiff circuit run</c>: what is read out of a circuit at certain inputs and weights.</summary>
sealed class CircuitRunVerb(Catalog catalog)
{
    const string Shift = "parameter-shift", Perturbation = "spsa", ReadOut = "readout", Folding = "folding";

    readonly CircuitSelection selection = new(catalog);
    readonly NoiseArguments measuring = new();
    readonly Option<string?> inputs = new("--inputs", "-x") { Description = "The features, by commas." };
    readonly Option<string?> weights = new("--weights", "-w") { Description = "The trained angles, by commas." };
    readonly Option<string?> readOut = CircuitSelection.ReadOutOption(", or of a file its bits, such as c[0] or c[0]c[1]");
    readonly Option<bool> derivatives = new("--derivatives")
    { Description = "Also the derivatives of all read-outs by every input and weight." };
    readonly Option<int> trajectories = new("--trajectories")
    {
        Description = $"Runs under noise, without --shots, where a read-out sees more than {NoisyExpectations.ExactWires} wires.",
        DefaultValueFactory = _ => 1000,
    };
    readonly Option<string> gradient = new("--gradient")
    {
        Description = $"How derivatives are taken of shots: {Shift}, from 2 or 4 circuits an angle, or {Perturbation}, from "
            + "2 circuits a repetition.",
        DefaultValueFactory = _ => Shift,
    };
    readonly Option<int> repetitions = new("--repetitions")
    { Description = $"Random moves of {Perturbation}.", DefaultValueFactory = _ => 1 };
    readonly Option<string[]> mitigate = new("--mitigate")
    {
        Description = $"What is taken back of noise: {ReadOut}, by the inverse confusion matrix, or {Folding}, extrapolated "
            + "to no noise from gates that are run 1, 3 and 5 times. May be repeated, for both.",
        DefaultValueFactory = _ => [],
    };

    public static Command Create(Catalog catalog)
    {
        var verb = new CircuitRunVerb(catalog);
        ArgumentChecks.Allow(verb.gradient, Shift, Perturbation);
        ArgumentChecks.Allow(verb.mitigate, ReadOut, Folding);
        var run = new Command("run", "Print the expectations of a circuit, and their derivatives.")
        { verb.inputs, verb.weights, verb.readOut, verb.derivatives };
        verb.measuring.AddTo(run);
        foreach (Option option in (Option[])[verb.trajectories, verb.gradient, verb.repetitions, verb.mitigate]) run.Add(option);
        verb.selection.AddTo(run);
        run.SetAction(verb.Run);
        return run;
    }

    int Run(ParseResult parsed)
    {
        QasmProgram program = selection.Read(parsed);
        CircuitPoint point = PointOf(parsed, program);
        bool isMeasured = point.Shots is not null || point.Noise is not null;
        if (point.Noise is null && parsed.GetValue(mitigate) is [string without, ..])
            throw new InputException($"--mitigate {without} takes back noise; there is none without --noise.");
        if (!isMeasured && parsed.FirstGiven(gradient, repetitions) is { } idle)
            throw new InputException($"{idle.Name} is for derivatives from shots or under noise: give --shots or --noise, or "
                + "leave it out, as derivatives are exact without.");
        if (!parsed.GetValue(derivatives) && parsed.FirstGiven(gradient, repetitions) is { } unused)
            throw new InputException($"{unused.Name} says how derivatives are measured; add --derivatives, or leave it out.");
        if (point.Noise is null && parsed.IsGiven(trajectories))
            throw new InputException("--trajectories are of noise; there is none without --noise.");
        if (point.Shots is not null && parsed.IsGiven(trajectories))
            throw new InputException("--trajectories are of expectations under noise; with --shots each shot is a run.");
        if (parsed.GetValue(gradient) != Perturbation && parsed.IsGiven(repetitions))
            throw new InputException($"--repetitions are of --gradient {Perturbation}; {Shift} has none.");
        CircuitReading reading = CircuitSelection.Computed(program.Circuit, point.Read);
        if (parsed.GetValue(derivatives))
        {
            int? moves = parsed.GetValue(gradient) != Perturbation ? null
                : Count("--repetitions", parsed.GetValue(repetitions));
            if (isMeasured && !parsed.GetValue<bool>(Tool.Quiet)) Print.Message(point.CostOfDerivatives(moves));
            reading = CircuitSelection.Computed(program.Circuit, () => point.WithDerivatives(reading, moves));
        }

        if (parsed.GetValue<bool>(Tool.Json)) Print.Json(reading.ForMachines(point));
        else Tell(program, point, reading, parsed.GetValue(readOut));
        return 0;
    }

    /// <summary>Inputs and weights, and how is read out there.</summary>
    CircuitPoint PointOf(ParseResult parsed, QasmProgram program)
    {
        Circuit circuit = program.Circuit;
        string? asked = parsed.GetValue(readOut);
        IReadOnlyList<Observable>? readOuts = CircuitSelection.ReadOuts(asked, circuit, program.Registers);
        double[] x = CircuitSelection.Numbers("--inputs", parsed.GetValue(inputs), program.InputNames, "inputs");
        double[] w = CircuitSelection.Numbers("--weights", parsed.GetValue(weights), program.WeightNames, "weights");
        NoiseFile? noise = measuring.NoiseOf(parsed, circuit);
        // Errors of the read-out act at the end, on the wires of the file.
        if (noise is not null && readOuts is not null
            && (readOuts.Any(one => one.Support >> circuit.Qubits - circuit.Ancillas != 0)
                || readOuts.Zip(asked!.Split(',', StringSplitOptions.TrimEntries), LosesBits).Contains(true)))
            throw new InputException($"--readout {asked}: bits whose qubits went on after they were measured, and two bits of "
                + "one qubit, are read without --noise only.");
        return new(circuit, readOuts ?? circuit.StandardReadOuts, x, w)
        {
            Shots = measuring.ShotsOf(parsed),
            Noise = noise,
            Seed = parsed.GetValue(measuring.Seed),
            Trajectories = Count("--trajectories", parsed.GetValue(trajectories)),
            InvertsReadOut = parsed.GetValue(mitigate)!.Contains(ReadOut),
            Folds = parsed.GetValue(mitigate)!.Contains(Folding),
        };
    }

    /// <summary>Whether some of the bits that the text names have no wire of their own in the product, where they could be read
    /// wrongly.</summary>
    static bool LosesBits(Observable readOut, string text) => text.Any(letter => letter != 'I')
        && BitOperations.PopCount(readOut.Support) < text.Count(letter => letter == '[') + (text.EndsWith(']') ? 0 : 1);

    static int Count(string option, int count) => count is >= 1 and <= 10_000_000 ? count
        : throw new InputException($"{option} {count}: 1 to 10,000,000 are possible.");

    static void Tell(QasmProgram program, CircuitPoint point, CircuitReading reading, string? asked)
    {
        string[] texts = asked?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        // Bits keep their names: the wires of some are nobody's.
        string[] readOuts = [.. point.ReadOuts.Select((readOut, r) => texts.Length == point.ReadOuts.Count
            && program.Registers.Any(register => texts[r].StartsWith(register.Name, StringComparison.Ordinal))
                ? texts[r] : Name(readOut))];
        if (reading.StandardErrors is { } errors)
            Print.Table(["read-out", ">mean", ">standard error",
                .. reading.Unmitigated is null ? [] : (string[])[">without mitigation"]],
                readOuts.Select((name, r) => (string[])[name, F(reading.Expectations[r]), F(errors[r]),
                    .. reading.Unmitigated is { } raw ? (string[])[F(raw[r])] : []]));
        if (reading.StandardErrors is null || reading.ByInput is not null)
        {
            List<string[]> rows = reading.StandardErrors is null ? [["expectation", .. reading.Expectations.Select(F)]] : [];
            rows.AddRange((reading.ByInput ?? []).Select((row, i) => (string[])[$"d/d {program.InputNames[i]}",
                .. row.Select(F)]));
            rows.AddRange((reading.ByWeight ?? []).Select((row, i) => (string[])[$"d/d {program.WeightNames[i]}",
                .. row.Select(F)]));
            Print.Table(["", .. readOuts.Select(name => ">" + name)], rows);
        }

        if (reading.Counts is { } counts)
            Print.Table(["outcome", ">times"], counts.OrderByDescending(c => c.Value).Take(16)
                .Select(c => new[] { c.Key, c.Value.ToString("N0", CultureInfo.InvariantCulture) }));
    }

    /// <summary>Z3 for IIIZ; I for IIII.</summary>
    static string Name(Observable readOut)
    {
        string letters = readOut.ToString();
        return readOut.Support == 0 ? letters
            : string.Concat(letters.Select((letter, wire) => letter == 'I' ? "" : $"{letter}{wire}"));
    }

    static string F(double value) => double.IsNaN(value) ? "–" : value.ToString("F10", CultureInfo.InvariantCulture);
}
