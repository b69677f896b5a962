using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// How alike the states of two random inputs are to each other: the fidelity kernel |⟨ψ(x)|ψ(x′)⟩|² at weights that are drawn
/// once. Where its variance falls exponentially with the wires, exponentially many shots are needed to tell pairs apart.
/// </summary>
/// <remarks>Thanasilp, Wang, Cerezo and Holmes 2022, arXiv 2208.11060.</remarks>
/// <param name="Mean">The mean over pairs.</param>
/// <param name="Variance">The variance over pairs. Where few of them carry it (<see
/// cref="IntervalEstimate.IsCarriedByFew"/>) its interval is mostly too narrow.</param>
/// <param name="Haar">The mean of Haar-random pairs, 1/2^n.</param>
/// <param name="Values">The kernel of each pair.</param>
public sealed record FidelityKernel(IntervalEstimate Mean, IntervalEstimate Variance, double Haar, IReadOnlyList<double> Values)
{
    /// <summary>Measures a circuit.</summary>
    /// <exception cref="ArgumentException">It starts from amplitudes, has too many wires or no inputs, or there is one sample or
    /// none, or an angle has no value.</exception>
    public static FidelityKernel Measure(Circuit circuit, int samples, Random random)
    {
        var states = new RandomStates(circuit);
        IntervalEstimate.RequireSamples(samples);
        if (circuit.Inputs == 0)
            throw new ArgumentException("the circuit has no inputs for a kernel to compare; put an encoding in front of it");
        (_, double[] weights) = states.Draw(random);
        double[] values = [.. Enumerable.Range(0, samples).Select(_ => Expressibility.Fidelity(Next(), Next()))];
        double mean = values.Average();
        // With the mean taken from the same samples, squares are too small by (n−1)/n.
        double factor = samples / (samples - 1.0);
        return new(IntervalEstimate.OfMean(values).AtLeast(0),
            IntervalEstimate.OfMean([.. values.Select(value => factor * Math.Pow(value - mean, 2))]).AtLeast(0),
            Math.Pow(2, -circuit.Qubits), values);

        Complex[] Next() => states.At(states.Draw(random).Inputs, weights).Amplitudes;
    }
}
