using Qdiff;

public class ReadingBudgetTests
{
    [Theory]
    [InlineData("1000", 1000L)]
    [InlineData("500M", 500_000_000L)]
    [InlineData("8G", 8_000_000_000L)]
    [InlineData("1.5g", 1_500_000_000L)]
    [InlineData("2k", 2000L)]
    [InlineData("", null)]
    [InlineData("G", null)]
    [InlineData("-1", null)]
    [InlineData("1e9", null)]
    [InlineData("lots", null)]
    public void SizesAreReadAsPeopleWriteThem(string text, long? bytes) => Assert.Equal(bytes, ReadingBudget.Parse(text));

    [Fact]
    public void WhatIsLargerThanTheBudgetIsRefusedWithTheCure()
    {
        ReadingBudget.Require(ReadingBudget.Bytes, "x.npy");
        string message = Assert.Throws<InputException>(() => ReadingBudget.Require(ReadingBudget.Bytes + 1, "x.npy")).Message;
        Assert.StartsWith("x.npy would take ", message);
        Assert.Contains(ReadingBudget.Variable, message);
    }

    [Fact]
    public void WhatPacksTooWellIsRefusedOnlyIfItIsLarge()
    {
        ReadingBudget.Require(60 << 20, packed: 60 << 10, "x.npz");
        ReadingBudget.Require(100 << 20, packed: 1 << 20, "x.npz");
        Assert.Contains("1000 times the packed size",
            Assert.Throws<InputException>(() => ReadingBudget.Require(100_000_000, packed: 100_000, "x.npz")).Message);
    }
}
