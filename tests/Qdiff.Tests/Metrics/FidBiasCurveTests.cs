using Qdiff;
using Qdiff.Evaluation;

public class FidBiasCurveTests
{
    [Fact]
    public void FitRecoversALine()
    {
        FidBiasCurve curve = FidBiasCurve.Fit(
            [.. new[] { 100, 200, 400, 1000 }.Select(n => new FidBiasCurve.Point(n, 3 + 50.0 / n))]);
        Reference.Near(3, curve.Limit);
        Reference.Near(50, curve.Slope);
        Assert.InRange(curve.LimitError, 0, 1e-12);
    }

    [Fact]
    public void LimitOfOneDistributionIsAboutTheReferencesOwnBias()
    {
        // Same distribution on both sides: the distance at n is nearly all bias; with endless samples what is left is that of the
        // reference.
        FeatureSet reference = Reference.Features(1, 4000, 10), generated = Reference.Features(2, 2000, 10);
        FidBiasCurve curve = FidBiasCurve.Between(reference, generated, points: 10, smallest: 100);
        Assert.Equal((100, 2000), (curve.Points[0].Count, curve.Points[^1].Count));
        Assert.True(curve.Points[0].Distance > 5 * curve.Points[^1].Distance);
        Assert.True(curve.Limit < curve.Points[^1].Distance);
        Assert.InRange(curve.Limit, -0.005, 0.005);
        Assert.InRange(curve.Slope, 0.5, 5);
        Reference.Near(FrechetDistance.Between(reference, generated), curve.Points[^1].Distance, 1e-9);
    }

    [Fact]
    public void TooFewSamplesAreRefused()
    {
        FeatureSet reference = Reference.Features(1, 100, 40);
        Assert.Contains("more than 40 samples", Assert.Throws<InputException>(
            () => FidBiasCurve.Between(reference, Reference.Features(2, 100, 40), smallest: 30)).Message);
        Assert.Contains("impossible",
            Assert.Throws<InputException>(() => FidBiasCurve.Between(reference, Reference.Features(2, 45, 40))).Message);
    }
}
