using Qdiff;
using Qdiff.Imaging;

/// <summary>More than fits is refused before hours of work, with what would be needed.</summary>
public class SampleLimitTests
{
    static readonly ClassChoice s_none = ClassChoice.Among([], []), s_two = ClassChoice.Among([0, 1], ["a", "b"]);

    [Fact]
    public void SamplesThatFillTheMemoryAreRefusedBeforeTheyAreDrawn()
    {
        string message = Assert.Throws<InputException>(() => SampleGenerator.RequireRoom([1, 28, 28], 2_000_000_000)).Message;
        Assert.Contains("2,000,000,000 samples of 1×28×28 take 11,682.5 GiB", message);
        Assert.Throws<InputException>(() => SampleGenerator.RequireRoom([3, 64, 64], 1000, frames: 1_000_000));
        // As the numbers of one file, of which .npz has at most 2 GiB, whatever memory there is.
        Assert.Throws<InputException>(() => SampleGenerator.RequireRoom([3, 64, 64], 43_690));
        SampleGenerator.RequireRoom([3, 64, 64], 1000);
    }

    [Fact]
    public void PicturesOfTooManyAreRefusedBeforeTheyAreDrawn()
    {
        // 100 columns of 58 pixels, and 99 rows: a hundredth row is too much.
        Assert.Contains("9,901 images of 1×28×28 are too many for one sheet; 9,900 fit.",
            Refused(() => SampleSheet.RequireRoom([1, 28, 28], 9901, s_none)));
        SampleSheet.RequireRoom([1, 28, 28], 9900, s_none);
        Assert.Contains("; 9,900 fit.", Refused(() => SampleSheet.RequireRoom([1, 28, 28], int.MaxValue, s_none)));
        Assert.Contains("; 0 fit.", Refused(() => SampleSheet.RequireRoom([1, 5000, 5000], 1, s_none)));
    }

    [Fact]
    public void AFrameOfAGifHasALongestSide()
    {
        // A row for each class: 1129 columns of 58 pixels.
        Assert.Contains("; 2,258 fit.", Refused(() => SampleSheet.RequireRoom([1, 28, 28], 2260, s_two, isGif: true)));
        SampleSheet.RequireRoom([1, 28, 28], 2258, s_two, isGif: true);
        SampleSheet.RequireRoom([1, 28, 28], 2260, s_two);
    }

    [Fact]
    public void AStripHasAsManyFramesAsThereAreStates()
    {
        TimestepTable all = TimestepTable.Spaced(1000, 1000, TimestepSpacing.Trailing), few = new(3, 2, 1, 0);
        Assert.Contains("10 images of 1×28×28 in 997 frames are too many for one sheet; 9 fit.",
            Refused(() => SampleSheet.RequireStripRoom([1, 28, 28], 10, 997, all, s_none)));
        SampleSheet.RequireStripRoom([1, 28, 28], 9, 997, all, s_none);
        SampleSheet.RequireStripRoom([1, 28, 28], 1000, 997, few, s_two);
    }

    [Theory]
    [InlineData(7, 0, 1)]
    [InlineData(8, 0, 3)]
    [InlineData(9, 4, 2)]
    public void TheSizeIsThatOfWhatIsDrawn(int count, int columns, int scale)
    {
        ImageGridLayout layout = new()
        {
            Columns = columns,
            Scale = scale,
            Captions = ["a", "bc"],
            RowTitles = ["d"],
            ColumnTitles = ["efg"],
        };
        Raster drawn = ImageGrid.Draw([3, 5, 4], new float[count * 60], layout);
        ImageGridMeasures measures = ImageGridMeasures.Of([3, 5, 4], count, layout);
        Assert.Equal(((long)drawn.Width, (long)drawn.Height), (measures.Width, measures.Height));
    }

    static string Refused(Action require) => Assert.Throws<InputException>(require).Message;
}
