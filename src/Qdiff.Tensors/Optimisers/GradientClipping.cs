using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>Keeps one bad batch from throwing the weights far away.</summary>
public static class GradientClipping
{
    /// <summary>The longest gradient that an optimiser can be given: squares of longer ones are beyond single precision, and a
    /// weight whose mean square is infinite would never move again.</summary>
    internal const double LongestNorm = 1e19;

    /// <summary>
    /// Shortens the gradient to the Euclidean norm <paramref name="maxNorm"/> if it is longer, and returns the norm that it had.
    /// A norm that is not finite is returned and changes nothing: whether to skip the step is the caller's decision.
    /// </summary>
    /// <remarks>Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, algorithm 1.</remarks>
    public static double ByNorm(Span<float> gradient, double maxNorm)
    {
        if (!(maxNorm > 0)) throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "The largest norm must be above 0.");
        double norm = Norm(gradient);
        if (norm > maxNorm && double.IsFinite(norm))
            TensorPrimitives.Multiply(gradient, (float)(maxNorm / norm), gradient);
        return norm;
    }

    /// <summary>The Euclidean norm, summed in double in an order that depends on the length alone.</summary>
    public static double Norm(ReadOnlySpan<float> gradient)
    {
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(gradient);
        Vector512<double> low = Vector512<double>.Zero, high = Vector512<double>.Zero;
        foreach (ref readonly Vector512<float> g in vectors)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(g);
            low += a * a;
            high += b * b;
        }

        double sum = 0;
        for (int i = 0; i < Vector512<double>.Count; i++) sum += low[i];
        for (int i = 0; i < Vector512<double>.Count; i++) sum += high[i];
        foreach (float g in gradient[(vectors.Length * Vector512<float>.Count)..]) sum += (double)g * g;
        return Math.Sqrt(sum);
    }
}
