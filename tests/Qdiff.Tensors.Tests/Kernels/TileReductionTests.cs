using Qdiff;
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
        Reduce<Lanes4>(count);
        Reduce<Lanes8>(count);
        Reduce<Lanes16>(count);
    }

    static void Reduce<V>(int count) where V : struct, ILanes<V>
    {
        AlignedBuffer buffer = new(count * Tensor.Samples), results = new(4 * Tensor.Samples);
        new RandomStream(1, "reduction", count).FillNormal(buffer.Span);
        double[][] x = Tile.Read(buffer.Span);
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
        {
            float* from = buffer.Pointer + lane, to = results.Pointer + lane;
            TileReduction<V>.Sum(from, count).Store(to);
            TileReduction<V>.Max(from, count, Tensor.Samples).Store(to + Tensor.Samples);
            TileReduction<V>.Max(from, (count + 1) / 2, 2 * Tensor.Samples).Store(to + 3 * Tensor.Samples);
            TileReduction<V>.SquaredDeviations(from, count, V.Create(0.25f)).Store(to + 2 * Tensor.Samples);
        }

        double scale = Math.Sqrt(count);
        for (int s = 0; s < Tensor.Samples; s++)
        {
            Assert.Equal(x[s].Sum(), results.Span[s], Tolerance.Sum * scale);
            Assert.Equal(x[s].Max(), results.Span[Tensor.Samples + s]);
            Assert.Equal(x[s].Where((_, i) => i % 2 == 0).Max(), results.Span[3 * Tensor.Samples + s]);
            Assert.Equal(x[s].Sum(v => (v - 0.25) * (v - 0.25)), results.Span[2 * Tensor.Samples + s], Tolerance.Sum * count);
        }

        Assert.Equal(x.Sum(v => v.Sum()), TileReduction<V>.Total(buffer.Pointer, count), Tolerance.Sum * 4 * scale);
        GC.KeepAlive(buffer);
        GC.KeepAlive(results);
    }
}
