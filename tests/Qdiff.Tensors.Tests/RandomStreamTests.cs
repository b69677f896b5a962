using Qdiff.Tensors;

public class RandomStreamTests
{
    /// <summary>The known answers that come with the generator's reference implementation (Random123, philox4x32-10).</summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb,
        0x5001e420, 0x24126ea1)]
    public void PhiloxGivesItsKnownAnswers(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1,
        uint r0, uint r1, uint r2, uint r3)
    {
        RandomStream.Block block = RandomStream.Philox(c0, c1, c2, c3, key0, key1);
        Assert.Equal([r0, r1, r2, r3], [block[0], block[1], block[2], block[3]]);
    }

    [Fact]
    public void EqualAddressesGiveEqualNumbers() => Assert.Equal(Draw(new(7, "noise", 3, 5)), Draw(new(7, "noise", 3, 5)));

    /// <summary>
    /// Computed once by an independent program, and written down so that runs of an earlier version can be resumed.
    /// </summary>
    [Fact]
    public void NumbersStayWhatTheyWere()
    {
        Assert.Equal([0x95c5d35fu, 0x703ad6acu], Draw(new(42, "training noise", 1000), 2));
        Assert.Equal([0x622bf21fu, 0xeab2b9d5u], Draw(new(42, "training noise", 1000, 17), 2));
    }

    /// <summary>
    /// No two of these streams begin alike; the last pair shared a stream when both indices were folded into one word.
    /// </summary>
    [Fact]
    public void DifferentAddressesGiveDifferentNumbers()
    {
        List<RandomStream> streams = [new(8, "noise"), new(7, "nois"), new(7, "noise "), new(7, "Noise"), new(7, ""),
            new(-7, "noise")];
        long[] indices = [0, 1, 2, 15, 16, 255, 256, 65536, 1L << 32, 1L << 33, long.MaxValue, long.MinValue, -1,
            unchecked((long)0x9E3779B97F4A7C15)];
        foreach (long index in indices)
            foreach (long subIndex in indices)
                streams.Add(new(7, "noise", index, subIndex));
        Assert.Distinct(streams.Select(s => (s.NextBits(), s.NextBits(), s.NextBits())));
    }

    /// <summary>
    /// Neighbouring streams are as unrelated as neighbouring numbers of one: the first numbers of many streams are uniform, too.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void NumbersAreUniform(int along)
    {
        const int Count = 60_000, Bins = 64;
        var stream = new RandomStream(1, "uniform");
        var counts = new int[Bins];
        double sum = 0, neighbours = 0, last = 0.5;
        for (int i = 0; i < Count; i++)
        {
            double u = along switch
            {
                0 => stream.NextDouble(),
                1 => new RandomStream(1, "uniform", i).NextDouble(),
                _ => new RandomStream(1, "uniform", 5, i).NextDouble(),
            };
            Assert.InRange(u, 0, 1 - 1e-16);
            counts[(int)(u * Bins)]++;
            sum += u;
            neighbours += (u - 0.5) * (last - 0.5);
            last = u;
        }

        // Five standard deviations of each statistic.
        Assert.Equal(0.5, sum / Count, 5 * Math.Sqrt(1.0 / 12 / Count));
        Assert.Equal(0, neighbours / Count, 5.0 / 12 / Math.Sqrt(Count));
        double expected = (double)Count / Bins, chiSquared = counts.Sum(c => (c - expected) * (c - expected) / expected);
        Assert.Equal(Bins - 1, chiSquared, 5 * Math.Sqrt(2.0 * (Bins - 1)));
    }

    [Fact]
    public void NormalsHaveTheMomentsOfTheStandardNormal()
    {
        const int Count = 100_000;
        var values = new float[Count];
        new RandomStream(1, "normal").FillNormal(values);
        double Moment(int power) => values.Average(v => Math.Pow(v, power));
        // Five standard deviations: the variance of xᵏ is (2k − 1)!! − E[xᵏ]², that of a product of neighbours 1.
        double root = Math.Sqrt(Count);
        Assert.Equal(0, Moment(1), 5 / root);
        Assert.Equal(1, Moment(2), 5 * Math.Sqrt(2) / root);
        Assert.Equal(0, Moment(3), 5 * Math.Sqrt(15) / root);
        Assert.Equal(3, Moment(4), 5 * Math.Sqrt(96) / root);
        Assert.Equal(0, values.Zip(values.Skip(1), (a, b) => (double)a * b).Average(), 5 / root);
        Assert.Equal(0.0455, values.Count(v => Math.Abs(v) > 2) / (double)Count, 5 * Math.Sqrt(0.0455 / Count));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 4)]
    [InlineData(10, 16)]
    public void IntegersFillTheirRangeEvenly(int from, int to)
    {
        const int Count = 20_000;
        var random = new RandomStream(1, "range", from, to);
        double expected = (double)Count / (to - from);
        int[] drawn = [.. Enumerable.Range(0, Count).Select(_ => random.Next(from, to))];
        Assert.All(drawn, v => Assert.InRange(v, from, to - 1));
        foreach (IGrouping<int, int> value in drawn.GroupBy(v => v))
            Assert.Equal(expected, value.Count(), 5 * Math.Sqrt(expected));
        Assert.Equal(to - from, drawn.Distinct().Count());
    }

    [Fact]
    public void RangesThatAreEmptyWideOrWrong()
    {
        var random = new RandomStream(1, "range");
        Assert.Equal(5, random.Next(5, 5));
        Assert.Equal(0, random.Next(0));
        int[] wide = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(int.MinValue, int.MaxValue))];
        Assert.Contains(wide, v => v < -1_000_000_000);
        Assert.Contains(wide, v => v > 1_000_000_000);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.Next(), 0, int.MaxValue - 1));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextInt64(1L << 60), 0, (1L << 60) - 1));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextSingle(), 0, 1 - 1f / (1 << 24)));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(-1));
    }

    /// <summary>
    /// Whatever is called on it as a System.Random is addressed, too, and does not fall back to another generator.
    /// </summary>
    [Fact]
    public void EverythingThatARandomCanDoIsRepeatable()
    {
        Assert.Equal(Everything(new(3, "all")), Everything(new(3, "all")));
        Assert.NotEqual(Everything(new(3, "all")), Everything(new(4, "all")));

        static object[] Everything(RandomStream stream)
        {
            Random random = stream;
            byte[] bytes = new byte[9];
            random.NextBytes(bytes);
            int[] shuffled = [.. Enumerable.Range(0, 50)];
            random.Shuffle(shuffled);
            return [random.Next(), random.NextInt64(), random.NextInt64(-5, 1L << 50), random.NextDouble(), random.NextSingle(),
                .. bytes, .. shuffled, .. random.GetItems([1, 2, 3, 4, 5, 6, 7], 20)];
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void APermutationHoldsEveryNumberOnce(int count)
    {
        int[] order = new RandomStream(1, "order").Permutation(count);
        Assert.Equal(Enumerable.Range(0, count), order.Order());
        if (count > 100) Assert.NotEqual(Enumerable.Range(0, count), order);
    }

    [Fact]
    public void EveryPermutationIsAsLikely()
    {
        const int Count = 24_000;
        var random = new RandomStream(1, "orders");
        IGrouping<string, string>[] orders =
            [.. Enumerable.Range(0, Count).Select(_ => string.Join(' ', random.Permutation(4))).GroupBy(order => order)];
        Assert.Equal(24, orders.Length);
        Assert.All(orders, order => Assert.Equal(1000.0, order.Count(), 5 * Math.Sqrt(1000)));
    }

    [Fact]
    public void LongPurposesAreReadToTheirEnd() =>
        Assert.NotEqual(Draw(new(1, new string('ß', 5000) + "a")), Draw(new(1, new string('ß', 5000) + "b")));

    static uint[] Draw(RandomStream stream, int count = 9) => [.. Enumerable.Range(0, count).Select(_ => stream.NextBits())];
}
