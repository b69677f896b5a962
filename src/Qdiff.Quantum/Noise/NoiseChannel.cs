using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What happens to one or two wires beside the gate: ρ becomes Σ KρK† with Kraus operators K, Σ K†K = 1. Of a channel on two
/// wires the first is the more significant bit.
/// </summary>
/// <remarks>Nielsen and Chuang 2010, section 8.3.</remarks>
public sealed class NoiseChannel
{
    /// <summary>How far Σ K†K may be from 1: numbers in files have six digits and more.</summary>
    const double Tolerance = 1e-6;

    readonly Complex[][,] operators;

    NoiseChannel(string name, int wires, Complex[][,] operators, double[]? mixture = null)
    {
        this.operators = operators;
        (Name, Wires, Mixture) = (name, wires, mixture);
        Transfer = TransferMatrix.Of(operators);
    }

    /// <summary>What files call it.</summary>
    public string Name { get; }

    /// <summary>1 or 2.</summary>
    public int Wires { get; }

    /// <summary>The Kraus operators, 2×2 or 4×4: copies.</summary>
    public IReadOnlyList<Complex[,]> Operators => [.. operators.Select(Copy)];

    internal Complex[,] Operator(int number) => operators[number];

    /// <summary>
    /// The probabilities of the Pauli strings I, X, Y, Z, or II, IX, …, ZZ, of a channel that draws one of them; else null.
    /// </summary>
    public IReadOnlyList<double>? Mixture { get; }

    internal TransferMatrix Transfer { get; }

    /// <summary>Whether it makes no difference if a wire is measured before or after it.</summary>
    internal bool CommutesWithMeasurement => Transfer.CommutesWithMeasurement(Tolerance);

    /// <summary>
    /// Which operator acts on a state whose wires have the density matrix ρ, of any trace, and the weight Tr KρK† that is left:
    /// that with which the sum of all weights' shares passes <paramref name="uniform"/>.
    /// </summary>
    internal (int Operator, double Weight) Choose(Complex[,] rho, double uniform)
    {
        int d = rho.GetLength(0);
        var weights = new double[operators.Length];
        for (int k = 0; k < weights.Length; k++)
            for (int row = 0; row < d; row++)
            {
                Complex sum = 0;
                for (int a = 0; a < d; a++)
                    for (int b = 0; b < d; b++)
                        sum += operators[k][row, a] * rho[a, b] * Complex.Conjugate(operators[k][row, b]);
                weights[k] += sum.Real;
            }

        double left = uniform * weights.Sum(), largest = weights.Max();
        for (int k = 0; k < weights.Length; k++)
            if ((left -= weights[k]) < 0) return (k, weights[k]);
        return (Array.IndexOf(weights, largest), largest);
    }

    /// <summary>X with probability <paramref name="p"/>.</summary>
    public static NoiseChannel BitFlip(double p) => Mix("bit-flip", 1 - Probability(p), p, 0, 0);

    /// <summary>Z with probability <paramref name="p"/>.</summary>
    public static NoiseChannel PhaseFlip(double p) => Mix("phase-flip", 1 - Probability(p), 0, 0, p);

    /// <summary>Y with probability <paramref name="p"/>.</summary>
    public static NoiseChannel BitPhaseFlip(double p) => Mix("bit-phase-flip", 1 - Probability(p), 0, p, 0);

    /// <summary>With probability <paramref name="p"/> one of X, Y, Z, each p/3.</summary>
    public static NoiseChannel Depolarizing(double p) => Mix("depolarizing", 1 - Probability(p), p / 3, p / 3, p / 3);

    /// <summary>With probability <paramref name="p"/> one of the 15 products of two Pauli operators, each p/15.</summary>
    public static NoiseChannel Depolarizing2(double p) =>
        Mix("depolarizing2", [1 - Probability(p), .. Enumerable.Repeat(p / 15, 15)]);

    /// <summary>
    /// diag(1, √(1−p)) and √p|0⟩⟨1|: with probability <paramref name="p"/> 1 decays to 0. Where 1 has a probability in
    /// equilibrium, <paramref name="excited"/>, these act with probability 1 − excited, else the same from 0 to 1: ⟨Z⟩ becomes
    /// (1 − p)⟨Z⟩ + p(1 − 2·excited).
    /// </summary>
    public static NoiseChannel AmplitudeDamping(double p, double excited = 0) => new("amplitude-damping", 1, Towards(excited,
        [Diagonal(1, Math.Sqrt(1 - Probability(p))), new Complex[,] { { 0, Math.Sqrt(p) }, { 0, 0 } }]));

    /// <summary>diag(1, √(1−p)) and √p|1⟩⟨1|: coherences shrink by √(1−p).</summary>
    public static NoiseChannel PhaseDamping(double p) => new("phase-damping", 1,
        [Diagonal(1, Math.Sqrt(1 - Probability(p))), Diagonal(0, Math.Sqrt(p))]);

    /// <summary>
    /// Relaxation for <paramref name="time"/>: ⟨Z⟩ comes nearer to 1 − 2·<paramref name="excited"/>, its value in equilibrium, by
    /// exp(−time/T1), coherences shrink by exp(−time/T2); all three times in the same unit.
    /// </summary>
    public static NoiseChannel ThermalRelaxation(double t1, double t2, double time, double excited = 0)
    {
        Positive("T1", t1);
        Positive("T2", t2);
        if (!(time >= 0 && double.IsFinite(time)))
            throw new ArgumentException(Invariant($"the time is {time}; it must be 0 or more"));
        if (t2 > 2 * t1)
            throw new ArgumentException(Invariant($"T2 = {t2} is longer than 2·T1 = {2 * t1}, which no coherence outlives"));
        double decay = 1 - Math.Exp(-time / t1), kept = Math.Sqrt(1 - decay), coherence = Math.Exp(-time / t2);
        // What decay leaves of coherences, √(1−decay), is more than exp(−time/T2): the rest is dephasing.
        double dephased = kept == 0 ? 0 : Math.Max(0, 1 - Math.Pow(coherence / kept, 2));
        return new("thermal-relaxation", 1, Towards(excited,
        [
            Diagonal(1, kept * Math.Sqrt(1 - dephased)), Diagonal(0, kept * Math.Sqrt(dephased)),
            new Complex[,] { { 0, Math.Sqrt(decay) }, { 0, 0 } },
        ]));

        static void Positive(string name, double value)
        {
            if (!(value > 0 && double.IsFinite(value)))
                throw new ArgumentException(Invariant($"{name} is {value}; it must be positive"));
        }
    }

    /// <summary>
    /// One of these Pauli strings, all of one letter or all of two, each with its probability; nothing with the rest.
    /// </summary>
    public static NoiseChannel Pauli(IEnumerable<KeyValuePair<string, double>> probabilities)
    {
        double[]? mixture = null;
        foreach ((string letters, double p) in probabilities)
        {
            if (letters.Length is not (1 or 2) || letters.Any(letter => !"IXYZ".Contains(letter)))
                throw new ArgumentException($"'{letters}' is no string of one or two of the letters I, X, Y and Z");
            mixture ??= new double[letters.Length == 1 ? 4 : 16];
            if (mixture.Length != (letters.Length == 1 ? 4 : 16))
                throw new ArgumentException($"'{letters}' is of another length than the strings before it");
            mixture[letters.Aggregate(0, (index, letter) => 4 * index + "IXYZ".IndexOf(letter))] += Probability(p);
        }

        if (mixture is null) throw new ArgumentException("no Pauli string is given");
        double sum = mixture[1..].Sum();
        if (sum > 1 + Tolerance || mixture[0] > 0 && Math.Abs(mixture[0] + sum - 1) > Tolerance)
            throw new ArgumentException(Invariant($"the probabilities sum to {mixture[0] + sum:0.######}, which is not 1"));
        mixture[0] = Math.Max(0, 1 - sum);
        return Mix("pauli", mixture);
    }

    /// <summary>The channel of these operators, 2×2 or 4×4.</summary>
    public static NoiseChannel Kraus(params IReadOnlyList<Complex[,]> operators)
    {
        if (operators.Count == 0) throw new ArgumentException("no Kraus operator is given");
        operators = [.. operators.Select(Copy)];   // the caller may go on with its own
        int size = operators[0].GetLength(0);
        if (size is not (2 or 4) || operators.Any(k => k.GetLength(0) != size || k.GetLength(1) != size))
            throw new ArgumentException("Kraus operators are all 2×2 or all 4×4 matrices");
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                Complex sum = 0;
                foreach (Complex[,] k in operators)
                    for (int m = 0; m < size; m++) sum += Complex.Conjugate(k[m, row]) * k[m, column];
                Complex wanted = row == column ? 1 : 0;
                if (!((sum - wanted).Magnitude <= Tolerance))
                    throw new ArgumentException("the Kraus operators do not sum to one: "
                        + Invariant($"Σ K†K has {sum.Real:0.######} + {sum.Imaginary:0.######}i in row {row + 1}, column ")
                        + Invariant($"{column + 1}, where {wanted.Real} belongs"));
            }
        }

        return new("kraus", size == 2 ? 1 : 2, [.. operators]);
    }

    static NoiseChannel Mix(string name, params double[] mixture)
    {
        int wires = mixture.Length == 4 ? 1 : 2;
        return new(name, wires, [.. Enumerable.Range(0, mixture.Length).Where(p => mixture[p] > 0)
            .Select(p => Scaled(PauliMatrix.Of(p, wires), Math.Sqrt(mixture[p])))], mixture);
    }

    /// <summary>Decay to 0, or with the probability <paramref name="excited"/> the same to 1: X K X for K.</summary>
    /// <remarks>Generalised amplitude damping: Nielsen and Chuang 2010, section 8.3.5.</remarks>
    static Complex[][,] Towards(double excited, Complex[][,] decay)
    {
        double toOne = Math.Sqrt(Probability(excited, "excited population")), toZero = Math.Sqrt(1 - excited);
        return excited == 0 ? decay : [.. decay.Select(k => Scaled(k, toZero)), .. decay.Select(k => Scaled(
            new Complex[,] { { k[1, 1], k[1, 0] }, { k[0, 1], k[0, 0] } }, toOne))];
    }

    static double Probability(double p, string name = "probability") => p is >= 0 and <= 1
        ? p
        : throw new ArgumentException(Invariant($"the {name} is {p}; it must be from 0 to 1"));

    static Complex[,] Copy(Complex[,] matrix) => (Complex[,])matrix.Clone();

    static Complex[,] Diagonal(double first, double second) => new Complex[,] { { first, 0 }, { 0, second } };

    static Complex[,] Scaled(Complex[,] matrix, double factor)
    {
        Complex[,] scaled = Copy(matrix);
        for (int row = 0; row < scaled.GetLength(0); row++)
            for (int column = 0; column < scaled.GetLength(1); column++) scaled[row, column] *= factor;
        return scaled;
    }
}
