using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>
/// Adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², x ← x − η·m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
/// </summary>
/// <remarks>Kingma and Ba 2015, arXiv 1412.6980, algorithm 1.</remarks>
public sealed record Adam : Optimiser
{
    /// <summary>β₁, the memory of the mean.</summary>
    public double Beta1 { get; init => field = Memory(value, nameof(Beta1)); } = 0.9;

    /// <summary>β₂, the memory of the square.</summary>
    public double Beta2 { get; init => field = Memory(value, nameof(Beta2)); } = 0.999;

    /// <summary>ε, added to the root; positive in single precision, for a gradient that is 0 would be divided by it.</summary>
    public double Epsilon
    {
        get;
        init => field = (float)value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epsilon), value,
            Invariant($"Adam needs a positive epsilon, got {value}."));
    } = 1e-8;

    /// <inheritdoc/>
    public override void Step(Span<float> values, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v,
        double learningRate, long step)
    {
        if (gradient.Length != values.Length || m.Length != values.Length || v.Length != values.Length)
        {
            throw new ArgumentException(
                $"Gradient, m and v must be as long as the values ({values.Length}), "
                    + $"got {gradient.Length}, {m.Length} and {v.Length}.", nameof(gradient));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        float b1 = (float)Beta1, c1 = (float)(1 - Beta1), b2 = (float)Beta2, c2 = (float)(1 - Beta2), epsilon = (float)Epsilon;
        float rate = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
        float root = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
        // Products and sums are rounded one by one, in vectors as in the tail, so that every instruction set gives equal bits.
        int width = Vector512<float>.Count, vectors = values.Length / width * width;
        Span<Vector512<float>> xs = MemoryMarshal.Cast<float, Vector512<float>>(values[..vectors]);
        Span<Vector512<float>> ms = MemoryMarshal.Cast<float, Vector512<float>>(m[..vectors]);
        Span<Vector512<float>> vs = MemoryMarshal.Cast<float, Vector512<float>>(v[..vectors]);
        ReadOnlySpan<Vector512<float>> gs = MemoryMarshal.Cast<float, Vector512<float>>(gradient[..vectors]);
        for (int i = 0; i < xs.Length; i++)
        {
            Vector512<float> g = gs[i];
            ms[i] = ms[i] * b1 + g * c1;
            vs[i] = vs[i] * b2 + g * g * c2;
            xs[i] -= ms[i] * rate / (Vector512.Sqrt(vs[i]) * root + Vector512.Create(epsilon));
        }

        for (int i = vectors; i < values.Length; i++)
        {
            float g = gradient[i];
            m[i] = m[i] * b1 + g * c1;
            v[i] = v[i] * b2 + g * g * c2;
            values[i] -= m[i] * rate / (MathF.Sqrt(v[i]) * root + epsilon);
        }
    }

    static double Memory(double beta, string name) => beta is >= 0 and < 1 ? beta
        : throw new ArgumentOutOfRangeException(name, beta, Invariant($"Adam needs betas from 0 to below 1, got {beta}."));
}
