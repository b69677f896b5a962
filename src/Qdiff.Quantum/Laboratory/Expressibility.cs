using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// How far the states of a circuit are from being spread evenly: the Kullback-Leibler divergence, in nats, of the fidelities of
/// pairs of random states from those of Haar-random states, P(F) = (N−1)(1−F)^(N−2), in bins of equal width. 0 is as even as can
/// be. As in the paper, angles of controlled rotations are drawn from 2π like all others.
/// </summary>
/// <remarks>Sim, Johnson and Aspuru-Guzik 2019, arXiv 1905.10876.</remarks>
/// <param name="Divergence">The divergence; its interval is that of the samples, not of the bias which <see cref="Floor"/>
/// shows.</param>
/// <param name="Floor">What as many Haar-random pairs score: finite samples are never 0.</param>
/// <param name="Samples">Pairs.</param>
/// <param name="Histogram">Pairs in each bin.</param>
public sealed record Expressibility(IntervalEstimate Divergence, IntervalEstimate Floor, int Samples,
    IReadOnlyList<int> Histogram)
{
    const int FloorRepetitions = 50;

    /// <summary>Measures a circuit.</summary>
    /// <exception cref="ArgumentException">It starts from amplitudes or has too many wires, or a number is too small, or an
    /// angle has no value.</exception>
    public static Expressibility Measure(Circuit circuit, int samples, int bins, Random random)
    {
        var states = new RandomStates(circuit, halvesControlled: false);
        Require(samples, bins);
        double size = Math.Pow(2, circuit.Qubits);
        IntervalEstimate divergence = Scored(() => Fidelity(states.Next(random), states.Next(random)), out int[] histogram);
        // A Haar fidelity exceeds F with probability (1−F)^(N−1).
        double[] floors = [.. Enumerable.Range(0, FloorRepetitions).Select(_ =>
            Scored(() => 1 - Math.Pow(1 - random.NextDouble(), 1 / (size - 1)), out int[] _).Value)];
        return new(divergence, IntervalEstimate.OfMean(floors), samples, histogram);

        IntervalEstimate Scored(Func<double> fidelity, out int[] counts)
        {
            counts = new int[bins];
            for (int s = 0; s < samples; s++) counts[Math.Clamp((int)(fidelity() * bins), 0, bins - 1)]++;
            return KullbackLeibler(counts, size);
        }
    }

    /// <summary>Σ p ln(p/q), and the standard error of the mean of ln(p/q) over the samples.</summary>
    internal static IntervalEstimate KullbackLeibler(IReadOnlyList<int> counts, double size)
    {
        double total = counts.Sum(), mean = 0, squares = 0;
        for (int bin = 0; bin < counts.Count; bin++)
        {
            if (counts[bin] == 0) continue;
            double p = counts[bin] / total, log = Math.Log(p) - LogHaar(bin, counts.Count, size);
            (mean, squares) = (mean + p * log, squares + p * log * log);
        }

        return IntervalEstimate.Around(mean, Math.Sqrt(Math.Max(0, squares - mean * mean) / total)).AtLeast(0);
    }

    /// <summary>ln of (1−low)^(N−1) − (1−high)^(N−1), which is too small to be written as it is.</summary>
    static double LogHaar(int bin, int bins, double size)
    {
        double low = 1 - bin / (double)bins, high = 1 - (bin + 1) / (double)bins;
        return (size - 1) * Math.Log(low) + Math.Log(1 - Math.Pow(high / low, size - 1));
    }

    /// <summary>|⟨a|b⟩|².</summary>
    internal static double Fidelity(Complex[] a, Complex[] b)
    {
        Complex overlap = 0;
        for (int k = 0; k < a.Length; k++) overlap += Complex.Conjugate(a[k]) * b[k];
        return overlap.Real * overlap.Real + overlap.Imaginary * overlap.Imaginary;
    }

    static void Require(int samples, int bins)
    {
        IntervalEstimate.RequireSamples(samples);
        if (bins is < 2 or > 10_000) throw new ArgumentException($"{bins} bins: 2 to 10,000 are possible");
    }
}
