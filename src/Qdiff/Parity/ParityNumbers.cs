using System.Text;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The numbers of a parity file that does not store them: a formula of name and index that any program can follow, so that a test
/// of half a million weights is a file of kilobytes. docs/parity.md gives it in words.
/// </summary>
static class ParityNumbers
{
    /// <summary>What such a file says under <c>generated</c>.</summary>
    public const string Recipe = "splitmix64";

    /// <summary>Projections of a gradient that is not recorded whole.</summary>
    public const int Projections = 4;

    /// <summary>How far scales are spread around 1 and biases around 0.</summary>
    const double VectorSpread = 0.25;

    /// <summary>A parameter's weights: nothing is at 0 or 1, where a gradient could vanish, and matrices keep
    /// variances.</summary>
    public static void FillWeight(Parameter parameter, Span<float> values)
    {
        double[] u = Even("weight/" + parameter.Name, parameter.Count);
        bool angles = parameter.Name.EndsWith(".angles", StringComparison.Ordinal), matrix = parameter.Shape.Rank > 1;
        double spread = angles ? 1 : matrix ? Math.Sqrt(3.0 / (parameter.Count / parameter.Shape[0])) : VectorSpread;
        double centre = !angles && !matrix && parameter.Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0;
        for (int i = 0; i < u.Length; i++) values[i] = (float)(centre + spread * u[i]);
    }

    /// <summary>An input or cotangent: even, with variance 1.</summary>
    public static float[] Spread(string name, int count) => [.. Even(name, count).Select(u => (float)(u * Math.Sqrt(3)))];

    /// <summary>The length of a gradient, then its products with vectors of even numbers of variance 1.</summary>
    public static double[] Summary(string name, ReadOnlySpan<float> gradient)
    {
        var summary = new double[1 + Projections];
        foreach (float g in gradient) summary[0] += (double)g * g;
        summary[0] = Math.Sqrt(summary[0]);
        for (int k = 0; k < Projections; k++)
        {
            double[] u = Even(FormattableString.Invariant($"projection/{k}/{name}"), gradient.Length);
            for (int i = 0; i < u.Length; i++) summary[1 + k] += gradient[i] * (u[i] * Math.Sqrt(3));
        }

        return summary;
    }

    /// <summary>Evenly spread in −1 … 1: SplitMix64 of FNV-1a of the name, plus the index.</summary>
    static double[] Even(string name, int count)
    {
        ulong seed = 0xCBF29CE484222325;
        foreach (byte letter in Encoding.UTF8.GetBytes(name)) seed = (seed ^ letter) * 0x100000001B3;
        var values = new double[count];
        for (int i = 0; i < count; i++)
        {
            ulong z = seed + (ulong)(i + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
            z = (z ^ z >> 27) * 0x94D049BB133111EB;
            values[i] = ((z ^ z >> 31) >> 40) / (double)(1 << 23) - 1;
        }

        return values;
    }
}
