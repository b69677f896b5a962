using Qdiff;
using Qdiff.Tensors;

public class GuidanceTests
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine();
    static readonly TileNetwork s_conditional = (xt, t, output) => Each(xt, output, x => MathF.Sin(x) + 0.2f);
    static readonly TileNetwork s_unconditional = (xt, t, output) => Each(xt, output, x => 0.5f * x);
    static readonly TileNetwork s_untouchable = (_, _, _) => Assert.Fail("This network is not needed.");

    [Fact]
    public void ScaleOneIsConditionalAndScaleZeroUnconditional()
    {
        float[] xt = Normals();
        Assert.Equal(Output(s_conditional, xt), Output(new Guidance(1, Rescale: 0.7).Compose(s_conditional, s_untouchable), xt));
        Assert.Equal(Output(s_unconditional, xt), Output(new Guidance(0).Compose(s_untouchable, s_unconditional), xt));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(-1)]
    public void TheScaleIsLinear(double scale)
    {
        float[] xt = Normals(), conditional = Output(s_conditional, xt), unconditional = Output(s_unconditional, xt);
        float[] guided = Output(new Guidance(scale).Compose(s_conditional, s_unconditional), xt);
        for (int i = 0; i < xt.Length; i++)
            Assert.Equal(unconditional[i] + scale * (conditional[i] - unconditional[i]), guided[i], 2e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    public void RescalingBringsTheDeviationOfEachSampleBack(double rescale)
    {
        float[] xt = Normals(), conditional = Output(s_conditional, xt);
        float[] plain = Output(new Guidance(5).Compose(s_conditional, s_unconditional), xt);
        float[] rescaled = Output(new Guidance(5, rescale).Compose(s_conditional, s_unconditional), xt);
        for (int s = 0; s < 16; s++)
        {
            double expected = rescale * Deviation(conditional, s) + (1 - rescale) * Deviation(plain, s);
            Assert.Equal(expected, Deviation(rescaled, s), 1e-5);
            // One factor a sample, so that its pattern is that of plain guidance.
            for (int e = 1; e < 20; e++)
                Assert.Equal((double)plain[e * 16 + s] * rescaled[s], (double)rescaled[e * 16 + s] * plain[s], 1e-4);
        }
    }

    /// <summary>These are asked at timestep 10.</summary>
    [Fact]
    public void OutsideItsIntervalTheConditionalNetworkIsCalledAlone()
    {
        float[] xt = Normals(), conditional = Output(s_conditional, xt);
        Assert.Equal(conditional, Output(new Guidance(3) { From = 11 }.Compose(s_conditional, s_untouchable), xt));
        Assert.Equal(conditional, Output(new Guidance(3) { To = 9 }.Compose(s_conditional, s_untouchable), xt));
        Assert.Equal(Output(new Guidance(3).Compose(s_conditional, s_unconditional), xt),
            Output(new Guidance(3) { From = 10, To = 10 }.Compose(s_conditional, s_unconditional), xt));
    }

    [Fact]
    public void ASampleTakesTwoPassesWhereItIsGuided()
    {
        TimestepTable table = new(40, 30, 20, 10);
        Assert.Equal((4, 4, 8), (new Guidance(1).Passes(table), new Guidance(0).Passes(table), new Guidance(3).Passes(table)));
        Assert.Equal(6, new Guidance(3) { From = 20, To = 30 }.Passes(table));
    }

    [Fact]
    public void AConstantOutputIsLeftAlone()
    {
        TileNetwork one = (_, _, output) => output.Fill(1), two = (_, _, output) => output.Fill(2);
        Assert.All(Output(new Guidance(3, 1).Compose(two, one), Normals()), x => Assert.Equal(4, x));
    }

    [Fact]
    public void EverySamplerAndPredictionIsGuidedAlike()
    {
        // Guidance is linear in x₀ whatever is predicted: guiding two Gaussian denoisers towards one mean gives one result.
        foreach (string method in Catalog.Default.Samplers.Names)
        {
            Sampler sampler = Catalog.Default.Samplers[method] with { Steps = 30, Clip = false };
            float[][] results = [.. Catalog.Default.Predictions.Select(p =>
            {
                TileNetwork towards = new GaussianData(s_schedule, 0.5).Network(p);
                TileNetwork guided = new Guidance(2).Compose(towards, new GaussianData(s_schedule, -0.1).Network(p));
                return sampler.Sample(new(guided, s_schedule, p), 1, [.. Enumerable.Range(0, 16)], 8);
            })];
            for (int i = 0; i < results[0].Length; i++)
            {
                Assert.Equal(results[2][i], results[1][i], 2e-4);
                Assert.Equal(results[2][i], results[0][i], 2e-3);
            }

            // Beyond the conditional mean: 0.5 + (0.5 − −0.1) to leading order.
            Assert.InRange(results[2].Average(), 0.8, 1.3);
        }
    }

    [Fact]
    public void SettingsAreChecked()
    {
        Assert.Contains("got 1.1", Assert.Throws<ArgumentOutOfRangeException>(() => new Guidance(2, 1.1)).Message);
        Assert.Contains("got -1", Assert.Throws<ArgumentOutOfRangeException>(() => new Guidance(2) { Rescale = -1 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>("From", () => new Guidance(2) { From = -1 });
        Assert.Contains("from timestep 500 to 100: none", Assert.Throws<InvalidOperationException>(() =>
            new Guidance(2) { From = 500, To = 100 }.Compose(s_conditional, s_unconditional)).Message);
        var nan = new Guidance(double.NaN);
        Assert.Contains("NaN",
            Assert.Throws<InvalidOperationException>(() => nan.Compose(s_conditional, s_unconditional)).Message);
    }

    static void Each(ReadOnlySpan<float> xt, Span<float> output, Func<float, float> function)
    {
        for (int i = 0; i < xt.Length; i++) output[i] = function(xt[i]);
    }

    static float[] Normals()
    {
        var values = new float[16 * 20];
        new RandomStream(1, "xt").FillNormal(values);
        return values;
    }

    static float[] Output(TileNetwork network, float[] xt)
    {
        var output = new float[xt.Length];
        network(xt, 10, output);
        return output;
    }

    static double Deviation(float[] tile, int sample)
    {
        double[] values = [.. tile.Where((_, i) => i % 16 == sample).Select(x => (double)x)];
        double mean = values.Average();
        return Math.Sqrt(values.Average(x => (x - mean) * (x - mean)));
    }
}
