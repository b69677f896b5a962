using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// How entangled the states of a circuit are: the mean of Meyer and Wallach's Q = 2(1 − mean purity of the single wires), which
/// is 0 for product states and 1 at most. Haar-random states have (N−2)/(N+1). Angles of controlled rotations are drawn from 2π
/// like all others, as they are for <see cref="Expressibility"/>.
/// </summary>
/// <remarks>Meyer and Wallach 2002, arXiv quant-ph/0108104; Brennen 2003, arXiv quant-ph/0305094.</remarks>
/// <param name="Mean">The mean.</param>
/// <param name="Haar">The mean of Haar-random states.</param>
/// <param name="Values">Q of each state.</param>
public sealed record Entanglement(IntervalEstimate Mean, double Haar, IReadOnlyList<double> Values)
{
    /// <summary>Measures a circuit.</summary>
    /// <exception cref="ArgumentException">It starts from amplitudes or has too many wires, or there is one sample or
    /// none, or an angle has no value.</exception>
    public static Entanglement Measure(Circuit circuit, int samples, Random random)
    {
        var states = new RandomStates(circuit, halvesControlled: false);
        IntervalEstimate.RequireSamples(samples);
        double[] values = [.. Enumerable.Range(0, samples).Select(_ => MeyerWallach(states.Next(random)))];
        double size = Math.Pow(2, circuit.Qubits);
        return new(IntervalEstimate.OfMean(values), (size - 2) / (size + 1), values);
    }

    /// <summary>Q of one state.</summary>
    public static double MeyerWallach(IReadOnlyList<Complex> state)
    {
        int wires = BitOperations.Log2((uint)state.Count);
        double purity = 0;
        for (int bit = 1; bit < state.Count; bit *= 2)
        {
            (double zero, double one, Complex between) = (0, 0, 0);
            for (int k = 0; k < state.Count; k++)
            {
                if ((k & bit) != 0) continue;
                (Complex a, Complex b) = (state[k], state[k | bit]);
                zero += a.Real * a.Real + a.Imaginary * a.Imaginary;
                one += b.Real * b.Real + b.Imaginary * b.Imaginary;
                between += a * Complex.Conjugate(b);
            }

            purity += zero * zero + one * one + 2 * (between.Real * between.Real + between.Imaginary * between.Imaginary);
        }

        return Math.Max(0, 2 * (1 - purity / wires));
    }
}
