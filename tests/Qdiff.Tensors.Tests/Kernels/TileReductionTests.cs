using System.Runtime.Intrinsics;
using Qdiff.Tensors;

[Trait("Runs", "on every instruction set")]
public unsafe class TileReductionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(49)]
    [InlineData(1000)]
    public void EqualTheirDefinitions(int count)
    {
        var buffer = new AlignedBuffer(count * Tensor.Samples);
        new RandomStream(1, "reduction", count).FillNormal(buffer.Span);
        double[][] x = Tile.Read(buffer.Span);
        Vector512<float> sum = TileReduction.Sum(buffer.Pointer, count), max = TileReduction.Max(buffer.Pointer, count),
            squares = TileReduction.SquaredDeviations(buffer.Pointer, count, Vector512.Create(0.25f));
        double scale = Math.Sqrt(count);
        for (int s = 0; s < Tensor.Samples; s++)
        {
            Assert.Equal(x[s].Sum(), sum[s], Tolerance.Sum * scale);
            Assert.Equal(x[s].Max(), max[s]);
            Assert.Equal(x[s].Sum(v => (v - 0.25) * (v - 0.25)), squares[s], Tolerance.Sum * count);
        }

        Assert.Equal(x.Sum(v => v.Sum()), TileReduction.Total(buffer.Pointer, count), Tolerance.Sum * 4 * scale);
        GC.KeepAlive(buffer);
    }
}
