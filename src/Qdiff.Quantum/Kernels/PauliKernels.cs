using System.Numerics;
using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>Pauli strings on states, P|k⟩ = i^(number of Y) · (−1)^|k·z| · |k ⊕ x⟩; the string acts on the low bits.</summary>
static unsafe class PauliKernels
{
    /// <summary>to ← P from.</summary>
    public static void Apply(PauliString pauli, float* from, float* to, int bits)
    {
        (int x, int z, int quarter) = ((int)pauli.XBits, (int)pauli.ZBits, pauli.YCount & 3);
        for (int k = 0; k < 1 << bits; k++)
        {
            (Vector512<float> real, Vector512<float> imaginary) =
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
        Vector512<float> g = Load(factor);
        for (int k = 0; k < 1 << bits; k++)
        {
            (Vector512<float> real, Vector512<float> imaginary) =
                Turned(from + (nint)k * Amplitude, quarter + 2 * BitOperations.PopCount((uint)(k & z)));
            float* b = to + (nint)(k ^ x) * Amplitude;
            MultiplyAdd(g, real, Load(b)).Store(b);
            MultiplyAdd(g, imaginary, Load(b + 16)).Store(b + 16);
        }
    }

    /// <summary>Re⟨φ|P|χ⟩ for each sample.</summary>
    public static Vector512<float> Expectation(PauliString pauli, float* phi, float* chi, int bits)
    {
        (int x, int z, int quarter) = ((int)pauli.XBits, (int)pauli.ZBits, pauli.YCount & 3);
        Vector512<float> sum = default, total = default;
        for (int k = 0; k < 1 << bits; k++)
        {
            if (k % 1024 == 0) (total, sum) = (total + sum, default);
            (Vector512<float> real, Vector512<float> imaginary) =
                Turned(chi + (nint)k * Amplitude, quarter + 2 * BitOperations.PopCount((uint)(k & z)));
            float* b = phi + (nint)(k ^ x) * Amplitude;
            sum = MultiplyAdd(Load(b), real, MultiplyAdd(Load(b + 16), imaginary, sum));
        }

        return total + sum;
    }

    /// <summary>The amplitude times i^quarters.</summary>
    static (Vector512<float> Real, Vector512<float> Imaginary) Turned(float* a, int quarters) => (quarters & 3) switch
    {
        0 => (Load(a), Load(a + 16)),
        1 => (-Load(a + 16), Load(a)),
        2 => (-Load(a), -Load(a + 16)),
        _ => (Load(a + 16), -Load(a)),
    };

    /// <summary>p[k] ← Σ over the higher bits of Re(conj φ · χ): 2^wireBits vectors.</summary>
    public static void Density(float* phi, float* chi, int bits, int wireBits, float* p)
    {
        int wires = 1 << wireBits;
        for (int k = 0; k < 1 << bits; k++)
        {
            float* a = phi + (nint)k * Amplitude, b = chi + (nint)k * Amplitude, to = p + (nint)(k & wires - 1) * Samples;
            Vector512<float> old = k < wires ? default : Load(to);
            MultiplyAdd(Load(a), Load(b), MultiplyAdd(Load(a + 16), Load(b + 16), old)).Store(to);
        }
    }

    /// <summary>λ ← λ + o[low bits of k] · χ[k].</summary>
    public static void AccumulateDiagonal(float* o, float* chi, float* lambda, int bits, int wireBits)
    {
        int wires = 1 << wireBits;
        for (int k = 0; k < 1 << bits; k++)
        {
            Vector512<float> factor = Load(o + (nint)(k & wires - 1) * Samples);
            float* a = chi + (nint)k * Amplitude, b = lambda + (nint)k * Amplitude;
            MultiplyAdd(factor, Load(a), Load(b)).Store(b);
            MultiplyAdd(factor, Load(a + 16), Load(b + 16)).Store(b + 16);
        }
    }
}
