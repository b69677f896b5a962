using Qdiff.Evaluation;

public class ResizeTests
{
    static readonly float[] s_plane = Reference.ToFloat(Reference.Image(14, 28, 21));
    static readonly (int, int)[] s_large = [(0, 0), (5, 7), (150, 133), (298, 298), (298, 0), (77, 290)],
        s_small = [(0, 0), (4, 3), (9, 6), (2, 5)];

    delegate void Resizer(ReadOnlySpan<float> source, int height, int width, Span<float> destination, int outHeight,
        int outWidth);

    [Fact]
    public void TensorFlow1AgreesWithItsDefinition()
    {
        Agree(TfBilinearResize.Resize, 299, 299, s_large,
            [66.0, 137.76149036364248, 155.43012941689682, 159.0, 172.0, 175.75585284280942]);
        Agree(TfBilinearResize.Resize, 10, 7, s_small, [66.0, 70.6, 99.4, 42.2]);
    }

    [Fact]
    public void BilinearAgreesWithPillow()
    {
        Agree(AntialiasedResize.Bilinear, 299, 299, s_large,
            [66.0, 69.81768035888672, 160.6559600830078, 159.0, 172.0, 181.28424072265625]);
        Agree(AntialiasedResize.Bilinear, 10, 7, s_small,
            [125.9749984741211, 146.74261474609375, 122.20536041259766, 110.52991485595703]);
    }

    [Fact]
    public void BicubicAgreesWithPillow()
    {
        Agree(AntialiasedResize.Bicubic, 299, 299, s_large,
            [37.76198196411133, 68.03055572509766, 153.66539001464844, 185.79510498046875, 176.90234375, 199.88853454589844]);
        Agree(AntialiasedResize.Bicubic, 10, 7, s_small,
            [124.02487182617188, 142.39129638671875, 121.39337921142578, 108.38028717041016]);
    }

    [Fact]
    public void SameSizeIsTheSameImageAndConstantsStay()
    {
        foreach (
            Resizer resize in new Resizer[] { TfBilinearResize.Resize, AntialiasedResize.Bilinear, AntialiasedResize.Bicubic })
        {
            var same = new float[s_plane.Length];
            resize(s_plane, 28, 21, same, 28, 21);
            Assert.Equal(s_plane, same);
            float[] constant = [.. Enumerable.Repeat(7f, 12)], large = new float[50 * 31];
            resize(constant, 3, 4, large, 50, 31);
            Assert.All(large, value => Assert.Equal(7f, value, 1e-5));
            Assert.Contains("28 × 21 = 588",
                Assert.Throws<ArgumentException>(() => resize(s_plane.AsSpan(1), 28, 21, same, 28, 21)).Message);
            Assert.Contains("must be positive", Assert.Throws<ArgumentException>(() => resize([], 0, 5, same, 28, 21)).Message);
        }
    }

    static void Agree(Resizer resize, int height, int width, (int, int)[] points, double[] expected)
    {
        var resized = new float[height * width];
        resize(s_plane, 28, 21, resized, height, width);
        for (int p = 0; p < points.Length; p++) Reference.Near(expected[p], resized[points[p].Item1 * width + points[p].Item2],
            1e-6);
    }
}
