using Qdiff;

/// <summary>More than fits is refused before hours of work, with what would be needed.</summary>
public class SampleLimitTests
{
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
        Assert.Contains("the most is 9,974",
            Assert.Throws<InputException>(() => SampleSheet.RequireRoom([1, 28, 28], 9975)).Message);
        SampleSheet.RequireRoom([1, 28, 28], 9974);
    }
}
