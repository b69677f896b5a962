using System.Numerics;
using System.Runtime.InteropServices;

namespace Qdiff.Quantum;

/// <summary>
/// The density matrix of some wires in the basis of Pauli strings: the expectation of each of the 4^n strings, real numbers. The
/// first wire is the most significant digit of a string's number, with the digits I, X, Y, Z.
/// </summary>
sealed class PauliVector
{
    /// <summary>4¹² numbers are 128 MiB.</summary>
    public const int MaxWires = 12;

    readonly double[] values;
    readonly int[] shifts = new int[Circuit.MaxQubits + 1];
    readonly int[] wires;

    /// <summary>All wires of the set in |0⟩.</summary>
    public PauliVector(ulong wires)
    {
        this.wires = [.. WireGraph.Bits(wires)];
        int n = this.wires.Length;
        if (n > MaxWires)
            throw new ArgumentException($"{n} wires are too many for a density matrix; the limit is {MaxWires}.");
        for (int i = 0; i < n; i++) shifts[this.wires[i]] = 2 * (n - 1 - i);
        values = new double[1L << (2 * n)];
        // Every string of I and Z has the expectation 1.
        for (int k = 0; k < 1 << n; k++) values[Spread(k)] = 1;
    }

    /// <summary>A pure state of these wires, the first the most significant bit.</summary>
    public PauliVector(ulong wires, Complex[] amplitudes)
        : this(wires)
    {
        int n = this.wires.Length;
        for (int p = 0; p < values.Length; p++)
        {
            // A string maps each basis state to one other, with a phase.
            (int x, int z, int y) = (0, 0, 0);
            for (int i = 0; i < n; i++)
            {
                int digit = p >> (2 * i) & 3;
                if (digit is 1 or 2) x |= 1 << i;
                if (digit >= 2) z |= 1 << i;
                if (digit == 2) y++;
            }

            Complex sum = 0;
            for (int k = 0; k < amplitudes.Length; k++)
            {
                Complex product = Complex.Conjugate(amplitudes[k ^ x]) * amplitudes[k];
                sum += BitOperations.PopCount((uint)(k & z)) % 2 == 0 ? product : -product;
            }

            values[p] = (y & 3) switch { 0 => sum.Real, 1 => -sum.Imaginary, 2 => -sum.Real, _ => sum.Imaginary };
        }
    }

    /// <summary>Applies a matrix to one or two wires.</summary>
    public void Apply(TransferMatrix matrix, ReadOnlySpan<int> on)
    {
        int size = matrix.Size, high = shifts[on[0]], low = on.Length == 1 ? 0 : shifts[on[1]];
        Span<int> offsets = stackalloc int[16];
        for (int e = 0; e < size; e++) offsets[e] = on.Length == 1 ? e << high : (e >> 2) << high | (e & 3) << low;
        int mask = offsets[size - 1], run = 1 << (on.Length == 1 ? high : Math.Min(high, low));
        int width = Vector<double>.Count;
        for (int start = 0; start < values.Length; start += run)
        {
            if ((start & mask) != 0) continue;
            int i = start;
            if (run >= width)
                for (; i < start + run; i += width) Vectors(matrix, offsets, i);
            else
                for (; i < start + run; i++) Numbers(matrix, offsets, i);
        }
    }

    void Vectors(TransferMatrix matrix, ReadOnlySpan<int> offsets, int at)
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(values);
        Span<Vector<double>> old = stackalloc Vector<double>[16];
        for (int e = 0; e < matrix.Size; e++) old[e] = Vector.LoadUnsafe(ref first, (nuint)(at + offsets[e]));
        for (int row = 0; row < matrix.Size; row++)
        {
            Vector<double> sum = Vector<double>.Zero;
            for (int k = matrix.Starts[row]; k < matrix.Starts[row + 1]; k++) sum += matrix.Values[k] * old[matrix.Columns[k]];
            sum.StoreUnsafe(ref first, (nuint)(at + offsets[row]));
        }
    }

    void Numbers(TransferMatrix matrix, ReadOnlySpan<int> offsets, int at)
    {
        Span<double> old = stackalloc double[16];
        for (int e = 0; e < matrix.Size; e++) old[e] = values[at + offsets[e]];
        for (int row = 0; row < matrix.Size; row++)
        {
            double sum = 0;
            for (int k = matrix.Starts[row]; k < matrix.Starts[row + 1]; k++) sum += matrix.Values[k] * old[matrix.Columns[k]];
            values[at + offsets[row]] = sum;
        }
    }

    /// <summary>The expectation of a string on these wires.</summary>
    public double Expectation(PauliString pauli)
    {
        long at = 0;
        foreach (int wire in WireGraph.Bits(pauli.Support))
        {
            bool x = (pauli.XBits >> wire & 1) != 0, z = (pauli.ZBits >> wire & 1) != 0;
            at |= (long)(x ? z ? 2 : 1 : 3) << shifts[wire];
        }

        return values[at];
    }

    /// <summary>The probabilities of the 2^n outcomes, the first wire the most significant bit.</summary>
    public double[] Probabilities()
    {
        int n = wires.Length;
        var result = new double[1 << n];
        for (int k = 0; k < result.Length; k++) result[k] = values[Spread(k)];
        // p(b) = 2^-n Σ over strings of I and Z of (−1)^(b·string) times the expectation: a Walsh-Hadamard transform.
        for (int half = 1; half < result.Length; half *= 2)
            for (int k = 0; k < result.Length; k++)
                if ((k & half) == 0)
                    (result[k], result[k | half]) = ((result[k] + result[k | half]) / 2, (result[k] - result[k | half]) / 2);
        for (int k = 0; k < result.Length; k++) result[k] = Math.Max(0, result[k]);
        return result;
    }

    /// <summary>Every bit as the digit I or Z.</summary>
    static int Spread(int bits)
    {
        int result = 0;
        for (int i = 0; bits >> i != 0; i++) result |= (bits >> i & 1) * 3 << (2 * i);
        return result;
    }
}
