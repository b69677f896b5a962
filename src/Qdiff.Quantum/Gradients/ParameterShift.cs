namespace Qdiff.Quantum;

/// <summary>
/// The gradient from expectations at shifted angles alone, as a quantum computer would have to measure it: the oracle of the
/// adjoint method and the rule for finite shots. Exact under noise too, as long as the noise does not depend on the angles.
/// </summary>
/// <remarks>
/// Mitarai et al. 2018, arXiv 1803.00745 (two terms); Anselmetti et al. 2021, arXiv 2104.05695 (four terms, for controlled
/// rotations).
/// </remarks>
public static class ParameterShift
{
    /// <summary>The gradient of Σ cotangent[r]·⟨readOut r⟩ by every input and weight, one sample, double precision.</summary>
    public static (double[] Inputs, double[] Weights) Gradient(
        Circuit circuit, IReadOnlyList<Observable> readOuts, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights,
        ReadOnlySpan<double> cotangent)
    {
        double[] factors = cotangent.ToArray();
        (double[][] byInput, double[][] byWeight) = Jacobian(circuit, inputs, weights, 1, bound =>
            [LiteralSimulator.Expectations(bound, readOuts, [], []).Zip(factors, (value, factor) => value * factor).Sum()]);
        return (Array.ConvertAll(byInput, row => row[0]), Array.ConvertAll(byWeight, row => row[0]));
    }

    /// <summary>
    /// The derivatives of all expectations by every input and weight, from expectations of circuits with one angle shifted. Row i
    /// is the derivative by input (weight) i.
    /// </summary>
    /// <param name="readOuts">How many expectations there are.</param>
    /// <param name="expectations">Of a circuit whose angles are numbers: exact ones, or means of shots.</param>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes, or a count is wrong.</exception>
    public static (double[][] ByInput, double[][] ByWeight) Jacobian(Circuit circuit, ReadOnlySpan<double> inputs,
        ReadOnlySpan<double> weights, int readOuts, Func<Circuit, double[]> expectations)
    {
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException(
                "Amplitudes are not angles: a circuit that starts from amplitudes has no parameter-shift rule.", nameof(circuit));
        circuit = circuit.AsWritten();
        Circuit bound = BoundCircuit.Bind(circuit, inputs, weights);
        // By read-out first: the chain rule adds to the gradient of one number.
        (double[] Inputs, double[] Weights)[] gradients =
            [.. Enumerable.Range(0, readOuts).Select(_ => (new double[circuit.Inputs], new double[circuit.Weights]))];
        for (int position = 0; position < bound.Gates.Count; position++)
        {
            for (int k = 0; k < bound.Gates[position].Spec.Angles; k++)
            {
                Angle source = circuit.Gates[position].Angles[k];
                if (source.Source == AngleSource.Fixed) continue;
                int angle = k, place = position;
                double[] derivative = Derivatives(bound.Gates[position].Spec.Shift, shift =>
                    expectations(BoundCircuit.Moved(bound, [(place, angle, shift)])));
                for (int r = 0; r < readOuts; r++)
                    BoundCircuit.AddChainRule(source, derivative[r], inputs, weights, gradients[r].Inputs, gradients[r].Weights);
            }
        }

        return (Rows(circuit.Inputs, i => [.. gradients.Select(gradient => gradient.Inputs[i])]),
            Rows(circuit.Weights, i => [.. gradients.Select(gradient => gradient.Weights[i])]));

        static double[][] Rows(int count, Func<int, double[]> row) => [.. Enumerable.Range(0, count).Select(row)];
    }

    /// <summary>How many circuits the Jacobian runs: two for each angle that is not fixed, four for that of a controlled
    /// rotation.</summary>
    public static int Runs(Circuit circuit) => circuit.AsWritten().Gates.Sum(gate =>
        gate.Angles.Count(angle => angle.Source != AngleSource.Fixed) * Runs(gate.Spec.Shift));

    /// <summary>The same for one angle.</summary>
    internal static int Runs(ShiftRule rule) => rule == ShiftRule.FourTerm ? 4 : 2;

    /// <summary>The derivative at 0 of a function of the shift, by this rule.</summary>
    public static double Derivative(ShiftRule rule, Func<double, double> f) =>
        rule == ShiftRule.None ? 0 : Derivatives(rule, shift => [f(shift)])[0];

    /// <summary>The same of several functions at once.</summary>
    internal static double[] Derivatives(ShiftRule rule, Func<double, double[]> f)
    {
        double[] near = Difference(Math.PI / 2);
        if (rule != ShiftRule.FourTerm) return Array.ConvertAll(near, value => value / 2);
        double root = Math.Sqrt(2), plus = (root + 1) / (4 * root), minus = (root - 1) / (4 * root);
        return [.. near.Zip(Difference(3 * Math.PI / 2), (a, b) => plus * a - minus * b)];

        double[] Difference(double shift) => [.. f(shift).Zip(f(-shift), (above, below) => above - below)];
    }
}
