using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// A circuit whose inputs and weights are drawn: each uniform in a full turn, after which all gates with it are back. That is 2π
/// divided by the greatest common divisor of the factors that angles multiply it with; a factor is 1 in a product or a function,
/// and counts by half in a controlled rotation, which is back after 4π only. Features are drawn like weights.
/// </summary>
sealed class RandomStates
{
    /// <summary>2¹⁶ amplitudes, thousands of times, are minutes.</summary>
    public const int MaxWires = 16;

    /// <summary>2²⁶ amplitudes are 1 GiB.</summary>
    const long MaxTangents = 1 << 26;

    /// <summary>Of the smallest factor, where factors have no common divisor or a smaller one: over so many turns their angles
    /// are nearly independent.</summary>
    const int MostTurns = 1024;

    readonly double[] inputTurns, weightTurns;

    /// <param name="circuit">The circuit.</param>
    /// <param name="halvesControlled">Whether a factor counts by half in a controlled rotation. Sim et al. 2019, arXiv
    /// 1905.10876, draw every parameter from 2π.</param>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes, measures in the middle or has too many
    /// wires.</exception>
    public RandomStates(Circuit circuit, bool halvesControlled = true)
    {
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException("amplitudes are no angles that could be drawn; encode the inputs as angles");
        if (circuit.Ancillas > 0)
            throw new ArgumentException("it measures in the middle or resets, so that it has no state of its wires alone; the "
                + "laboratory is for circuits without");
        if (circuit.Qubits > MaxWires)
            throw new ArgumentException($"{circuit.Qubits} wires are too many for thousands of states; the limit is {MaxWires}");
        Circuit = circuit;
        (Gates, Places) = Elementary.Decompose(circuit);
        inputTurns = Turns(AngleSource.Input, circuit.Inputs, halvesControlled);
        weightTurns = Turns(AngleSource.Weight, circuit.Weights, halvesControlled);
    }

    public Circuit Circuit { get; }

    /// <summary>The gates, exact up to a global phase.</summary>
    public IReadOnlyList<Elementary> Gates { get; }

    /// <summary>Where each wire ends: SWAP only renames them.</summary>
    public int[] Places { get; }

    public (double[] Inputs, double[] Weights) Draw(Random random) => (Uniform(inputTurns, random), Uniform(weightTurns, random));

    /// <summary>The angle of a gate at these numbers.</summary>
    /// <exception cref="AngleNotFiniteException">Its formula has no value there.</exception>
    public static double AngleOf(Elementary gate, double[] inputs, double[] weights)
    {
        double angle = gate.Angle.Value(inputs, weights);
        return double.IsFinite(angle) ? angle : throw new AngleNotFiniteException(Invariant(
            $"angle {gate.Angle} is {angle} at some of the numbers that are drawn from a full turn"), nameof(inputs));
    }

    /// <summary>The state at these numbers, the first wire the most significant bit.</summary>
    /// <exception cref="AngleNotFiniteException">A formula has no value there.</exception>
    public WireState At(double[] inputs, double[] weights)
    {
        var state = new WireState((1UL << Circuit.Qubits) - 1);
        foreach (Elementary gate in Gates) state.Apply(gate, AngleOf(gate, inputs, weights));
        return state;
    }

    /// <summary>The state, and its derivative by every weight.</summary>
    /// <exception cref="AngleNotFiniteException">A formula has no value there.</exception>
    public (WireState State, WireState[] ByWeight) Tangents(double[] inputs, double[] weights)
    {
        ulong wires = (1UL << Circuit.Qubits) - 1;
        if ((long)Circuit.Weights << Circuit.Qubits > MaxTangents)
            throw new ArgumentException($"{Circuit.Weights} derivatives of {Circuit.Qubits} wires take too much memory");
        var state = new WireState(wires);
        var tangents = new WireState?[Circuit.Weights];
        (double[] byInput, double[] byWeight) = (new double[Circuit.Inputs], new double[Circuit.Weights]);
        foreach (Elementary gate in Gates)
        {
            double angle = AngleOf(gate, inputs, weights);
            state.Apply(gate, angle);
            foreach (WireState? tangent in tangents) tangent?.Apply(gate, angle);
            if (!gate.Angle.WeightIndices.Any()) continue;
            BoundCircuit.AddChainRule(gate.Angle, 1, inputs, weights, byInput, byWeight);
            foreach (int weight in gate.Angle.WeightIndices)
            {
                (tangents[weight] ??= Zero()).AddDerivative(gate, state, byWeight[weight]);
                byWeight[weight] = 0;
            }
        }

        return (state, [.. tangents.Select(tangent => tangent ?? Zero())]);

        WireState Zero()
        {
            var zero = new WireState(wires);
            zero.Amplitudes[0] = 0;
            return zero;
        }
    }

    public Complex[] Next(Random random)
    {
        (double[] inputs, double[] weights) = Draw(random);
        return At(inputs, weights).Amplitudes;
    }

    static double[] Uniform(double[] turns, Random random) => Array.ConvertAll(turns, turn => turn * random.NextDouble());

    double[] Turns(AngleSource source, int count, bool halvesControlled)
    {
        List<double>[] all = [.. Enumerable.Range(0, count).Select(_ => new List<double>())];
        foreach (Gate gate in Circuit.Gates)
        {
            double share = halvesControlled && gate.Spec.Shift == ShiftRule.FourTerm ? 0.5 : 1;
            foreach (Angle angle in gate.Angles)
            {
                var factors = angle.LinearFactors(source).ToDictionary(own => own.Index, own => share * Math.Abs(own.Factor));
                foreach (int i in source == AngleSource.Input ? angle.InputIndices : angle.WeightIndices)
                    all[i].Add(factors.GetValueOrDefault(i, 1));
            }
        }

        return Array.ConvertAll(all, Turn);
    }

    static double Turn(List<double> factors)
    {
        double[] acting = [.. factors.Where(factor => factor > 0)];
        return 2 * Math.PI / (acting.Length == 0 ? 1
            : Math.Max(acting.Aggregate(FourierSpectrum.Divisor), acting.Min() / MostTurns));
    }
}
