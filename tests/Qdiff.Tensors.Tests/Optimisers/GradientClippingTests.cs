using Qdiff.Tensors;

public class GradientClippingTests
{
    [Fact]
    public void ALongGradientIsShortenedAndAShortOneKept()
    {
        float[] gradient = new float[35];
        (gradient[0], gradient[20], gradient[34]) = (2, 3, 6);
        Assert.Equal(7, GradientClipping.ByNorm(gradient, 7.5), 1e-12);
        Assert.Equal(6f, gradient[34]);
        Assert.Equal(7, GradientClipping.ByNorm(gradient, 0.7), 1e-12);
        Assert.Equal(0.7, GradientClipping.Norm(gradient), 1e-6);
        Assert.Equal(0.3f, gradient[20], 1e-6f);
    }

    [Fact]
    public void TheNormIsSummedInDouble()
    {
        // In float, 10⁶ + 10⁻⁸ would lose the small ones.
        var gradient = new float[100_003];
        Array.Fill(gradient, 1e-4f);
        gradient[50] = 1000;
        Assert.Equal(Math.Sqrt(1e6 + 100_002 * Math.Pow((double)1e-4f, 2)), GradientClipping.Norm(gradient), 1e-9);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotFiniteIsReportedAndLeftAlone(float bad)
    {
        float[] gradient = [1, bad, 3];
        Assert.False(double.IsFinite(GradientClipping.ByNorm(gradient, 1)));
        Assert.Equal([1, bad, 3], gradient);
    }

    [Fact]
    public void TheLimitMustBePositive() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(new float[1], 0));
}
