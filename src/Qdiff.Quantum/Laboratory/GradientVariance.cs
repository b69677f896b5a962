using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// How large the derivatives of a cost are at random numbers: their variance, which falls exponentially with the wires on a
/// barren plateau. The ensemble: every input and weight uniform in a full turn of all its gates (4π of a controlled rotation).
/// </summary>
/// <remarks>McClean et al. 2018, arXiv 1803.11173; Cerezo et al. 2021, arXiv 2001.00550.</remarks>
/// <param name="Mean">The mean variance over all inputs and weights. Where few samples carry it (<see
/// cref="IntervalEstimate.IsCarriedByFew"/>) its interval is mostly too narrow.</param>
/// <param name="Each">The variance of the derivative by each, inputs first.</param>
/// <param name="Samples">Points.</param>
public sealed record GradientVariance(IntervalEstimate Mean, IReadOnlyList<IntervalEstimate> Each, int Samples)
{
    /// <summary>Measures a circuit.</summary>
    /// <exception cref="ArgumentException">It starts from amplitudes or has too many wires, nothing to derive by, or there are
    /// too few samples, or an angle has no value.</exception>
    public static GradientVariance Measure(Circuit circuit, GradientCost cost, int samples, Random random)
    {
        var states = new RandomStates(circuit);
        IntervalEstimate.RequireSamples(samples);
        if (circuit.Inputs + circuit.Weights == 0) throw new ArgumentException("the circuit has no number to derive by");
        double[][] gradients = [.. Enumerable.Range(0, samples).Select(_ => Gradient(states, cost, random))];
        int count = gradients[0].Length;
        double[] means = [.. Enumerable.Range(0, count).Select(i => gradients.Average(g => g[i]))];
        // With the mean taken from the same samples, squares are too small by (n−1)/n.
        double factor = samples / (samples - 1.0);
        return new(Over(gradient => Enumerable.Range(0, count).Average(i => Square(gradient, i))),
            [.. Enumerable.Range(0, count).Select(i => Over(gradient => Square(gradient, i)))], samples);

        double Square(double[] gradient, int i) => factor * Math.Pow(gradient[i] - means[i], 2);

        IntervalEstimate Over(Func<double[], double> value) => IntervalEstimate.OfMean([.. gradients.Select(value)]).AtLeast(0);
    }

    static double[] Gradient(RandomStates states, GradientCost cost, Random random)
    {
        Circuit circuit = states.Circuit;
        (double[] inputs, double[] weights) = states.Draw(random);
        WireState psi = states.At(inputs, weights), lambda = Image(psi, cost, states);
        double sign = cost == GradientCost.FirstWire ? 1 : -1;
        (double[] byInput, double[] byWeight) = (new double[circuit.Inputs], new double[circuit.Weights]);
        for (int i = states.Gates.Count - 1; i >= 0; i--)
        {
            Elementary gate = states.Gates[i];
            if (gate.Angle.Source != AngleSource.Fixed)
                BoundCircuit.AddChainRule(gate.Angle, sign * lambda.Derivative(gate, psi), inputs, weights, byInput, byWeight);
            double angle = RandomStates.AngleOf(gate, inputs, weights);
            psi.Apply(gate, angle, inverse: true);
            lambda.Apply(gate, angle, inverse: true);
        }

        return [.. byInput, .. byWeight];
    }

    /// <summary>Oψ of the observable whose expectation the cost is, or is 1 less.</summary>
    static WireState Image(WireState psi, GradientCost cost, RandomStates states)
    {
        WireState image = psi.Times(cost == GradientCost.FirstWire ? PauliString.Z(states.Places[0]) : default);
        Complex[] amplitudes = image.Amplitudes;
        for (int k = 0; k < amplitudes.Length && cost != GradientCost.FirstWire; k++)
            amplitudes[k] *= cost == GradientCost.Global
                ? k == 0 ? 1 : 0
                : 1 - BitOperations.PopCount((uint)k) / (double)states.Circuit.Qubits;
        return image;
    }
}
