namespace Qdiff.Tensors;

/// <summary>The definitions of pooling and resizing, one sample at a time.</summary>
static class PoolingOracle
{
    public static double[] GlobalAverage(Image x) =>
        [.. x.Values.Chunk(x.Height * x.Width).Select(channel => channel.Average())];

    public static double[] Average(Image x, int kernel, int stride, int padding, bool countPadding) =>
        Windows(x, kernel, stride, padding, window => window.Sum() / (countPadding ? kernel * kernel : window.Count));

    public static double[] Max(Image x, int kernel, int stride, int padding) =>
        Windows(x, kernel, stride, padding, window => window.Max());

    /// <summary>Output pixel i reads input pixel ⌊(i + ½)·input/output⌋.</summary>
    public static double[] ResizeNearest(Image x, int height, int width)
    {
        var y = new Image(x.Channels, height, width);
        for (int c = 0; c < x.Channels; c++)
            for (int i = 0; i < height; i++)
                for (int j = 0; j < width; j++)
                    y[c, i, j] = x[c, (int)Math.Floor((i + 0.5) * x.Height / height),
                        (int)Math.Floor((j + 0.5) * x.Width / width)];
        return y.Values;
    }

    /// <summary>A function of the pixels of each window that lie inside the image.</summary>
    static double[] Windows(Image x, int kernel, int stride, int padding, Func<List<double>, double> function)
    {
        int height = (x.Height + 2 * padding - kernel) / stride + 1, width = (x.Width + 2 * padding - kernel) / stride + 1;
        var y = new Image(x.Channels, height, width);
        for (int c = 0; c < x.Channels; c++)
            for (int i = 0; i < height; i++)
                for (int j = 0; j < width; j++)
                {
                    var window = new List<double>();
                    for (int row = i * stride - padding; row < i * stride - padding + kernel; row++)
                        for (int column = j * stride - padding; column < j * stride - padding + kernel; column++)
                            if (x.Contains(row, column)) window.Add(x[c, row, column]);
                    y[c, i, j] = function(window);
                }

        return y.Values;
    }
}
