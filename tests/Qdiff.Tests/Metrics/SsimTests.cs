using Qdiff;
using Qdiff.Evaluation;

public class SsimTests
{
    [Fact]
    public void AgreesWithScipy()
    {
        byte[] a = Reference.Image(9, 28, 33), b = Reference.Image(10, 28, 33);
        // The mixture is rounded to float here and not there.
        Reference.Near(0.8869835097703005, Ssim.Between(Reference.ToFloat(a), Reference.Mix(a, b), 1, 28, 33, 255), 1e-6);
        Reference.Near(0.8939631928261755, MsSsim.Between(Reference.ToFloat(a), Reference.Mix(a, b), 1, 28, 33, 255, scales: 2),
            1e-6);
    }

    [Fact]
    public void AgreesOverFiveScalesOfOddSizes()
    {
        byte[] a = Reference.Image(11, 181, 190), b = Reference.Image(12, 181, 190);
        Reference.Near(0.8997915141507121, MsSsim.Between(Reference.ToFloat(a), Reference.Mix(a, b), 1, 181, 190, 255), 1e-6);
    }

    [Fact]
    public void OfEqualImagesIsOneAndOfBytesTheSame()
    {
        byte[] a = Reference.Image(1, 30, 30), b = Reference.Image(2, 30, 30);
        Assert.Equal(1, Ssim.Between(a, a, 1, 30, 30), 1e-12);
        Assert.Equal(1, MsSsim.Between(a, a, 1, 30, 30, scales: 2), 1e-12);
        float[] unitA = [.. a.Select(value => value / 255f)], unitB = [.. b.Select(value => value / 255f)];
        Reference.Near(Ssim.Between(a, b, 1, 30, 30), Ssim.Between(unitA, unitB, 1, 30, 30), 1e-5);
        Reference.Near(Ssim.Between(a, b, 1, 30, 30), Ssim.Between(b, a, 1, 30, 30), 1e-12);
    }

    [Fact]
    public void OfChannelsIsTheirMean()
    {
        byte[] a = Reference.Image(1, 40, 24), b = Reference.Image(2, 40, 24);
        double first = Ssim.Between(a.AsSpan(0, 480), b.AsSpan(0, 480), 1, 20, 24),
            second = Ssim.Between(a.AsSpan(480), b.AsSpan(480), 1, 20, 24);
        Reference.Near((first + second) / 2, Ssim.Between(a, b, 2, 20, 24), 1e-12);
    }

    [Fact]
    public void ScalesAnImageBears()
    {
        Assert.Equal([1, 2, 2, 3, 5, 5], new[] { 21, 22, 28, 64, 176, 1000 }.Select(size => MsSsim.Scales(size, 1000)));
        Assert.Contains("at least 176 × 176",
            Assert.Throws<InputException>(() => MsSsim.Between(new byte[784], new byte[784], 1, 28, 28)).Message);
        Assert.Contains("at least 11 × 11",
            Assert.Throws<InputException>(() => Ssim.Between(new byte[100], new byte[100], 1, 10, 10)).Message);
        Assert.Contains("784 values; got 784 and 700",
            Assert.Throws<InputException>(() => Ssim.Between(new byte[784], new byte[700], 1, 28, 28)).Message);
    }
}
