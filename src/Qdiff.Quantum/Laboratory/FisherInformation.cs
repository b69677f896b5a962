using MathNet.Numerics.LinearAlgebra;
using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// How much the state of a circuit moves with its weights: the quantum Fisher information, four times the Fubini-Study metric
/// g_ij = Re(⟨∂i|∂j⟩ − ⟨∂i|ψ⟩⟨ψ|∂j⟩), its mean over random inputs. Its rank is how many weights, or combinations of them, move
/// the state in ways of their own.
/// </summary>
/// <remarks>Meyer 2021, arXiv 2103.15191; Haug, Bharti and Kim 2021, arXiv 2102.01659.</remarks>
/// <param name="Rank">The largest rank at the sampled points, with the smallest and largest.</param>
/// <param name="Trace">The mean trace.</param>
/// <param name="Spectrum">The mean eigenvalues, largest first.</param>
/// <param name="Live">Weights that the read-outs (Z of every wire) can depend on at all; see <see
/// cref="CircuitDiagnosis"/>.</param>
/// <param name="ReadRank">The rank of what the read-outs see: of their derivatives by the weights, at many inputs together, so
/// many that twice as many do not raise it.</param>
/// <param name="Samples">Points.</param>
public sealed record FisherInformation(IntervalEstimate Rank, IntervalEstimate Trace, IReadOnlyList<double> Spectrum, int Live,
    int ReadRank, int Samples)
{
    /// <summary>Eigenvalues below this share of the largest are rounding.</summary>
    const double Rounding = 1e-11;

    /// <summary>Inputs at a point: enough for the rank, if it is not limited by anything else; if these are many, first so many
    /// and then twice as many each time, as long as that raises the rank.</summary>
    const int FewestInputs = 8, InputsAtFirst = 64;

    /// <summary>Measures a circuit at random inputs and weights.</summary>
    /// <exception cref="ArgumentException">It starts from amplitudes, has too many wires or no weights, or there is one
    /// sample or none, or an angle has no value.</exception>
    public static FisherInformation Measure(Circuit circuit, int samples, Random random)
    {
        var states = new RandomStates(circuit);
        IntervalEstimate.RequireSamples(samples);
        if (circuit.Weights == 0) throw new ArgumentException("the circuit has no weights");
        (List<double[]> spectra, List<double> ranks, int readRank) = ([], [], 0);
        for (int s = 0; s < samples; s++)
        {
            (_, double[] weights) = states.Draw(random);
            double[] spectrum = MeanSpectrum(states, (1L << circuit.Qubits) - 1, 4, random, inputs =>
                Metric(states, inputs, weights));
            spectra.Add(spectrum);
            ranks.Add(RankOf(spectrum));
            readRank = Math.Max(readRank, RankOf(MeanSpectrum(states, circuit.Qubits - circuit.Ancillas, 1, random, inputs =>
                Squares(CircuitJacobian.Compute(circuit, null, inputs, weights).ByWeight))));
        }

        return new(new(ranks.Max(), ranks.Min(), ranks.Max()),
            IntervalEstimate.OfMean([.. spectra.Select(spectrum => spectrum.Sum())]),
            [.. Enumerable.Range(0, circuit.Weights).Select(i => spectra.Average(spectrum => spectrum[i]))],
            circuit.Weights - new CircuitDiagnosis(circuit).DeadWeights.Count, readRank, samples);
    }

    static int RankOf(double[] spectrum) => spectrum.Count(value => value > Rounding * Math.Max(spectrum[0], 1e-6));

    /// <summary>The eigenvalues, times a factor, of the mean over inputs of a matrix whose rank at one input is at most
    /// <paramref name="each"/>.</summary>
    static double[] MeanSpectrum(RandomStates states, long each, double factor, Random random, Func<double[], double[,]> at)
    {
        int weights = states.Circuit.Weights;
        long enough = states.Circuit.Inputs == 0 ? 1 : Math.Max(FewestInputs, 2L * weights / each);
        long wanted = Math.Min(enough, InputsAtFirst);
        var sum = new double[weights, weights];
        int rank = 0;
        for (int count = 0; ; wanted = Math.Min(enough, 2 * wanted))
        {
            for (; count < wanted; count++) Add(at(states.Draw(random).Inputs), sum);
            double[] spectrum = Eigenvalues(sum, factor / count);
            int before = rank;
            rank = RankOf(spectrum);
            if (count == enough || rank == weights || rank == before) return spectrum;
        }
    }

    static void Add(double[,] one, double[,] sum)
    {
        for (int i = 0; i < sum.GetLength(0); i++)
            for (int j = 0; j < sum.GetLength(1); j++) sum[i, j] += one[i, j];
    }

    /// <summary>Σ over read-outs of the products of their derivatives.</summary>
    static double[,] Squares(double[][] byWeight)
    {
        var squares = new double[byWeight.Length, byWeight.Length];
        for (int i = 0; i < byWeight.Length; i++)
            for (int j = 0; j <= i; j++)
                squares[i, j] = squares[j, i] = byWeight[i].Zip(byWeight[j], (a, b) => a * b).Sum();
        return squares;
    }

    /// <summary>The Fubini-Study metric of a circuit's weights at these numbers.</summary>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes, or has too many wires, or an angle has no
    /// value.</exception>
    public static double[,] Metric(Circuit circuit, double[] inputs, double[] weights)
    {
        BoundCircuit.CheckCounts(circuit, inputs.Length, weights.Length);
        return Metric(new RandomStates(circuit), inputs, weights);
    }

    static double[,] Metric(RandomStates states, double[] inputs, double[] weights)
    {
        (WireState psi, WireState[] tangents) = states.Tangents(inputs, weights);
        Complex[] along = [.. tangents.Select(tangent => Product(psi.Amplitudes, tangent.Amplitudes))];
        var metric = new double[tangents.Length, tangents.Length];
        for (int i = 0; i < tangents.Length; i++)
            for (int j = 0; j <= i; j++)
                metric[i, j] = metric[j, i] = Product(tangents[i].Amplitudes, tangents[j].Amplitudes).Real
                    - (Complex.Conjugate(along[i]) * along[j]).Real;
        return metric;
    }

    /// <summary>The eigenvalues of a symmetric matrix times a factor, largest first; what rounding made negative is 0.</summary>
    internal static double[] Eigenvalues(double[,] symmetric, double factor) =>
        [.. Matrix<double>.Build.DenseOfArray(symmetric).Evd(Symmetricity.Symmetric).EigenValues
            .Select(value => Math.Max(0, factor * value.Real)).OrderDescending()];

    static Complex Product(Complex[] bra, Complex[] ket)
    {
        Complex sum = 0;
        for (int k = 0; k < bra.Length; k++) sum += Complex.Conjugate(bra[k]) * ket[k];
        return sum;
    }
}
