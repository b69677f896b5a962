using System.Runtime.ExceptionServices;

namespace Qdiff.Quantum;

/// <summary>
/// Expectations and all their derivatives at one point, in double precision. Each read-out is simulated in its own light cone, so
/// that circuits of many wires are no harder than what a read-out sees of them.
/// </summary>
public sealed class CircuitJacobian
{
    CircuitJacobian(Circuit circuit, int readOuts, bool derivatives)
    {
        Expectations = new double[readOuts];
        ByInput = Rows(derivatives ? circuit.Inputs : 0);
        ByWeight = Rows(derivatives ? circuit.Weights : 0);

        double[][] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => new double[readOuts])];
    }

    /// <summary>The expectation of each read-out.</summary>
    public double[] Expectations { get; }

    /// <summary>Row i: the derivatives of all read-outs by input i. Empty if none were asked for.</summary>
    public double[][] ByInput { get; }

    /// <summary>Row i: the derivatives of all read-outs by weight i. Empty if none were asked for.</summary>
    public double[][] ByWeight { get; }

    /// <summary>
    /// Simulates; without read-outs those of <see cref="Circuit.StandardReadOuts"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A count is wrong, an angle has no value, or a read-out depends on too many
    /// wires.</exception>
    public static CircuitJacobian Compute(Circuit circuit, IReadOnlyList<Observable>? readOuts, double[] inputs, double[] weights,
        bool derivatives = true)
    {
        // Refuses what has no value.
        BoundCircuit.Bind(circuit, inputs, weights);
        readOuts ??= circuit.StandardReadOuts;
        foreach (Observable readOut in readOuts)
        {
            if (readOut.Support >> circuit.Qubits != 0)
                throw new ArgumentException($"Read-out {readOut} acts on a wire beyond the circuit's {circuit.Qubits} qubits.");
        }

        var result = new CircuitJacobian(circuit, readOuts.Count, derivatives);
        (List<Elementary> gates, int[] places) = Elementary.Decompose(circuit);
        if (circuit.Start == CircuitStart.Zero) gates = Simplification.FromZero(gates);
        // Each read-out writes its own column, so that the order of the threads does not show.
        ExceptionDispatchInfo? refusal = null;
        Parallel.For(0, readOuts.Count, new() { MaxDegreeOfParallelism = circuit.Qubits > 18 ? 1 : -1 }, r =>
        {
            try
            {
                Column(r);
            }
            catch (ArgumentException e)
            {
                Interlocked.CompareExchange(ref refusal, ExceptionDispatchInfo.Capture(e), null);
            }
        });
        refusal?.Throw();
        return result;

        void Column(int r)
        {
            var point = new Point(circuit, inputs, weights, new double[circuit.Inputs], new double[circuit.Weights]);
            foreach ((double coefficient, PauliString pauli) in readOuts[r].Terms)
            {
                SignedPauli moved = new(ReadOutGroups.Moved(pauli, places), 1);
                result.Expectations[r] += Term(point, gates, moved, coefficient, derivatives);
            }

            for (int i = 0; i < result.ByInput.Length; i++) result.ByInput[i][r] = point.InputGradient[i];
            for (int i = 0; i < result.ByWeight.Length; i++) result.ByWeight[i][r] = point.WeightGradient[i];
        }
    }

    static double Term(Point at, List<Elementary> gates, SignedPauli read, double coefficient, bool derivatives)
    {
        (List<Elementary> kept, SignedPauli[] strings) = Simplification.BehindReadOuts(gates, [read]);
        (PauliString pauli, double factor) = (strings[0].Pauli, strings[0].Sign * coefficient);
        bool fromAmplitudes = at.Circuit.Start == CircuitStart.Amplitudes;
        ulong wires = kept.Aggregate(pauli.Support, (set, gate) => set | gate.Wires);
        WireState psi = new(fromAmplitudes ? (1UL << at.Circuit.Qubits) - 1 : wires);
        if (fromAmplitudes && LiteralSimulator.Length(at.Inputs) is > 0 and var length)
            for (int k = 0; k < at.Inputs.Length; k++) psi.Amplitudes[k] = at.Inputs[k] / length;
        double[] angles = [.. kept.Select(gate => gate.Angle.Value(at.Inputs, at.Weights))];
        for (int i = 0; i < kept.Count; i++) psi.Apply(kept[i], angles[i]);
        WireState lambda = psi.Times(pauli);
        double value = factor * psi.Overlap(lambda);
        if (!derivatives) return value;
        for (int i = kept.Count - 1; i >= 0; i--)
        {
            if (kept[i].Angle.Source != AngleSource.Fixed)
                BoundCircuit.AddChainRule(kept[i].Angle, factor * lambda.Derivative(kept[i], psi), at.Inputs, at.Weights,
                    at.InputGradient, at.WeightGradient);
            psi.Apply(kept[i], angles[i], inverse: true);
            lambda.Apply(kept[i], angles[i], inverse: true);
        }

        if (!fromAmplitudes) return value;
        var start = new double[at.Inputs.Length];
        LiteralSimulator.AddStartGradient(at.Inputs, psi.Amplitudes, lambda.Amplitudes, start);
        for (int i = 0; i < start.Length; i++) at.InputGradient[i] += factor * start[i];
        return value;
    }

    sealed record Point(Circuit Circuit, double[] Inputs, double[] Weights, double[] InputGradient, double[] WeightGradient);
}
