using Qdiff.Tensors;

/// <summary>Tiles as the definitions see them: one array of doubles a sample.</summary>
static class Tile
{
    /// <summary>[sample][element]</summary>
    public static double[][] Read(ReadOnlySpan<float> tile)
    {
        int count = tile.Length / Tensor.Samples;
        var samples = new double[Tensor.Samples][];
        for (int s = 0; s < Tensor.Samples; s++)
        {
            samples[s] = new double[count];
            for (int i = 0; i < count; i++) samples[s][i] = tile[i * Tensor.Samples + s];
        }

        return samples;
    }

    public static double[] Widen(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }

    /// <summary>A cotangent for the first <paramref name="live"/> samples; the idle ones have zeros.</summary>
    public static float[] Cotangent(Tensor y, RandomStream random, int live = Tensor.Samples)
    {
        var cotangent = new float[y.Values.Length];
        random.FillNormal(cotangent);
        for (int i = 0; i < cotangent.Length; i++)
            if (i % Tensor.Samples >= live) cotangent[i] = 0;
        return cotangent;
    }

    /// <summary>max|a − b|/max|b|; infinite if a number is missing or not a number.</summary>
    public static double WorstError(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        if (actual.Length != expected.Length) return double.PositiveInfinity;
        double worst = 0, largest = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (!double.IsFinite(actual[i])) return double.PositiveInfinity;
            worst = Math.Max(worst, Math.Abs(actual[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return largest == 0 ? worst : worst / largest;
    }

    public static double WorstError(double[][] actual, double[][] expected) =>
        WorstError(actual.SelectMany(v => v).ToArray(), expected.SelectMany(v => v).ToArray());

    public static void Near(double[][] actual, double[][] expected, double tolerance, string what)
    {
        double error = WorstError(actual, expected);
        Assert.True(error <= tolerance, $"{what}: worst relative error {error:G3}, allowed {tolerance:G3}.");
    }

    public static void Near(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double tolerance, string what)
    {
        double error = WorstError(actual, expected);
        Assert.True(error <= tolerance, $"{what}: worst relative error {error:G3}, allowed {tolerance:G3}.");
    }
}
