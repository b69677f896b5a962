using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Qdiff.Tensors;

/// <summary>The one inner loop of the definitions that has to be quick.</summary>
static class ScaledSum
{
    /// <summary>sum += factor·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(double factor, ReadOnlySpan<double> x, Span<double> sum)
    {
        ReadOnlySpan<Vector<double>> from = MemoryMarshal.Cast<double, Vector<double>>(x);
        Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(sum);
        for (int i = 0; i < to.Length; i++) to[i] += factor * from[i];
        for (int i = to.Length * Vector<double>.Count; i < sum.Length; i++) sum[i] += factor * x[i];
    }
}
