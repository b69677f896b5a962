using System.Runtime.CompilerServices;

namespace Qdiff;

/// <summary>The operations of vectors that <see cref="ElementaryFunctions{TVector, TOperations}"/> are made of.</summary>
interface IVectorOperations<TVector>
{
    static abstract TVector Create(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    static abstract TVector Negate(TVector a);

    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>a·b − c; one instruction where there is one, for the compiler does not fold the negation by itself.</summary>
    static abstract TVector MultiplySubtract(TVector a, TVector b, TVector c);

    /// <inheritdoc cref="ILanes{V}.AtLeast"/>
    static abstract TVector AtLeast(TVector a, TVector bound);

    /// <inheritdoc cref="ILanes{V}.AtMost"/>
    static abstract TVector AtMost(TVector a, TVector bound);

    /// <inheritdoc cref="ILanes{V}.Scale"/>
    static abstract TVector Scale(TVector a, TVector integer);
}

/// <summary>
/// Elementary functions for use inside fused kernels; the exponential's relative error is below 2.5e-7 where its result is
/// normal.
/// </summary>
/// <remarks>
/// Written over the vectors themselves and not over <see cref="ILanes{V}"/>: with so many operations in a row on structs of a
/// vector the JIT tends to load the constants anew in each round of a loop, an eighth of the loop's time.
/// </remarks>
static class ElementaryFunctions<TVector, TOperations> where TOperations : struct, IVectorOperations<TVector>
{
    const float Log2E = 1.44269504f, Log2ELow = 1.9259629911e-8f;
    // The upper part has 15 bits, so that its products with exponents are exact.
    const float Ln2 = 0.693145751953125f, Ln2Low = 1.4286068203e-6f;
    // 1.5·2²³: adding it rounds to an integer, which then stands in the low bits.
    const float Rounder = 12582912f;

    static TVector One => TOperations.Create(1);

    /// <summary>eˣ. Below −87.3 the result is the smallest normal number rather than zero, above 88.7 it is about 3e38.</summary>
    /// <remarks>eˣ = 2ⁿ·2ᶠ with |f| ≤ ½ and a minimax polynomial for 2ᶠ.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x) =>
        ExpWithin(TOperations.AtMost(TOperations.AtLeast(x, TOperations.Create(-87.3f)), TOperations.Create(88.7f)), 1);

    /// <summary>e⁻ˣ, the sign in the constants: negating x would be an instruction more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector ExpOfNegative(TVector x) =>
        ExpWithin(TOperations.AtLeast(TOperations.AtMost(x, TOperations.Create(87.3f)), TOperations.Create(-88.7f)), -1);

    /// <summary>The same of what is known to be at most 0: softmaxes subtract the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpNonPositive(TVector x) => ExpWithin(TOperations.AtLeast(x, TOperations.Create(-87.3f)), 1);

    /// <summary>eˣ of what is known to lie between −87.3 and 88.7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector ExpWithin(TVector x, float sign)
    {
        TVector shifted = TOperations.MultiplyAdd(x, TOperations.Create(sign * Log2E), TOperations.Create(Rounder));
        TVector f = Fraction(x, sign, TOperations.Subtract(shifted, TOperations.Create(Rounder)));
        TVector p = TOperations.Create(1.5403530e-4f);
        p = TOperations.MultiplyAdd(p, f, TOperations.Create(1.3333558e-3f));
        p = TOperations.MultiplyAdd(p, f, TOperations.Create(9.6181291e-3f));
        p = TOperations.MultiplyAdd(p, f, TOperations.Create(5.5504109e-2f));
        p = TOperations.MultiplyAdd(p, f, TOperations.Create(2.4022651e-1f));
        p = TOperations.MultiplyAdd(p, f, TOperations.Create(6.9314718e-1f));
        p = TOperations.MultiplyAdd(p, f, One);
        return TOperations.Scale(p, shifted);
    }

    /// <summary>x·log₂e − n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Fraction(TVector x, float sign, TVector n)
    {
        if (MachineVectors.FusesMultiplyAdd)
        {
            TVector f = TOperations.MultiplySubtract(x, TOperations.Create(sign * Log2E), n);
            return TOperations.MultiplyAdd(x, TOperations.Create(sign * Log2ELow), f);
        }

        // Rounded twice, x·log₂e would lose the digits behind the point; n·ln 2 is exact in its upper part.
        if (sign < 0) x = TOperations.Negate(x);
        TVector rest = TOperations.Subtract(x, TOperations.Multiply(n, TOperations.Create(Ln2)));
        rest = TOperations.Subtract(rest, TOperations.Multiply(n, TOperations.Create(Ln2Low)));
        return TOperations.Multiply(rest, TOperations.Create(Log2E));
    }

    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) =>
        TOperations.Divide(One, TOperations.Add(One, ExpOfNegative(x)));

    /// <summary>x·σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Silu(TVector x) => TOperations.Divide(x, TOperations.Add(One, ExpOfNegative(x)));

    /// <summary>The derivative of x·σ(x): σ + x·σ·(1 − σ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SiluSlope(TVector x)
    {
        TVector s = Sigmoid(x);
        return TOperations.MultiplyAdd(TOperations.Multiply(x, s), TOperations.Subtract(One, s), s);
    }
}
