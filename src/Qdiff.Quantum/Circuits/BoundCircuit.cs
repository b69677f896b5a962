namespace Qdiff.Quantum;

/// <summary>
/// Circuits whose angles are numbers, for whatever computes or writes one point (simulators in double precision, noise, shots,
/// gradients by shifts, QASM), and the chain rule from such angles back to inputs and weights.
/// </summary>
static class BoundCircuit
{
    /// <summary>The circuit with every angle replaced by its value.</summary>
    /// <exception cref="AngleNotFiniteException">An angle has no value.</exception>
    public static Circuit Bind(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        CheckCounts(circuit, inputs.Length, weights.Length);
        var gates = new Gate[circuit.Gates.Count];
        for (int i = 0; i < gates.Length; i++)
        {
            Gate gate = circuit.Gates[i];
            Angle[] angles = gate.Angles;
            for (int k = 0; k < angles.Length; k++)
            {
                double value = angles[k].Value(inputs, weights);
                angles[k] = double.IsFinite(value) ? Angle.Fixed(value) : throw new AngleNotFiniteException(
                    Invariant($"angle {angles[k]} of gate {i} ({gate.Kind}) is {value}, not a finite number"), nameof(inputs));
            }

            gates[i] = gate.WithAngles(angles);
        }

        return new(circuit.Qubits, gates, circuit.Inputs, circuit.Weights, circuit.Start, circuit.Ancillas);
    }

    /// <summary>A bound circuit with some of its angles moved by so many radians. No inputs and weights are left.</summary>
    public static Circuit Moved(Circuit bound, IEnumerable<(int Gate, int Angle, double By)> moves)
    {
        Gate[] gates = [.. bound.Gates];
        foreach ((int gate, int angle, double by) in moves)
        {
            Angle[] angles = gates[gate].Angles;
            angles[angle] = Angle.Fixed(angles[angle].Scale + by);
            gates[gate] = gates[gate].WithAngles(angles);
        }

        return new(bound.Qubits, gates, ancillas: bound.Ancillas);
    }

    /// <summary>Adds the gradient by one angle to the input and weight that it was made of.</summary>
    public static void AddChainRule(Angle angle, double gradient, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights,
        Span<double> inputGradient, Span<double> weightGradient)
    {
        switch (angle.Source)
        {
            case AngleSource.Fixed:
                break;
            case AngleSource.Input:
                inputGradient[angle.Index] += angle.Scale * gradient;
                break;
            case AngleSource.Weight:
                weightGradient[angle.Index] += angle.Scale * gradient;
                break;
            case AngleSource.InputProduct:
                inputGradient[angle.Index] += angle.Scale * inputs[angle.SecondIndex] * gradient;
                inputGradient[angle.SecondIndex] += angle.Scale * inputs[angle.Index] * gradient;
                break;
            case AngleSource.Expression:
                angle.Formula!.AddGradient(gradient, new SampleNumbers(inputs, weights, inputGradient, weightGradient));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(angle), angle.Source, "Unknown source of an angle.");
        }
    }

    internal static void CheckCounts(Circuit circuit, int inputs, int weights)
    {
        if (inputs != circuit.Inputs)
            throw new ArgumentException($"The circuit has {circuit.Inputs} inputs, got {inputs}.", nameof(inputs));
        if (weights != circuit.Weights)
            throw new ArgumentException($"The circuit has {circuit.Weights} weights, got {weights}.", nameof(weights));
    }
}
