namespace Qdiff.Tensors;

/// <summary>One sample of shape [channels, height, width] in double, zero outside its borders: what the slow definitions
/// read.</summary>
sealed class Image(int channels, int height, int width, double[] values)
{
    public Image(int channels, int height, int width) : this(channels, height, width, new double[channels * height * width])
    {
    }

    public int Channels => channels;

    public int Height => height;

    public int Width => width;

    public double[] Values => values;

    public double this[int channel, int row, int column]
    {
        get => Contains(row, column) ? values[Index(channel, row, column)] : 0;
        set => values[Index(channel, row, column)] = value;
    }

    public bool Contains(int row, int column) => row >= 0 && row < height && column >= 0 && column < width;

    /// <summary>Adds to a pixel; what falls outside is lost, as a gradient of zero padding is.</summary>
    public void Add(int channel, int row, int column, double value)
    {
        if (Contains(row, column)) values[Index(channel, row, column)] += value;
    }

    int Index(int channel, int row, int column) => (channel * height + row) * width + column;
}
