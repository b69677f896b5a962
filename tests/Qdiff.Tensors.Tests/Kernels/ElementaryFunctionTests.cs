using Qdiff;
using Qdiff.Tensors;

[Trait("Runs", "on every instruction set")]
public class ElementaryFunctionTests
{
    const int Points = 40_000;

    [Fact]
    public void ExpIsWithinItsToleranceEverywhere()
    {
        double worst = 0;
        foreach (float x in Grid(-87, 88))
            worst = Math.Max(worst, RelativeError(Exp(x), Math.Exp(x)));
        Assert.InRange(worst, 0, Tolerance.Exp);
    }

    /// <summary>A softmax of equal logits is exact, and its largest weight never exceeds 1.</summary>
    [Fact]
    public void ExpOfZeroIsOne()
    {
        Assert.Equal(1, Exp(0));
        foreach (float x in Grid(-1e-3f, 0)) Assert.InRange(Exp(x), 0.9989f, 1);
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1000)]
    [InlineData(-87.5f)]
    public void ExpOfVeryNegativeNumbersIsTheSmallestNormal(float x) =>
        Assert.InRange(Exp(x), 1.17549435e-38f, 1.3e-38f);

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1000)]
    [InlineData(88.72f)]
    public void ExpOfVeryLargeNumbersStaysFinite(float x) =>
        Assert.InRange(Exp(x), 3e38f, float.MaxValue);

    /// <summary>A diverged training must show, not turn into plausible numbers.</summary>
    [Fact]
    public void NotANumberStaysNotANumber()
    {
        Assert.True(float.IsNaN(Exp(float.NaN)));
        Assert.True(float.IsNaN(Sigmoid(float.NaN)));
        Assert.True(float.IsNaN(Silu(float.NaN)));
    }

    /// <summary>
    /// Around x = (n + ½)·ln 2 the exponent steps by one; the function may dip there by its error, but not by a factor.
    /// </summary>
    [Fact]
    public void ExpGrowsAcrossTheStepsOfItsExponent()
    {
        for (int n = -125; n <= 126; n++)
        {
            float x = (float)((n + 0.5) * Math.Log(2)), before = float.BitDecrement(x), after = float.BitIncrement(x);
            float[] points = [before, x, after, x + 0.01f];
            float[] y = [.. points.Select(Exp)];
            for (int i = 1; i < 4; i++) Assert.True(y[i] >= y[i - 1] * (1 - 2 * Tolerance.Exp), $"Exp falls near {x}.");
        }
    }

    [Fact]
    public void SigmoidIsWithinItsToleranceAndBounds()
    {
        foreach (float x in Grid(-87, 87))
        {
            float y = Sigmoid(x);
            Assert.InRange(y, 0, 1);
            Assert.InRange(RelativeError(y, ElementwiseOracle.Sigmoid(x)), 0, Tolerance.Elementwise);
        }

        Assert.Equal(0.5f, Sigmoid(0));
        Assert.Equal(1, Sigmoid(1000f));
        Assert.InRange(Sigmoid(-1000f), 0, 1e-37f);
    }

    [Fact]
    public void SiluIsXTimesSigmoid()
    {
        foreach (float x in Grid(-87, 86))
            Assert.InRange(RelativeError(Silu(x), ElementwiseOracle.Silu(x)), 0, Tolerance.Elementwise);
        Assert.Equal(0, Silu(0));
    }

    /// <summary>A product and its sum are rounded once where the machine can, in all lanes of all widths.</summary>
    [Fact]
    public void AMultiplyAddRoundsOnceOrTwiceButInAllLanesAlike()
    {
        // (1 + 2⁻¹²)² − 1 − 2⁻¹¹ is 2⁻²⁴ exactly, and 0 if the product is rounded first.
        const float a = 1 + 1f / 4096, c = -1 - 1f / 2048;
        float expected = MachineVectors.FusesMultiplyAdd ? 1f / (1 << 24) : 0;
        Check<Lanes4>();
        Check<Lanes8>();
        Check<Lanes16>();

        unsafe void Check<V>() where V : struct, ILanes<V>
        {
            float* lanes = stackalloc float[2 * Tensor.Samples];
            V.MultiplyAdd(V.Create(a), V.Create(a), V.Create(c)).Store(lanes);
            V.MultiplyAddNegated(V.Create(a), V.Create(a), V.Create(-c)).Store(lanes + V.Count);
            for (int i = 0; i < V.Count; i++) Assert.Equal((expected, -expected), (lanes[i], lanes[V.Count + i]));
        }
    }

    [Fact]
    public void AllWidthsGiveEqualBits()
    {
        float[] points = [.. Grid(-90, 90), .. Enumerable.Repeat(0f, Tensor.Samples - (Points + 1) % Tensor.Samples)];
        float[] narrow = All<Lanes4>(points);
        Assert.Equal(narrow, All<Lanes8>(points));
        Assert.Equal(narrow, All<Lanes16>(points));
    }

    static unsafe float[] All<V>(float[] points) where V : struct, ILanes<V>
    {
        var values = new float[3 * points.Length];
        fixed (float* x = points, y = values)
            for (int i = 0; i < points.Length; i += V.Count)
            {
                V.Exp(V.Load(x + i)).Store(y + i);
                V.Sigmoid(V.Load(x + i)).Store(y + points.Length + i);
                V.SiluSlope(V.Load(x + i)).Store(y + 2 * points.Length + i);
            }

        return values;
    }

    static float Exp(float x) => First(Lanes4.Exp(Lanes4.Create(x)));

    static float Sigmoid(float x) => First(Lanes4.Sigmoid(Lanes4.Create(x)));

    static float Silu(float x) => First(Lanes4.Silu(Lanes4.Create(x)));

    static unsafe float First(Lanes4 lanes)
    {
        float* values = stackalloc float[Lanes4.Count];
        lanes.Store(values);
        return values[0];
    }

    static double RelativeError(double actual, double expected) => Math.Abs((actual - expected) / expected);

    static IEnumerable<float> Grid(float from, float to)
    {
        for (int i = 0; i <= Points; i++) yield return from + (to - from) * i / Points;
    }
}
