using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Noise by its definition: the whole density matrix, ρ → UρU† for a gate and ρ → Σ KρK† for a channel, in double precision. Kept
/// as the oracle of everything that is faster.
/// </summary>
public static class DensityMatrix
{
    /// <summary>The 4¹⁰ entries of ten qubits take 16 MiB.</summary>
    public const int MaxQubits = 10;

    /// <summary>The density matrix after the last gate, row by row; wire 0 is the most significant bit of an index.</summary>
    public static Complex[,] State(Circuit circuit, NoiseModel noise, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        if (circuit.Qubits > MaxQubits)
            throw new ArgumentException($"A density matrix of {circuit.Qubits} qubits is too large; the limit is {MaxQubits}.",
                nameof(circuit));
        NoisyCircuit bound = NoisyCircuit.Of(circuit, noise).Bind(inputs, weights);
        Complex[] start = LiteralSimulator.StartAmplitudes(circuit, inputs);
        int size = start.Length;
        var rho = new Complex[size, size];
        for (int row = 0; row < size; row++)
            for (int column = 0; column < size; column++) rho[row, column] = start[row] * Complex.Conjugate(start[column]);
        foreach (CompiledStep step in CompiledStep.Of(bound.Steps))
        {
            rho = Mapped(rho, [step.Matrix], step.Wires, circuit.Qubits);
            foreach ((NoiseChannel channel, int[] wires) in step.Channels)
                rho = Mapped(rho, channel.Operators, wires, circuit.Qubits);
        }

        return rho;
    }

    /// <summary>The probability of each outcome of all wires, read-out errors included.</summary>
    public static double[] Probabilities(Circuit circuit, NoiseModel noise, ReadOnlySpan<double> inputs,
        ReadOnlySpan<double> weights)
    {
        Complex[,] rho = State(circuit, noise, inputs, weights);
        double[] truth = [.. Enumerable.Range(0, rho.GetLength(0)).Select(k => rho[k, k].Real)];
        var read = new double[truth.Length];
        for (int was = 0; was < truth.Length; was++)
        {
            for (int seen = 0; seen < read.Length; seen++)
            {
                double p = truth[was];
                for (int wire = 0; wire < circuit.Qubits; wire++)
                {
                    ReadOutError error = noise.ReadOutOf(wire);
                    int bit = circuit.Qubits - 1 - wire;
                    double flip = (was >> bit & 1) == 0 ? error.P10 : error.P01;
                    p *= (was >> bit & 1) == (seen >> bit & 1) ? 1 - flip : flip;
                }

                read[seen] += p;
            }
        }

        return read;
    }

    /// <summary>The mean of each read-out, whose terms are products of Z, read-out errors included.</summary>
    public static double[] Expectations(Circuit circuit, NoiseModel noise, IReadOnlyList<Observable> readOuts,
        ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        double[] probabilities = Probabilities(circuit, noise, inputs, weights);
        return [.. readOuts.Select(readOut => readOut.Terms.Sum(term =>
        {
            if (!term.Pauli.IsDiagonal) throw new ArgumentException($"{term.Pauli} is no product of Z.", nameof(readOuts));
            int mask = WireGraph.Bits(term.Pauli.ZBits).Sum(wire => 1 << (circuit.Qubits - 1 - wire));
            return term.Coefficient * probabilities.Select((p, k) => Sign(k & mask) * p).Sum();
        }))];
    }

    static int Sign(int bits) => BitOperations.PopCount((uint)bits) % 2 == 0 ? 1 : -1;

    /// <summary>Σ KρK†, K on these wires.</summary>
    static Complex[,] Mapped(Complex[,] rho, IReadOnlyList<Complex[,]> operators, int[] wires, int qubits)
    {
        int size = rho.GetLength(0), d = 1 << wires.Length;
        int[] offsets = [.. Enumerable.Range(0, d).Select(row => Enumerable.Range(0, wires.Length)
            .Sum(k => (row >> (wires.Length - 1 - k) & 1) << (qubits - 1 - wires[k])))];
        var sum = new Complex[size, size];
        foreach (Complex[,] k in operators)
        {
            for (int left = 0; left < size; left++)
            {
                for (int right = 0; right < size; right++)
                {
                    if (rho[left, right] == Complex.Zero) continue;
                    (int leftRest, int a) = Split(left);
                    (int rightRest, int b) = Split(right);
                    for (int row = 0; row < d; row++)
                        for (int column = 0; column < d; column++)
                            sum[leftRest | offsets[row], rightRest | offsets[column]] +=
                                k[row, a] * rho[left, right] * Complex.Conjugate(k[column, b]);
                }
            }
        }

        return sum;

        (int Others, int Own) Split(int index)
        {
            int own = 0;
            for (int k = 0; k < wires.Length; k++) own = own << 1 | index >> (qubits - 1 - wires[k]) & 1;
            return (index & ~offsets[d - 1], own);
        }
    }
}
