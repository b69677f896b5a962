using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// Elementary functions on vectors, for use inside fused kernels; the exponential's relative error is below 2.5e-7 where its
/// result is normal.
/// </summary>
static class VectorMath<V> where V : struct, ILanes<V>
{
    const float Log2E = 1.44269504f, Log2ELow = 1.9259629911e-8f;
    // The upper part has 15 bits, so that its products with exponents are exact.
    const float Ln2 = 0.693145751953125f, Ln2Low = 1.4286068203e-6f;
    // 1.5·2²³: adding it rounds to an integer, which then stands in the low bits.
    const float Rounder = 12582912f;

    /// <summary>eˣ. Below −87.3 the result is the smallest normal number rather than zero, above 88.7 it is about 3e38.</summary>
    /// <remarks>eˣ = 2ⁿ·2ᶠ with |f| ≤ ½ and a minimax polynomial for 2ᶠ.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = V.Min(V.Max(x, V.Create(-87.3f)), V.Create(88.7f));
        V shifted = V.MultiplyAdd(x, V.Create(Log2E), V.Create(Rounder));
        V n = shifted - V.Create(Rounder);
        V f = MachineVectors.FusesMultiplyAdd
            ? V.MultiplyAdd(x, V.Create(Log2ELow), V.MultiplyAdd(x, V.Create(Log2E), -n))
            // Rounded twice, x·log₂e would lose the digits behind the point; n·ln 2 is exact in its upper part.
            : (x - n * V.Create(Ln2) - n * V.Create(Ln2Low)) * V.Create(Log2E);
        V p = V.Create(1.5403530e-4f);
        p = V.MultiplyAdd(p, f, V.Create(1.3333558e-3f));
        p = V.MultiplyAdd(p, f, V.Create(9.6181291e-3f));
        p = V.MultiplyAdd(p, f, V.Create(5.5504109e-2f));
        p = V.MultiplyAdd(p, f, V.Create(2.4022651e-1f));
        p = V.MultiplyAdd(p, f, V.Create(6.9314718e-1f));
        p = V.MultiplyAdd(p, f, V.One);
        return V.Scale(p, shifted);
    }

    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x) => V.One / (V.One + Exp(-x));

    /// <summary>tanh x = 2σ(2x) − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x) => V.MultiplyAdd(V.Create(2f), Sigmoid(x + x), -V.One);
}
