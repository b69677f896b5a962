using System.Numerics.Tensors;

namespace Qdiff.Tensors;

/// <summary>The definitions of both attentions straight from q, k and v, one sample at a time, as the published code computes
/// them.</summary>
/// <remarks>q, k and v are rows [heads·features, tokens], head-major.</remarks>
static class AttentionOracle
{
    /// <summary>
    /// q = softmax over features /√features, k = softmax over tokens, v /tokens; context[d,e] = Σ_n k[d,n]·v[e,n];
    /// out[e,n] = Σ_d context[d,e]·q[d,n]; y = output·out + bias. <paramref name="qkv"/> is [3·heads·features, C].
    /// </summary>
    public static double[] Linear(double[] x, int channels, double[] qkv, double[] output, double[] bias, int heads)
    {
        int tokens = x.Length / channels, inner = qkv.Length / channels / 3, features = inner / heads;
        double[] projected = Project(qkv, x, channels, tokens);
        var merged = new double[inner * tokens];
        for (int h = 0; h < heads; h++)
        {
            double[][] q = Rows(projected, h * features, features, tokens),
            k = Rows(projected, inner + h * features, features, tokens),
                v = Rows(projected, 2 * inner + h * features, features, tokens);
            SoftmaxOverFeatures(q);
            SoftmaxOverTokens(k, 1);
            for (int e = 0; e < features; e++)
                for (int d = 0; d < features; d++)
                {
                    double context = TensorPrimitives.Dot<double>(k[d], v[e]) / tokens / Math.Sqrt(features);
                    ScaledSum.Add(context, q[d], merged.AsSpan((h * features + e) * tokens, tokens));
                }
        }

        double[] y = Project(output, merged, inner, tokens);
        for (int i = 0; i < y.Length; i++) y[i] += bias[i / tokens];
        return y;
    }

    /// <summary>
    /// q and k divided by their norms over the tokens; a[i,j] = softmax over j of scale·Σ_d q[d,i]·k[d,j]; y[d,i] = Σ_j
    /// a[i,j]·v[d,j].
    /// </summary>
    public static double[] Full(double[] qkv, int tokens, int heads, double scale)
    {
        int inner = qkv.Length / tokens / 3, features = inner / heads;
        var y = new double[inner * tokens];
        for (int h = 0; h < heads; h++)
        {
            double[][] q = Rows(qkv, h * features, features, tokens), k = Rows(qkv, inner + h * features, features, tokens),
                v = Rows(qkv, 2 * inner + h * features, features, tokens),
                    logits = Rows(new double[tokens * tokens], 0, tokens, tokens);
            NormaliseOverTokens(q);
            NormaliseOverTokens(k);
            for (int i = 0; i < tokens; i++)
                for (int d = 0; d < features; d++)
                    ScaledSum.Add(q[d][i], k[d], logits[i]);
            SoftmaxOverTokens(logits, scale);
            for (int d = 0; d < features; d++)
                for (int i = 0; i < tokens; i++)
                    y[(h * features + d) * tokens + i] = TensorPrimitives.Dot<double>(logits[i], v[d]);
        }

        return y;
    }

    /// <summary>out_h·v_h for each head: [heads, C, C].</summary>
    public static double[] ValueThroughOutput(double[] qkv, double[] output, int channels, int heads)
    {
        int inner = output.Length / channels, features = inner / heads;
        var mix = new double[heads * channels * channels];
        for (int h = 0; h < heads; h++)
            for (int row = 0; row < channels; row++)
                for (int column = 0; column < channels; column++)
                    for (int f = h * features; f < (h + 1) * features; f++)
                        mix[(h * channels + row) * channels + column] += output[row * inner + f] * qkv[(2 * inner + f) * channels
                            + column];
        return mix;
    }

    /// <summary>A 1×1 convolution: each token times the matrix [rows, <paramref name="channels"/>].</summary>
    static double[] Project(double[] matrix, double[] x, int channels, int tokens)
    {
        int rows = matrix.Length / channels;
        var y = new double[rows * tokens];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < channels; c++)
                ScaledSum.Add(matrix[r * channels + c], x.AsSpan(c * tokens, tokens), y.AsSpan(r * tokens, tokens));
        return y;
    }

    static double[][] Rows(double[] values, int first, int count, int tokens) =>
        [.. Enumerable.Range(first, count).Select(row => values[(row * tokens)..((row + 1) * tokens)])];

    static void SoftmaxOverTokens(double[][] z, double scale)
    {
        foreach (double[] row in z) Softmax(row, scale);
    }

    static void SoftmaxOverFeatures(double[][] z)
    {
        var column = new double[z.Length];
        for (int j = 0; j < z[0].Length; j++)
        {
            for (int i = 0; i < z.Length; i++) column[i] = z[i][j];
            Softmax(column, 1);
            for (int i = 0; i < z.Length; i++) z[i][j] = column[i];
        }
    }

    /// <summary>z ← e^(scale·z) / Σ e^(scale·z), the largest exponent moved to 0.</summary>
    static void Softmax(Span<double> z, double scale)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double value in z) max = Math.Max(max, scale * value);
        foreach (ref double value in z) sum += value = Math.Exp(scale * value - max);
        foreach (ref double value in z) value /= sum;
    }

    static void NormaliseOverTokens(double[][] z)
    {
        foreach (double[] row in z)
        {
            double norm = Math.Max(Math.Sqrt(row.Sum(value => value * value)), 1e-12);
            foreach (ref double value in row.AsSpan()) value /= norm;
        }
    }
}
