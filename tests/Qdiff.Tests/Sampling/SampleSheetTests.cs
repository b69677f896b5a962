using Qdiff;
using Qdiff.Imaging;
using Qdiff.Tensors;

/// <summary>Sheets are grids; what is told here is which sample stands where and what is written beside it.</summary>
public class SampleSheetTests
{
    static readonly Shape s_image = [1, 4, 4];
    static readonly UNet s_tiny = new()
    { Dimension = 4, Groups = 2, Multipliers = [1], Heads = 1, HeadFeatures = 4, Image = [1, 4, 4] };
    static readonly DataDescription s_data = new("pets", 9, [1, 4, 4], "")
    { ClassNames = ["ant", "bee", "cow", "dog"], Labels = [0, 1, 3] };
    static readonly ClassChoice s_classes = ClassChoice.Create((s_tiny with { Classes = 4 }).Build(), s_data, []);
    static readonly ClassChoice s_none = ClassChoice.Create(s_tiny.Build(), s_data, []);

    [Theory]
    [InlineData(0, 0, 3, 6, 1, 4, 7, 2, 5, 8)]
    [InlineData(3, 0, 3, 6, 1, 4, 7, 2, 5, 8)]
    [InlineData(4, 2, 5, 8, 0, 3, 6, 1, 4, 7)]   // samples 4 to 12: the first of class 0 is sample 6
    [InlineData(5, 1, 4, 7, 2, 5, 8, 0, 3, 6)]
    public void ARowIsAClassWhateverTheFirstSample(long first, params int[] places)
    {
        Raster expected = ImageGrid.Draw(s_image, Samples(places),
            new() { Columns = 3, Scale = 2, RowTitles = ["ant", "bee", "dog"] });
        AssertEqual(expected, SampleSheet.Draw(s_image, Samples([.. Enumerable.Range(0, 9)]), s_classes, first));
    }

    [Fact]
    public void WithoutWholeRoundsEachSampleHasItsName()
    {
        Raster four = ImageGrid.Draw(s_image, Samples([0, 1, 2, 3]),
            new() { Scale = 2, Captions = ["dog", "ant", "bee", "dog"] });
        AssertEqual(four, SampleSheet.Draw(s_image, Samples([0, 1, 2, 3]), s_classes, first: 2));
        Raster one = ImageGrid.Draw(s_image, Samples([0, 1, 2]), new() { Scale = 2, Captions = ["bee", "dog", "ant"] });
        AssertEqual(one, SampleSheet.Draw(s_image, Samples([0, 1, 2]), s_classes, first: 1));
        AssertEqual(ImageGrid.Draw(s_image, Samples([0, 1, 2]), new() { Scale = 2 }),
            SampleSheet.Draw(s_image, Samples([0, 1, 2]), s_none));
    }

    [Fact]
    public void AStripHasARowASampleAndAColumnAFrame()
    {
        DenoisingFrame[] frames = [new(999, Samples([0, 1])), new(40, Samples([2, 3])),
            new(NoiseSchedule.Clean, Samples([4, 5]))];
        ImageGridLayout layout = new() { Columns = 3, Scale = 2, ColumnTitles = ["999", "40", "image"] };
        AssertEqual(ImageGrid.Draw(s_image, Samples([0, 2, 4, 1, 3, 5]), layout), SampleSheet.Strip(s_image, frames, s_none));
        AssertEqual(ImageGrid.Draw(s_image, Samples([0, 2, 4, 1, 3, 5]), layout with { RowTitles = ["dog", "ant"] }),
            SampleSheet.Strip(s_image, frames, s_classes, first: 5));
    }

    /// <summary>Sample i is a step of its own brightness, with a corner that tells top from bottom.</summary>
    static float[] Samples(int[] numbers) =>
        [.. numbers.SelectMany(i => Enumerable.Range(0, 16).Select(e => e == 0 ? 1f : -1 + 0.1f * i))];

    static void AssertEqual(Raster expected, Raster actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.Equal(expected.Pixels, actual.Pixels);
    }
}
