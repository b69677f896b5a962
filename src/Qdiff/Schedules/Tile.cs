using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Elementwise work on a tile: sixteen samples side by side, element e of sample s at e·16 + s.</summary>
static class Tile
{
    /// <summary>result = a·x + b·y with one a and one b a sample. <paramref name="result"/> may be x or y.</summary>
    public static void Combine(
        Vector512<float> a, ReadOnlySpan<float> x, Vector512<float> b, ReadOnlySpan<float> y, Span<float> result)
    {
        Debug.Assert(x.Length % Tensor.Samples == 0 && x.Length == y.Length && x.Length == result.Length);
        ReadOnlySpan<Vector512<float>> xs = MemoryMarshal.Cast<float, Vector512<float>>(x);
        ReadOnlySpan<Vector512<float>> ys = MemoryMarshal.Cast<float, Vector512<float>>(y);
        Span<Vector512<float>> results = MemoryMarshal.Cast<float, Vector512<float>>(result);
        for (int e = 0; e < results.Length; e++) results[e] = Vector512.FusedMultiplyAdd(a, xs[e], b * ys[e]);
    }

    /// <summary>result = a·x + b·y, the same for all samples.</summary>
    public static void Combine(double a, ReadOnlySpan<float> x, double b, ReadOnlySpan<float> y, Span<float> result) =>
        Combine(Vector512.Create((float)a), x, Vector512.Create((float)b), y, result);

    /// <summary>Fills one sample of the tile with standard normal numbers, in the order of its elements.</summary>
    public static void FillNormal(RandomStream random, Span<float> tile, int sample)
    {
        for (int i = sample; i < tile.Length; i += Tensor.Samples) tile[i] = (float)random.NextNormal();
    }

    /// <summary>Checks that a span is a tile of the expected length, or of any whole number of elements.</summary>
    public static void Require(ReadOnlySpan<float> tile, string name, int expected = -1)
    {
        if (tile.IsEmpty || tile.Length % Tensor.Samples != 0)
            throw new ArgumentException($"A tile is a positive multiple of {Tensor.Samples} numbers, '{name}' has {tile.Length}.",
                name);
        if (expected >= 0 && tile.Length != expected)
            throw new ArgumentException($"'{name}' has {tile.Length} numbers where the other tiles have {expected}.", name);
    }
}
