using Qdiff;

public class BisectionTests
{
    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 7 })]
    [InlineData(new[] { 0, 31, 32, 99 })]
    public void FindsTheMoversInFewTests(int[] movers)
    {
        int tests = 0;
        int[][] groups = [.. Enumerable.Range(0, 100).Chunk(9)];
        var search = new Bisection(set =>
        {
            tests++;
            return set.Intersect(movers).Any();
        }, 100).Run(groups);
        Assert.Equal(movers, search.Movers.Order());
        Assert.Empty(search.Undecided);
        Assert.True(tests <= 1 + movers.Length * 2 * 8, $"{tests} tests");
    }

    /// <summary>A product of two zeros moves only if both factors do.</summary>
    [Fact]
    public void SuspectsThatActOnlyTogetherAreAllMovers()
    {
        var search = new Bisection(set => set.Contains(1) && set.Contains(6), 50).Run([[0, 1, 2, 3], [4, 5, 6, 7]]);
        Assert.Contains(1, search.Movers);
        Assert.Contains(6, search.Movers);
    }

    [Fact]
    public void TheBudgetLeavesTheRestUndecided()
    {
        int tests = 0;
        var search = new Bisection(_ => ++tests > 0, 9).Run([[.. Enumerable.Range(0, 1000)]]);
        Assert.True(tests <= 9);
        Assert.Equal(Enumerable.Range(0, 1000), search.Movers.Concat(search.Undecided).Order());
    }
}
