using Qdiff;

public class TimestepTableTests
{
    // Lin et al. 2023, table 2 (T = 1000, ten steps), less one because our timesteps count from 0.
    [Theory]
    [InlineData(TimestepSpacing.Uniform, new[] { 999, 888, 777, 666, 555, 444, 333, 222, 111, 0 })]
    [InlineData(TimestepSpacing.Trailing, new[] { 999, 899, 799, 699, 599, 499, 399, 299, 199, 99 })]
    [InlineData(TimestepSpacing.Leading, new[] { 900, 800, 700, 600, 500, 400, 300, 200, 100, 0 })]
    public void TenOfAThousand(TimestepSpacing spacing, int[] expected) =>
        Assert.Equal(expected, TimestepTable.Spaced(1000, 10, spacing).ToArray());

    [Theory]
    [InlineData(TimestepSpacing.Uniform)]
    [InlineData(TimestepSpacing.Trailing)]
    [InlineData(TimestepSpacing.Leading)]
    public void EveryCountFallsWithinTheSchedule(TimestepSpacing spacing)
    {
        foreach (int steps in (int[])[1, 2, 7, 100, 1000])
            for (int count = 1; count <= steps; count++)
            {
                // The constructor checks that the entries fall.
                TimestepTable table = TimestepTable.Spaced(steps, count, spacing);
                Assert.Equal(count, table.Count);
                Assert.Equal(NoiseSchedule.Clean, table[count]);
                Assert.InRange(table[0], 0, steps - 1);
                if (spacing != TimestepSpacing.Leading) Assert.Equal(steps - 1, table[0]);
                if (spacing != TimestepSpacing.Trailing && count > 1) Assert.Equal(0, table[count - 1]);
            }

        Assert.Equal(Enumerable.Range(0, 1000).Reverse(), TimestepTable.Spaced(1000, 1000, spacing).ToArray());
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Contains("schedule of 10 timesteps can be sampled in 1 to 10 steps, got 11",
            Assert.Throws<ArgumentOutOfRangeException>(() => TimestepTable.Spaced(10, 11, default)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TimestepTable.Spaced(10, 0, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimestepTable.Spaced(10, 5, (TimestepSpacing)9));
        Assert.Contains("entry 2 is 3 after 3", Assert.Throws<ArgumentException>(() => new TimestepTable(5, 3, 3)).Message);
        Assert.Contains("entry 1 is -1", Assert.Throws<ArgumentException>(() => new TimestepTable(5, -1)).Message);
        Assert.Throws<ArgumentException>(() => new TimestepTable());
    }
}
