namespace Qdiff;

/// <summary>
/// A register with as many samples of a tile as the machine's vectors hold: <see cref="Lanes16"/> with AVX-512,
/// <see cref="Lanes8"/> with AVX2, <see cref="Lanes4"/> on Arm and older processors.
/// </summary>
/// <remarks>
/// A kernel is written once, generic over its lanes <c>V</c>, and takes the tile in parts: the first Count samples, the next, and
/// so on (<c>for (int lane = 0; lane &lt; 16; lane += V.Count)</c>); elements are always 16 floats apart. The JIT compiles it for
/// each type as if the vectors of that width stood in the source. Whoever starts a computation chooses the type, once, by
/// <see cref="MachineVectors.Lanes"/>. Samples meet only in <see cref="Sum"/>, whose order is the same for all widths, so all
/// machines with a fused multiply-add give equal bits.
/// </remarks>
unsafe interface ILanes<V> where V : struct, ILanes<V>
{
    /// <summary>How many samples: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    static abstract V Load(float* from);

    /// <summary>The lanes of element number <paramref name="element"/> of a tile.</summary>
    static abstract V Load(float* tile, nint element);

    void Store(float* to);

    /// <summary>The same number in all lanes.</summary>
    static abstract V Create(float value);

    static virtual V One => V.Create(1);

    static abstract V operator +(V a, V b);

    static abstract V operator -(V a, V b);

    static abstract V operator *(V a, V b);

    static abstract V operator /(V a, V b);

    static abstract V operator -(V a);

    /// <summary>a·b + c; rounded once where the processor has an instruction for it, else twice.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>c − a·b, rounded likewise.</summary>
    static abstract V MultiplyAddNegated(V a, V b, V c);

    /// <summary>The larger one; not a number where either is none.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The larger one of a and a bound that is a number; not a number where a is none. One instruction, unlike
    /// <see cref="Max"/>.</summary>
    static abstract V AtLeast(V a, V bound);

    /// <summary>The smaller one, likewise.</summary>
    static abstract V AtMost(V a, V bound);

    static abstract V Sqrt(V a);

    /// <inheritdoc cref="ElementaryFunctions{TVector, TOperations}.Exp"/>
    static abstract V Exp(V a);

    /// <inheritdoc cref="ElementaryFunctions{TVector, TOperations}.ExpNonPositive"/>
    static abstract V ExpNonPositive(V a);

    /// <inheritdoc cref="ElementaryFunctions{TVector, TOperations}.Sigmoid"/>
    static abstract V Sigmoid(V a);

    /// <inheritdoc cref="ElementaryFunctions{TVector, TOperations}.Silu"/>
    static abstract V Silu(V a);

    /// <inheritdoc cref="ElementaryFunctions{TVector, TOperations}.SiluSlope"/>
    static abstract V SiluSlope(V a);

    /// <summary>Of angles up to <see cref="Lanes.LargestAngle"/>; for larger ones <see cref="Lanes.SinCos"/>.</summary>
    static abstract (V Sin, V Cos) SinCos(V a);

    /// <summary>Whether all lanes are numbers from −bound to bound.</summary>
    static abstract bool AreWithin(V a, float bound);

    /// <summary>All bits of a lane where a = b.</summary>
    static abstract V Equals(V a, V b);

    /// <summary>All bits of a lane where a > b.</summary>
    static abstract V GreaterThan(V a, V b);

    /// <summary>a in the lanes whose bits are set in the mask, b in the others.</summary>
    static abstract V Select(V mask, V a, V b);

    /// <summary>a·2ⁿ with n in the lowest nine bits of <paramref name="integer"/>, if the result is a normal number.</summary>
    static abstract V Scale(V a, V integer);

    /// <summary>The sum of the lanes, halves first: ((0 + 1) + (2 + 3)) + ((4 + 5) + …).</summary>
    static abstract float Sum(V a);
}
