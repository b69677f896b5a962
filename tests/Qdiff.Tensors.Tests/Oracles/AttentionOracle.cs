/// <summary>
/// The definitions of both attentions straight from q, k and v, one sample at a time, as the published code computes them.
/// </summary>
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
            double[,] q = Rows(projected, h * features, features, tokens),
                k = Rows(projected, inner + h * features, features, tokens),
                v = Rows(projected, 2 * inner + h * features, features, tokens);
            SoftmaxOverFeatures(q);
            SoftmaxOverTokens(k, 1);
            for (int e = 0; e < features; e++)
                for (int d = 0; d < features; d++)
                {
                    double context = 0;
                    for (int n = 0; n < tokens; n++) context += k[d, n] * v[e, n] / tokens;
                    for (int n = 0; n < tokens; n++)
                        merged[(h * features + e) * tokens + n] += context * q[d, n] / Math.Sqrt(features);
                }
        }

        double[] y = Project(output, merged, inner, tokens);
        for (int i = 0; i < y.Length; i++) y[i] += bias[i / tokens];
        return y;
    }

    /// <summary>
    /// q and k divided by their norms over the tokens; a[i,j] = softmax over j of scale·Σ_d q[d,i]·k[d,j];
    /// y[d,i] = Σ_j a[i,j]·v[d,j].
    /// </summary>
    public static double[] Full(double[] qkv, int tokens, int heads, double scale)
    {
        int inner = qkv.Length / tokens / 3, features = inner / heads;
        var y = new double[inner * tokens];
        for (int h = 0; h < heads; h++)
        {
            double[,] q = Rows(qkv, h * features, features, tokens), k = Rows(qkv, inner + h * features, features, tokens),
                v = Rows(qkv, 2 * inner + h * features, features, tokens), logits = new double[tokens, tokens];
            NormaliseOverTokens(q);
            NormaliseOverTokens(k);
            for (int i = 0; i < tokens; i++)
                for (int j = 0; j < tokens; j++)
                    for (int d = 0; d < features; d++)
                        logits[i, j] += q[d, i] * k[d, j];
            SoftmaxOverTokens(logits, scale);
            for (int d = 0; d < features; d++)
                for (int i = 0; i < tokens; i++)
                    for (int j = 0; j < tokens; j++)
                        y[(h * features + d) * tokens + i] += logits[i, j] * v[d, j];
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
                        mix[(h * channels + row) * channels + column] +=
                            output[row * inner + f] * qkv[(2 * inner + f) * channels + column];
        return mix;
    }

    /// <summary>A 1×1 convolution: each token times the matrix [rows, <paramref name="channels"/>].</summary>
    static double[] Project(double[] matrix, double[] x, int channels, int tokens)
    {
        int rows = matrix.Length / channels;
        var y = new double[rows * tokens];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < channels; c++)
                for (int n = 0; n < tokens; n++)
                    y[r * tokens + n] += matrix[r * channels + c] * x[c * tokens + n];
        return y;
    }

    static double[,] Rows(double[] values, int first, int count, int tokens)
    {
        var rows = new double[count, tokens];
        for (int i = 0; i < count; i++)
            for (int n = 0; n < tokens; n++)
                rows[i, n] = values[(first + i) * tokens + n];
        return rows;
    }

    static void SoftmaxOverTokens(double[,] z, double scale)
    {
        for (int i = 0; i < z.GetLength(0); i++)
        {
            double max = double.NegativeInfinity, sum = 0;
            for (int j = 0; j < z.GetLength(1); j++) max = Math.Max(max, scale * z[i, j]);
            for (int j = 0; j < z.GetLength(1); j++) sum += z[i, j] = Math.Exp(scale * z[i, j] - max);
            for (int j = 0; j < z.GetLength(1); j++) z[i, j] /= sum;
        }
    }

    static void SoftmaxOverFeatures(double[,] z)
    {
        for (int j = 0; j < z.GetLength(1); j++)
        {
            double max = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < z.GetLength(0); i++) max = Math.Max(max, z[i, j]);
            for (int i = 0; i < z.GetLength(0); i++) sum += z[i, j] = Math.Exp(z[i, j] - max);
            for (int i = 0; i < z.GetLength(0); i++) z[i, j] /= sum;
        }
    }

    static void NormaliseOverTokens(double[,] z)
    {
        for (int i = 0; i < z.GetLength(0); i++)
        {
            double squares = 0;
            for (int j = 0; j < z.GetLength(1); j++) squares += z[i, j] * z[i, j];
            for (int j = 0; j < z.GetLength(1); j++) z[i, j] /= Math.Max(Math.Sqrt(squares), 1e-12);
        }
    }
}
