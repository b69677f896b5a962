namespace Qdiff.Quantum;

/// <summary>
/// The gradient from expectations at shifted angles alone, as a quantum computer would have to measure it: the oracle of the
/// adjoint method and the rule for finite shots.
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
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException(
                "Amplitudes are not angles: a circuit that starts from amplitudes has no parameter-shift rule.", nameof(circuit));
        (double[] inputGradient, double[] weightGradient) = (new double[circuit.Inputs], new double[circuit.Weights]);
        Circuit bound = BoundCircuit.Bind(circuit, inputs, weights);
        double[] factors = cotangent.ToArray();
        for (int position = 0; position < bound.Gates.Count; position++)
        {
            Gate gate = bound.Gates[position];
            for (int k = 0; k < gate.Spec.Angles; k++)
            {
                Angle source = circuit.Gates[position].Angles[k];
                if (source.Source == AngleSource.Fixed) continue;
                double gradient = Derivative(gate.Spec.Shift, shift =>
                    Value(Shifted(bound, position, k, shift), readOuts, factors));
                BoundCircuit.AddChainRule(source, gradient, inputs, weights, inputGradient, weightGradient);
            }
        }

        return (inputGradient, weightGradient);
    }

    /// <summary>The derivative at 0 of a function of the shift, by this rule.</summary>
    public static double Derivative(ShiftRule rule, Func<double, double> f)
    {
        double near = rule == ShiftRule.None ? 0 : f(Math.PI / 2) - f(-Math.PI / 2);
        if (rule != ShiftRule.FourTerm) return near / 2;
        double root = Math.Sqrt(2);
        return (root + 1) / (4 * root) * near - (root - 1) / (4 * root) * (f(3 * Math.PI / 2) - f(-3 * Math.PI / 2));
    }

    static Circuit Shifted(Circuit bound, int position, int angle, double shift)
    {
        Gate[] gates = [.. bound.Gates];
        Angle[] angles = gates[position].Angles;
        angles[angle] = Angle.Fixed(angles[angle].Scale + shift);
        gates[position] = gates[position].WithAngles(angles);
        return new(bound.Qubits, gates);
    }

    static double Value(Circuit circuit, IReadOnlyList<Observable> readOuts, double[] factors)
    {
        double[] values = LiteralSimulator.Expectations(circuit, readOuts, [], []);
        return values.Zip(factors, (value, factor) => value * factor).Sum();
    }
}
