using System.Runtime.InteropServices;
using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>Pooling and resizing: a thread for each number of the result, or of the gradient.</summary>
static class ImageKernels
{
    /// <summary>The mean over windows.</summary>
    public static void AveragePool(Index1D index, int batch, SpatialGeometry g, int countPadding, ArrayView<float> x,
        [Out] ArrayView<float> y)
    {
        int s = index % batch, rest = index / batch, width = g.OutputWidth, area = g.OutputHeight * width;
        int channel = rest / area, row = rest % area / width, column = rest % width;
        float sum = 0;
        for (int ky = 0; ky < g.KernelHeight; ky++)
            for (int kx = 0; kx < g.KernelWidth; kx++)
            {
                int r = row * g.Stride + ky - g.PaddingY, c = column * g.Stride + kx - g.PaddingX;
                if (r < 0 || r >= g.InputHeight || c < 0 || c >= g.InputWidth) continue;
                sum += x[((channel * g.InputHeight + r) * g.InputWidth + c) * batch + s];
            }

        y[index] = sum / Divisor(g, row, column, countPadding);
    }

    /// <summary>The largest number of windows.</summary>
    public static void MaxPool(Index1D index, int batch, SpatialGeometry g, ArrayView<float> x, [Out] ArrayView<float> y)
    {
        int s = index % batch, rest = index / batch, width = g.OutputWidth, area = g.OutputHeight * width;
        int channel = rest / area, row = rest % area / width, column = rest % width;
        y[index] = x[Largest(batch, g, channel, row, column, s, x)];
    }

    /// <summary>The gradient of what was pooled: from each window that covers a pixel its share; where the largest was taken
    /// (<paramref name="takesLargest"/> is 1), all or nothing.</summary>
    public static void PoolGradient(Index1D index, int batch, SpatialGeometry g, int takesLargest, int countPadding,
        ArrayView<float> x, ArrayView<float> dy, [Out] ArrayView<float> dx)
    {
        int s = index % batch, rest = index / batch, area = g.InputHeight * g.InputWidth, channel = rest / area;
        int r = rest % area / g.InputWidth, c = rest % g.InputWidth, bottom = r + g.PaddingY, right = c + g.PaddingX;
        int firstColumn = First(right, g.KernelWidth, g.Stride);
        float sum = 0;
        for (int row = First(bottom, g.KernelHeight, g.Stride); row * g.Stride <= bottom && row < g.OutputHeight; row++)
            for (int column = firstColumn; column * g.Stride <= right && column < g.OutputWidth; column++)
            {
                float d = dy[((channel * g.OutputHeight + row) * g.OutputWidth + column) * batch + s];
                if (takesLargest == 0) sum += d / Divisor(g, row, column, countPadding);
                else if (Largest(batch, g, channel, row, column, s, x) == index) sum += d;
            }

        dx[index] = sum;
    }

    /// <summary>Output pixel i reads input pixel ⌊(i + ½)·input/output⌋.</summary>
    public static void Resize(Index1D index, int batch, int height, int width, int toHeight, int toWidth, ArrayView<float> x,
        [Out] ArrayView<float> y)
    {
        int s = index % batch, rest = index / batch, area = toHeight * toWidth, channel = rest / area;
        int row = Source(rest % area / toWidth, height, toHeight), column = Source(rest % toWidth, width, toWidth);
        y[index] = x[((channel * height + row) * width + column) * batch + s];
    }

    public static void ResizeGradient(Index1D index, int batch, int height, int width, int toHeight, int toWidth,
        ArrayView<float> dy, [Out] ArrayView<float> dx)
    {
        int s = index % batch, rest = index / batch, area = height * width, channel = rest / area;
        int r = rest % area / width, c = rest % width;
        float sum = 0;
        for (int row = Near(r, height, toHeight); row < toHeight && Source(row, height, toHeight) <= r; row++)
        {
            if (Source(row, height, toHeight) != r) continue;
            for (int column = Near(c, width, toWidth); column < toWidth && Source(column, width, toWidth) <= c; column++)
                if (Source(column, width, toWidth) == c) sum += dy[((channel * toHeight + row) * toWidth + column) * batch + s];
        }

        dx[index] = sum;
    }

    static int Source(int i, int inputs, int outputs) => (2 * i + 1) * inputs / (2 * outputs);

    /// <summary>An output pixel at or before the first that reads this input.</summary>
    static int Near(int input, int inputs, int outputs)
    {
        int first = input * outputs / inputs - 1;
        return first < 0 ? 0 : first;
    }

    /// <summary>The first window that covers a padded position.</summary>
    static int First(int at, int kernel, int stride) => at < kernel ? 0 : (at - kernel) / stride + 1;

    static int Divisor(SpatialGeometry g, int row, int column, int countPadding) => countPadding != 0
        ? g.KernelHeight * g.KernelWidth
        : Inside(row * g.Stride - g.PaddingY, g.KernelHeight, g.InputHeight)
            * Inside(column * g.Stride - g.PaddingX, g.KernelWidth, g.InputWidth);

    static int Inside(int first, int count, int size)
    {
        int end = first + count < size ? first + count : size;
        return end - (first > 0 ? first : 0);
    }

    /// <summary>Where the first of a window's largest numbers is.</summary>
    static int Largest(int batch, SpatialGeometry g, int channel, int row, int column, int s, ArrayView<float> x)
    {
        int best = -1;
        float max = 0;
        for (int ky = 0; ky < g.KernelHeight; ky++)
            for (int kx = 0; kx < g.KernelWidth; kx++)
            {
                int r = row * g.Stride + ky - g.PaddingY, c = column * g.Stride + kx - g.PaddingX;
                if (r < 0 || r >= g.InputHeight || c < 0 || c >= g.InputWidth) continue;
                int at = ((channel * g.InputHeight + r) * g.InputWidth + c) * batch + s;
                if (best >= 0 && x[at] <= max) continue;
                (best, max) = (at, x[at]);
            }

        return best;
    }
}
