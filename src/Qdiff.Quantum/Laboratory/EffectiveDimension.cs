using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// How many of a circuit's weights its outcomes can tell apart from so many data: d = 2 ln(mean √det(1 + κF̂)) / ln κ with
/// κ = n/(2π ln n), where F is the classical Fisher information of the outcomes of all wires, averaged over inputs, and F̂ is F
/// divided by its mean trace and multiplied by the number of weights. It lies between 0 and about that number; with few data it
/// can be more, ln(1+κ)/ln κ times as much, which is 1.2 of 100 data.
/// </summary>
/// <remarks>Abbas et al. 2021, arXiv 2011.00027, with γ = 1.</remarks>
/// <param name="Dimension">The effective dimension; its interval is a bootstrap over points.</param>
/// <param name="Weights">How many weights there are.</param>
/// <param name="Data">n.</param>
/// <param name="Samples">Points.</param>
public sealed record EffectiveDimension(IntervalEstimate Dimension, int Weights, long Data, int Samples)
{
    const int Resamples = 400;

    /// <summary>κ is 3.5 then. Towards 18 data it is 1, its logarithm 0, and the dimension beyond all bounds.</summary>
    const int FewestData = 100;

    /// <summary>Inputs that are drawn at each point.</summary>
    const int InputsAtEach = 8;

    /// <summary>Measures a circuit.</summary>
    /// <exception cref="ArgumentException">It starts from amplitudes, has too many wires or no weights, or there are fewer than
    /// 100 data or 2 samples, or an angle has no value.</exception>
    public static EffectiveDimension Measure(Circuit circuit, long data, int samples, Random random)
    {
        var states = new RandomStates(circuit);
        IntervalEstimate.RequireSamples(samples);
        if (data < FewestData)
            throw new ArgumentException($"{data} data are too few; at least {FewestData} are needed");
        double kappa = data / (2 * Math.PI * Math.Log(data));
        if (circuit.Weights == 0) throw new ArgumentException("the circuit has no weights");
        double[][] spectra = [.. Enumerable.Range(0, samples).Select(_ => FisherInformation.Eigenvalues(Fisher(states, random),
            1))];
        double[] resampled = [.. Enumerable.Range(0, Resamples).Select(_ =>
            Value([.. spectra.Select(_ => spectra[random.Next(samples)])])).Order()];
        return new(new(Value(spectra), resampled[(int)(0.025 * Resamples)], resampled[(int)(0.975 * Resamples)]),
            circuit.Weights, data, samples);

        double Value(double[][] spectra)
        {
            double trace = spectra.Average(spectrum => spectrum.Sum());
            // Without any information every determinant is 1.
            double scale = trace == 0 ? 0 : circuit.Weights / trace;
            double[] logs = [.. spectra.Select(spectrum => spectrum.Sum(value => Math.Log(1 + kappa * scale * value)) / 2)];
            double largest = logs.Max();
            return 2 * (largest + Math.Log(logs.Average(log => Math.Exp(log - largest)))) / Math.Log(kappa);
        }
    }

    /// <summary>Σ over outcomes of ∂i p · ∂j p / p, averaged over inputs, at random weights.</summary>
    static double[,] Fisher(RandomStates states, Random random)
    {
        (_, double[] weights) = states.Draw(random);
        int count = states.Circuit.Inputs == 0 ? 1 : InputsAtEach, d = weights.Length;
        var fisher = new double[d, d];
        var slopes = new double[d];
        for (int n = 0; n < count; n++)
        {
            (double[] inputs, _) = states.Draw(random);
            (WireState psi, WireState[] tangents) = states.Tangents(inputs, weights);
            for (int k = 0; k < psi.Amplitudes.Length; k++)
            {
                Complex amplitude = psi.Amplitudes[k];
                double p = amplitude.Real * amplitude.Real + amplitude.Imaginary * amplitude.Imaginary;
                if (p < 1e-14) continue;
                for (int i = 0; i < d; i++) slopes[i] = 2 * (Complex.Conjugate(amplitude) * tangents[i].Amplitudes[k]).Real;
                for (int i = 0; i < d; i++)
                    for (int j = 0; j <= i; j++) fisher[i, j] += slopes[i] * slopes[j] / p / count;
            }
        }

        for (int i = 0; i < d; i++)
            for (int j = 0; j < i; j++) fisher[j, i] = fisher[i, j];
        return fisher;
    }
}
