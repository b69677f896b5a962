using System.Numerics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>Pauli strings on states, P|k⟩ = i^(number of Y) · (−1)^|k·z| · |k ⊕ x⟩; the string acts on the low bits.</summary>
static unsafe class PauliKernels<V> where V : struct, ILanes<V>
{
    /// <summary>to ← P from.</summary>
    public static void Apply(PauliString pauli, float* from, float* to, int bits)
    {
        (int x, int z, int quarter) = ((int)pauli.XBits, (int)pauli.ZBits, pauli.YCount & 3);
        for (int k = 0; k < 1 << bits; k++)
        {
            (V real, V imaginary) =
                Turned(from + (nint)k * Amplitude, quarter + 2 * BitOperations.PopCount((uint)(k & z)));
            float* b = to + (nint)(k ^ x) * Amplitude;
            real.Store(b);
            imaginary.Store(b + 16);
        }
    }

    /// <summary>to ← to + factor · P from, a factor for each sample.</summary>
    public static void Accumulate(PauliString pauli, float* factor, float* from, float* to, int bits)
    {
        (int x, int z, int quarter) = ((int)pauli.XBits, (int)pauli.ZBits, pauli.YCount & 3);
        V g = V.Load(factor);
        for (int k = 0; k < 1 << bits; k++)
        {
            (V real, V imaginary) =
                Turned(from + (nint)k * Amplitude, quarter + 2 * BitOperations.PopCount((uint)(k & z)));
            float* b = to + (nint)(k ^ x) * Amplitude;
            V.MultiplyAdd(g, real, V.Load(b)).Store(b);
            V.MultiplyAdd(g, imaginary, V.Load(b + 16)).Store(b + 16);
        }
    }

    /// <summary>Re⟨φ|P|χ⟩ for each sample.</summary>
    public static V Expectation(PauliString pauli, float* phi, float* chi, int bits)
    {
        (int x, int z, int quarter) = ((int)pauli.XBits, (int)pauli.ZBits, pauli.YCount & 3);
        V sum = default, total = default;
        for (int k = 0; k < 1 << bits; k++)
        {
            if (k % 1024 == 0) (total, sum) = (total + sum, default);
            (V real, V imaginary) =
                Turned(chi + (nint)k * Amplitude, quarter + 2 * BitOperations.PopCount((uint)(k & z)));
            float* b = phi + (nint)(k ^ x) * Amplitude;
            sum = V.MultiplyAdd(V.Load(b), real, V.MultiplyAdd(V.Load(b + 16), imaginary, sum));
        }

        return total + sum;
    }

    /// <summary>The amplitude times i^quarters.</summary>
    static (V Real, V Imaginary) Turned(float* a, int quarters) => (quarters & 3) switch
    {
        0 => (V.Load(a), V.Load(a + 16)),
        1 => (-V.Load(a + 16), V.Load(a)),
        2 => (-V.Load(a), -V.Load(a + 16)),
        _ => (V.Load(a + 16), -V.Load(a)),
    };

    /// <summary>p[k] ← Σ over the higher bits of Re(conj φ · χ): 2^wireBits vectors.</summary>
    public static void Density(float* phi, float* chi, int bits, int wireBits, float* p)
    {
        int wires = 1 << wireBits;
        for (int k = 0; k < 1 << bits; k++)
        {
            float* a = phi + (nint)k * Amplitude, b = chi + (nint)k * Amplitude, to = p + (nint)(k & wires - 1) * Samples;
            V old = k < wires ? default : V.Load(to);
            V.MultiplyAdd(V.Load(a), V.Load(b), V.MultiplyAdd(V.Load(a + 16), V.Load(b + 16), old)).Store(to);
        }
    }

    /// <summary>λ ← λ + o[low bits of k] · χ[k].</summary>
    public static void AccumulateDiagonal(float* o, float* chi, float* lambda, int bits, int wireBits)
    {
        int wires = 1 << wireBits;
        for (int k = 0; k < 1 << bits; k++)
        {
            V factor = V.Load(o + (nint)(k & wires - 1) * Samples);
            float* a = chi + (nint)k * Amplitude, b = lambda + (nint)k * Amplitude;
            V.MultiplyAdd(factor, V.Load(a), V.Load(b)).Store(b);
            V.MultiplyAdd(factor, V.Load(a + 16), V.Load(b + 16)).Store(b + 16);
        }
    }
}
