using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>
/// The sizes of a product of two matrices for each sample and each of <paramref name="Matrices"/>, c[i, j] = factor·Σ_r a[i,
/// r]·b[r, j]. A distance is in elements: of a from one row to the next (AI), from one r to the next (AR), and so on; A, B and C
/// from one matrix to the next.
/// </summary>
readonly record struct ProductSizes(int Batch, int Matrices, int Rows, int Columns, int Inner, int A, int AI, int AR, int B,
    int BR, int BJ, int C, int CI, int CJ, float Factor) : ISizes
{
    public double Operations => 2.0 * Matrices * Rows * Columns * Inner * Batch;
}

/// <summary>Products of matrices that every sample has for itself, and softmax.</summary>
static class ProductKernels
{
    /// <summary>Rows and columns that a thread computes.</summary>
    public const int BlockRows = 4;

    /// <summary>Threads of <see cref="Product"/>.</summary>
    public static int Threads(ProductSizes z) =>
        z.Matrices * ((z.Rows + BlockRows - 1) / BlockRows) * ((z.Columns + BlockRows - 1) / BlockRows) * z.Batch;

    /// <summary>Four by four of a sample's numbers, plus a bias for each row, if there is one.</summary>
    public static void Product(Index1D index, ProductSizes z, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias,
        [Out] ArrayView<float> c)
    {
        BlockOf(z, index / z.Batch, out int matrix, out int i, out int j);
        Block sum = Sum(z, a, b, index / z.Batch, index % z.Batch, 0, 1);
        int to = (matrix * z.C + i * z.CI + j * z.CJ) * z.Batch + index % z.Batch, columns = z.Columns - j;
        sum.A.Write(z, c, to, columns, bias, i);
        if (i + 1 < z.Rows) sum.B.Write(z, c, to + z.CI * z.Batch, columns, bias, i + 1);
        if (i + 2 < z.Rows) sum.C.Write(z, c, to + 2 * z.CI * z.Batch, columns, bias, i + 2);
        if (i + 3 < z.Rows) sum.D.Write(z, c, to + 3 * z.CI * z.Batch, columns, bias, i + 3);
    }

    /// <summary>The same by several warps of a group, each for its share of the sum: for long sums of few numbers.</summary>
    public static void ProductInShares(ProductSizes z, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias,
        [Out] ArrayView<float> c)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(BlockRows * BlockRows * GroupSum.Lanes * MaxShares);
        int warps = Group.DimX / GroupSum.Lanes, warp = Group.IdxX / GroupSum.Lanes, lane = Group.IdxX % GroupSum.Lanes;
        int slabs = (z.Batch + GroupSum.Lanes - 1) / GroupSum.Lanes, s = Grid.IdxX % slabs * GroupSum.Lanes + lane;
        bool isLive = s < z.Batch;
        if (!isLive) s = z.Batch - 1;
        Block sum = Sum(z, a, b, Grid.IdxX / slabs, s, warp, warps);
        int step = warps * GroupSum.Lanes;
        sum.A.Share(shared, Group.IdxX, step);
        sum.B.Share(shared, Group.IdxX + 4 * step, step);
        sum.C.Share(shared, Group.IdxX + 8 * step, step);
        sum.D.Share(shared, Group.IdxX + 12 * step, step);
        Group.Barrier();
        BlockOf(z, Grid.IdxX / slabs, out int matrix, out int i, out int j);
        for (int n = warp; isLive && n < BlockRows * BlockRows; n += warps)
        {
            int row = i + n / BlockRows, column = j + n % BlockRows;
            if (row >= z.Rows || column >= z.Columns) continue;
            float all = 0;
            for (int w = 0; w < warps; w++) all += shared[n * step + w * GroupSum.Lanes + lane];
            c[(matrix * z.C + row * z.CI + column * z.CJ) * z.Batch + s] = all * z.Factor + (bias.Length > 0 ? bias[row] : 0f);
        }
    }

    /// <summary>
    /// A product carried back through softmax over its columns: c = y·(a·b − n), where y is what softmax gave, with c's layout,
    /// and n[i] = Σ_j y[i, j]·(a·b)[i, j]: see <see cref="ProductAlong"/>.
    /// </summary>
    public static void ProductThroughSoftmax(Index1D index, ProductSizes z, ArrayView<float> a, ArrayView<float> b,
        ArrayView<float> n, ArrayView<float> y, [Out] ArrayView<float> c)
    {
        BlockOf(z, index / z.Batch, out int matrix, out int i, out int j);
        Block sum = Sum(z, a, b, index / z.Batch, index % z.Batch, 0, 1);
        int from = (matrix * z.Rows + i) * z.Batch + index % z.Batch;
        int to = (matrix * z.C + i * z.CI + j * z.CJ) * z.Batch + index % z.Batch, columns = z.Columns - j;
        for (int row = 0; row < BlockRows && i + row < z.Rows; row++)
        {
            Row sums = row == 0 ? sum.A : row == 1 ? sum.B : row == 2 ? sum.C : sum.D;
            sums.WriteThroughSoftmax(z, c, y, to, columns, n[from]);
            from += z.Batch;
            to += z.CI * z.Batch;
        }
    }

    /// <summary>
    /// n[i] = Σ_r a[r, i]·b[r, i] of each sample, a thread for each, rows <paramref name="step"/> elements apart. It is
    /// <see cref="ProductThroughSoftmax"/>'s n if b is y times the transposed b of there, and its factor: a sum over r
    /// instead of one over all columns.
    /// </summary>
    public static void ProductAlong(Index1D index, int batch, int count, int step, ArrayView<float> a, ArrayView<float> b,
        [Out] ArrayView<float> n)
    {
        float sum = 0;
        for (int r = 0, at = index; r < count; r++, at += step * batch) sum += a[at] * b[at];
        n[index] = sum;
    }

    /// <summary>A thread's sums over r from <paramref name="first"/> on, every <paramref name="step"/>; what the loop needs is
    /// carried along in it, as in <see cref="ConvolutionKernels"/>.</summary>
    static Block Sum(ProductSizes z, ArrayView<float> a, ArrayView<float> b, int block, int sample, int first, int step)
    {
        BlockOf(z, block, out int matrix, out int i, out int j);
        int from = (matrix * z.A + i * z.AI + first * z.AR) * z.Batch + sample, with = (matrix * z.B + j * z.BJ + first * z.BR)
            * z.Batch + sample;
        int a0 = from, a1 = from + Within(1, z.Rows - i) * z.AI * z.Batch, a2 = from + Within(2, z.Rows - i) * z.AI * z.Batch,
            a3 = from + Within(3, z.Rows - i) * z.AI * z.Batch;
        int b0 = with, b1 = with + Within(1, z.Columns - j) * z.BJ * z.Batch, b2 = with + Within(2, z.Columns - j) * z.BJ
            * z.Batch, b3 = with + Within(3, z.Columns - j) * z.BJ * z.Batch;
        int ofA = step * z.AR * z.Batch, ofB = step * z.BR * z.Batch;
        Block sum = default;
        for (int r = first; r < z.Inner; r += step)
        {
            Four x = new() { A = b[b0], B = b[b1], C = b[b2], D = b[b3] };
            sum.A.Sums.MultiplyAdd(a[a0], x);
            sum.B.Sums.MultiplyAdd(a[a1], x);
            sum.C.Sums.MultiplyAdd(a[a2], x);
            sum.D.Sums.MultiplyAdd(a[a3], x);
            (a0, a1, a2, a3) = (a0 + ofA, a1 + ofA, a2 + ofA, a3 + ofA);
            (b0, b1, b2, b3) = (b0 + ofB, b1 + ofB, b2 + ofB, b3 + ofB);
        }

        return sum;
    }

    /// <summary>The matrix and the first row and column of a block.</summary>
    static void BlockOf(ProductSizes z, int number, out int matrix, out int row, out int column)
    {
        int blocks = (z.Columns + BlockRows - 1) / BlockRows;
        column = number % blocks * BlockRows;
        number /= blocks;
        blocks = (z.Rows + BlockRows - 1) / BlockRows;
        row = number % blocks * BlockRows;
        matrix = number / blocks;
    }

    /// <summary>The most warps that share a sum.</summary>
    public const int MaxShares = 8;

    /// <summary>
    /// In place: softmax over <paramref name="count"/> elements, times a factor; a thread for each sample and each of the
    /// vectors, of which vector (u, v) begins at element u·outer + v and goes on every <paramref name="step"/>.
    /// </summary>
    public static void Softmax(Index1D index, int batch, int count, int step, int inner, int outer, float factor,
        [In, Out] ArrayView<float> z)
    {
        int s = index % batch, vector = index / batch, at = (vector / inner * outer + vector % inner) * batch + s;
        int stride = step * batch;
        float max = z[at], sum = 0;
        for (int i = 1; i < count; i++)
        {
            float value = z[at + i * stride];
            max = value > max ? value : max;
        }

        for (int i = 0; i < count; i++) sum += DeviceMath.Exp(z[at + i * stride] - max);
        factor /= sum;
        for (int i = 0; i < count; i++) z[at + i * stride] = DeviceMath.Exp(z[at + i * stride] - max) * factor;
    }

    /// <summary>
    /// In place: the gradient before softmax from the one after it, given its result; the result was multiplied with a factor,
    /// whose inverse is <paramref name="inverse"/>.
    /// </summary>
    public static void SoftmaxGradient(Index1D index, int batch, int count, int step, int inner, int outer, float inverse,
        ArrayView<float> y, [In, Out] ArrayView<float> gradient)
    {
        int s = index % batch, vector = index / batch, at = (vector / inner * outer + vector % inner) * batch + s;
        int stride = step * batch;
        float sum = 0;
        for (int i = 0; i < count; i++) sum += y[at + i * stride] * gradient[at + i * stride];
        sum *= inverse;
        for (int i = 0; i < count; i++)
            gradient[at + i * stride] = y[at + i * stride] * (gradient[at + i * stride] - sum);
    }

    /// <summary>In place: softmax over the pixels of each row. A group for each row and 32 samples.</summary>
    public static void SoftmaxOverPixels(int batch, int area, [In, Out] ArrayView<float> z)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int slabs = (batch + GroupSum.Lanes - 1) / GroupSum.Lanes, warps = Group.DimX / GroupSum.Lanes;
        int s = Grid.IdxX % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes, first = Group.IdxX / GroupSum.Lanes;
        int plane = Grid.IdxX / slabs * area * batch + s;
        bool isLive = s < batch;
        float max = isLive ? z[plane] : 0, sum = 0;
        for (int p = first; isLive && p < area; p += warps)
        {
            float value = z[plane + p * batch];
            max = value > max ? value : max;
        }

        max = GroupSum.MaxOverWarps(shared, max);
        for (int p = first; isLive && p < area; p += warps)
        {
            float value = DeviceMath.Exp(z[plane + p * batch] - max);
            sum += value;
            z[plane + p * batch] = value;
        }

        float factor = 1f / GroupSum.OverWarps(shared, sum);
        for (int p = first; isLive && p < area; p += warps) z[plane + p * batch] *= factor;
    }

    /// <summary>Each row divided by its norm over the pixels (at least 1e-12), which is kept.</summary>
    public static void NormaliseOverPixels(int batch, int area, ArrayView<float> x, [Out] ArrayView<float> y,
        [Out] ArrayView<float> norm)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int slabs = (batch + GroupSum.Lanes - 1) / GroupSum.Lanes, warps = Group.DimX / GroupSum.Lanes, row = Grid.IdxX / slabs;
        int s = Grid.IdxX % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes, first = Group.IdxX / GroupSum.Lanes;
        int plane = row * area * batch + s;
        bool isLive = s < batch;
        float sum = 0;
        for (int p = first; isLive && p < area; p += warps) sum += x[plane + p * batch] * x[plane + p * batch];
        float length = MathF.Sqrt(GroupSum.OverWarps(shared, sum));
        if (length < 1e-12f) length = 1e-12f;
        for (int p = first; isLive && p < area; p += warps) y[plane + p * batch] = x[plane + p * batch] / length;
        if (isLive && first == 0) norm[row * batch + s] = length;
    }

    /// <summary>The gradient of x from that of y, x divided by its norm.</summary>
    public static void NormaliseOverPixelsGradient(int batch, int area, ArrayView<float> y, ArrayView<float> norm,
        ArrayView<float> dy, [Out] ArrayView<float> dx)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int slabs = (batch + GroupSum.Lanes - 1) / GroupSum.Lanes, warps = Group.DimX / GroupSum.Lanes, row = Grid.IdxX / slabs;
        int s = Grid.IdxX % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes, first = Group.IdxX / GroupSum.Lanes;
        int plane = row * area * batch + s;
        bool isLive = s < batch;
        float sum = 0;
        for (int p = first; isLive && p < area; p += warps) sum += y[plane + p * batch] * dy[plane + p * batch];
        sum = GroupSum.OverWarps(shared, sum);
        if (!isLive) return;
        float length = norm[row * batch + s];
        // Below the smallest norm x was divided by a constant.
        if (length <= 1e-12f) sum = 0;
        for (int p = first; p < area; p += warps) dx[plane + p * batch] = (dy[plane + p * batch] - y[plane
            + p * batch] * sum) / length;
    }

    /// <summary>The largest whole number up to <paramref name="wanted"/> that is below a count, or 0.</summary>
    static int Within(int wanted, int count) => wanted < count ? wanted : 0;

    /// <summary>Four rows of four columns.</summary>
    struct Block
    {
        public Row A, B, C, D;
    }

    /// <summary>Four columns of a row.</summary>
    struct Row
    {
        public Four Sums;

        public readonly void Share(ArrayView<float> shared, int at, int step) => Sums.Share(shared, at, step);

        public readonly void Write(ProductSizes z, ArrayView<float> to, int at, int columns, ArrayView<float> bias, int row)
        {
            int step = z.CJ * z.Batch;
            float plus = bias.Length > 0 ? bias[row] : 0f;
            to[at] = Sums.A * z.Factor + plus;
            if (columns > 1) to[at + step] = Sums.B * z.Factor + plus;
            if (columns > 2) to[at + 2 * step] = Sums.C * z.Factor + plus;
            if (columns > 3) to[at + 3 * step] = Sums.D * z.Factor + plus;
        }

        public readonly void WriteThroughSoftmax(ProductSizes z, ArrayView<float> to, ArrayView<float> y, int at, int columns,
            float n)
        {
            int step = z.CJ * z.Batch;
            to[at] = y[at] * (Sums.A * z.Factor - n);
            if (columns > 1) to[at + step] = y[at + step] * (Sums.B * z.Factor - n);
            if (columns > 2) to[at + 2 * step] = y[at + 2 * step] * (Sums.C * z.Factor - n);
            if (columns > 3) to[at + 3 * step] = y[at + 3 * step] * (Sums.D * z.Factor - n);
        }
    }
}
