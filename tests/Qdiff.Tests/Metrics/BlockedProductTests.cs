using Qdiff.Evaluation;

public class BlockedProductTests
{
    /// <summary>Around the panel (4, 32), tile (128, 256) and depth (128) sizes.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 33, 5)]
    [InlineData(5, 31, 127)]
    [InlineData(17, 257, 129)]
    [InlineData(130, 300, 260)]
    [InlineData(515, 70, 40)]
    public void IsTheSumOverK(int rows, int columns, int depth)
    {
        double[] a = Reference.Uniform(1, rows * depth), b = Reference.Uniform(2, columns * depth),
            product = new double[rows * columns];
        BlockedProduct.Run(rows, columns, depth, BlockedProduct.Rows(a, depth), BlockedProduct.Rows(b, depth),
            Into(product, columns));
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int k = 0; k < depth; k++) sum = Math.FusedMultiplyAdd(a[i * depth + k], b[j * depth + k], sum);
                // One chain of fused multiply-adds in the order of k: to the last bit.
                Assert.Equal(sum, product[i * columns + j]);
            }
    }

    [Fact]
    public void ColumnsAndUpperTriangle()
    {
        const int Width = 300, Depth = 50;
        double[] x = Reference.Uniform(3, Depth * Width), all = new double[Width * Width], upper = new double[Width * Width];
        BlockedProduct.Pack columns = BlockedProduct.Columns(x, Width);
        BlockedProduct.Run(Width, Width, Depth, columns, columns, Into(all, Width));
        BlockedProduct.Run(Width, Width, Depth, columns, columns, Into(upper, Width), upper: true);
        for (int i = 0; i < Width; i++)
            for (int j = i; j < Width; j++) Assert.Equal(all[i * Width + j], upper[i * Width + j]);
        double first = Enumerable.Range(0, Depth).Sum(k => x[k * Width + 7] * x[k * Width + 280]);
        Reference.Near(first, all[7 * Width + 280], 1e-13);
        Assert.Contains(0.0, upper);
    }

    static BlockedProduct.TileDone Into(double[] product, int columns) => (i0, tall, j0, wide, tile, stride) =>
    {
        for (int i = 0; i < tall; i++) tile.Slice(i * stride, wide).CopyTo(product.AsSpan((i0 + i) * columns + j0));
    };
}
