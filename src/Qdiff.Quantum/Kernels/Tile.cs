using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qdiff.Quantum;

/// <summary>
/// The layout of the simulator: 16 samples side by side. A complex number of a tile is 32 floats, 16 real parts, then 16
/// imaginary parts; amplitude k of a state is at k·32.
/// </summary>
static unsafe class Tile
{
    public const int Samples = 16;
    /// <summary>Floats of one complex number.</summary>
    public const int Amplitude = 2 * Samples;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    /// <summary>a·b + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    /// <summary>c − a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAddNegated(Vector512<float> a, Vector512<float> b, Vector512<float> c)
        => Avx512F.IsSupported
        // One instruction; the compiler does not fold the negation by itself.
        ? Avx512F.FusedMultiplyAddNegated(a, b, c)
        : Vector512.MultiplyAddEstimate(-a, b, c);

    public static void Clear(float* values, long count) => NativeMemory.Clear(values, (nuint)count * sizeof(float));
}
