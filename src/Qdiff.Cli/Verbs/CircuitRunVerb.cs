using System.CommandLine;
using System.Globalization;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff circuit run</c>: what is read out of a circuit at certain inputs and weights.</summary>
static class CircuitRunVerb
{
    public static Command Create(Catalog catalog)
    {
        var selection = new CircuitSelection(catalog);
        var inputs = new Option<string?>("--inputs", "-x") { Description = "The features, by commas." };
        var weights = new Option<string?>("--weights", "-w") { Description = "The trained angles, by commas." };
        Option<string?> readOut = CircuitSelection.ReadOutOption();
        var derivatives = new Option<bool>("--derivatives")
        { Description = "Also the derivatives of all read-outs by every input and weight." };
        var shots = new Option<int?>("--shots")
        {
            Description = "Means over so many measurements instead of exact "
            + "expectations."
        };
        var seed = new Option<long>("--seed") { Description = "Seed of the measurements.", DefaultValueFactory = _ => 0 };
        var run = new Command("run", "Print the expectations of a circuit, and their derivatives.")
        { inputs, weights, readOut, derivatives, shots, seed };
        selection.AddTo(run);
        run.SetAction(parsed =>
        {
            QasmProgram program = selection.Read(parsed);
            Circuit circuit = program.Circuit;
            IReadOnlyList<Observable>? readOuts = CircuitSelection.ReadOuts(parsed.GetValue(readOut), circuit);
            double[] x = CircuitSelection.Numbers("--inputs", parsed.GetValue(inputs), program.InputNames, "inputs");
            double[] w = CircuitSelection.Numbers("--weights", parsed.GetValue(weights), program.WeightNames, "weights");
            Point point = new(program, readOuts ?? circuit.StandardReadOuts, x, w, parsed.GetValue(Tool.Json));
            if (parsed.GetValue(shots) is not { } count) return Exact(point, parsed.GetValue(derivatives));
            if (parsed.GetValue(derivatives))
                throw new InputException("--derivatives are exact and not taken from shots: leave out one of the two.");
            if (count is < 1 or > 10_000_000) throw new InputException($"--shots {count}: 1 to 10,000,000 shots can be drawn.");
            return Measured(point, count, parsed.GetValue(seed));
        });
        return run;
    }

    static int Exact(Point at, bool derivatives)
    {
        CircuitJacobian jacobian = CircuitSelection.Computed(at.Program.Circuit, () =>
            CircuitJacobian.Of(at.Program.Circuit, at.ReadOuts, at.Inputs, at.Weights, derivatives));
        if (at.Json)
        {
            if (derivatives)
                Print.Json(new { jacobian.Expectations, InputJacobian = jacobian.ByInput, WeightJacobian = jacobian.ByWeight });
            else Print.Json(new { jacobian.Expectations });
            return 0;
        }

        string[] readOuts = [.. at.ReadOuts.Select(readOut => ">" + Name(readOut))];
        List<string[]> rows = [["expectation", .. jacobian.Expectations.Select(F)]];
        rows.AddRange(jacobian.ByInput.Select((row, i) => (string[])[$"d/d {at.Program.InputNames[i]}", .. row.Select(F)]));
        rows.AddRange(jacobian.ByWeight.Select((row, i) => (string[])[$"d/d {at.Program.WeightNames[i]}", .. row.Select(F)]));
        Print.Table(["", .. readOuts], rows);
        return 0;
    }

    static int Measured(Point at, int shots, long seed)
    {
        CircuitShots drawn = CircuitSelection.Computed(at.Program.Circuit, () =>
            CircuitShots.Draw(at.Program.Circuit, at.ReadOuts,
            at.Inputs, at.Weights, shots, new RandomStream(seed, "circuit shots")));
        if (at.Json)
        {
            Print.Json(new { Expectations = drawn.Means, drawn.StandardErrors, Shots = shots, Seed = seed, drawn.Counts });
            return 0;
        }

        Print.Table(["read-out", ">mean", ">standard error"],
            at.ReadOuts.Select((readOut, r) => new[] { Name(readOut), F(drawn.Means[r]), F(drawn.StandardErrors[r]) }));
        if (drawn.Counts is { } counts)
            Print.Table(["outcome", ">times"], counts.OrderByDescending(c => c.Value).Take(16)
                .Select(c => new[] { c.Key, c.Value.ToString("N0", CultureInfo.InvariantCulture) }));
        return 0;
    }

    /// <summary>Z3 for IIIZ.</summary>
    static string Name(Observable readOut)
    {
        string letters = readOut.ToString();
        return string.Concat(letters.Select((letter, wire) => letter == 'I' ? "" : $"{letter}{wire}"));
    }

    static string F(double value) => value.ToString("F10", CultureInfo.InvariantCulture);

    sealed record Point(QasmProgram Program, IReadOnlyList<Observable> ReadOuts, double[] Inputs, double[] Weights, bool Json);
}
