using System.Runtime.Intrinsics;
using Qdiff.Tensors;

[Trait("Runs", "on every instruction set")]
public class VectorMathTests
{
    const int Points = 40_000;

    [Fact]
    public void ExpIsWithinItsToleranceEverywhere()
    {
        double worst = 0;
        foreach (float x in Grid(-87, 88))
            worst = Math.Max(worst, RelativeError(VectorMath.Exp(Vector512.Create(x))[0], Math.Exp(x)));
        Assert.InRange(worst, 0, Tolerance.Exp);
    }

    /// <summary>A softmax of equal logits is exact, and its largest weight never exceeds 1.</summary>
    [Fact]
    public void ExpOfZeroIsOne()
    {
        Assert.Equal(1, VectorMath.Exp(Vector512<float>.Zero)[0]);
        foreach (float x in Grid(-1e-3f, 0)) Assert.InRange(VectorMath.Exp(Vector512.Create(x))[0], 0.9989f, 1);
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1000)]
    [InlineData(-87.5f)]
    public void ExpOfVeryNegativeNumbersIsTheSmallestNormal(float x) =>
        Assert.InRange(VectorMath.Exp(Vector512.Create(x))[0], 1.17549435e-38f, 1.3e-38f);

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1000)]
    [InlineData(88.72f)]
    public void ExpOfVeryLargeNumbersStaysFinite(float x) =>
        Assert.InRange(VectorMath.Exp(Vector512.Create(x))[0], 3e38f, float.MaxValue);

    /// <summary>A diverged training must show, not turn into plausible numbers.</summary>
    [Fact]
    public void NotANumberStaysNotANumber()
    {
        Assert.True(float.IsNaN(VectorMath.Exp(Vector512.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Sigmoid(Vector512.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Tanh(Vector512.Create(float.NaN))[0]));
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
            float[] points = [before, x, after, x + 0.01f, x, x, x, x, x, x, x, x, x, x, x, x];
            Vector512<float> y = VectorMath.Exp(Vector512.Create(points));
            for (int i = 1; i < 4; i++) Assert.True(y[i] >= y[i - 1] * (1 - 2 * Tolerance.Exp), $"Exp falls near {x}.");
        }
    }

    [Fact]
    public void SigmoidIsWithinItsToleranceAndBounds()
    {
        foreach (float x in Grid(-87, 87))
        {
            float y = VectorMath.Sigmoid(Vector512.Create(x))[0];
            Assert.InRange(y, 0, 1);
            Assert.InRange(RelativeError(y, ElementwiseOracle.Sigmoid(x)), 0, Tolerance.Elementwise);
        }

        Assert.Equal(0.5f, VectorMath.Sigmoid(Vector512<float>.Zero)[0]);
        Assert.Equal(1, VectorMath.Sigmoid(Vector512.Create(1000f))[0]);
        Assert.InRange(VectorMath.Sigmoid(Vector512.Create(-1000f))[0], 0, 1e-37f);
    }

    /// <summary>Absolute error: it is only used inside 1 + tanh.</summary>
    [Fact]
    public void TanhIsWithinItsTolerance()
    {
        foreach (float x in Grid(-20, 20)) Assert.Equal(Math.Tanh(x), VectorMath.Tanh(Vector512.Create(x))[0], Tolerance.Exp);
    }

    [Fact]
    public void FusedMultiplyAddRoundsOnce()
    {
        // (1 + 2⁻¹²)² − 1 − 2⁻¹¹ is 2⁻²⁴ exactly, and 0 if the product is rounded first.
        float a = 1 + 1f / 4096;
        Assert.Equal(1f / (1 << 24), Vector512.FusedMultiplyAdd(Vector512.Create(a), Vector512.Create(a), Vector512.Create(-1
            - 1f / 2048))[0]);
    }

    static double RelativeError(double actual, double expected) => Math.Abs(actual - expected) / expected;

    static IEnumerable<float> Grid(float from, float to)
    {
        for (int i = 0; i <= Points; i++) yield return from + (to - from) * i / Points;
    }
}
