using Qdiff;
using Qdiff.Tensors;

public class DataOrderTests
{
    [Fact]
    public void EveryEpochShowsEveryImageOnce()
    {
        DataOrder order = new(101, seed: 9);
        int[] stream = [.. Enumerable.Range(0, 303).Select(position => order[position])];
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.Equal(Enumerable.Range(0, 101), stream[(101 * epoch)..(101 * (epoch + 1))].Order());
        Assert.NotEqual(stream[..101], stream[101..202]);
    }

    [Fact]
    public void EpochEIsThePermutationOfItsOwnStream() =>
        Assert.Equal(new RandomStream(9, "data order", 2).Permutation(101),
            Enumerable.Range(202, 101).Select(position => new DataOrder(101, 9)[position]));

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(250)]
    public void BatchesAreConsecutivePiecesOfTheStream(int batch)
    {
        DataOrder order = new(101, seed: 9);
        int[] joined = [.. Enumerable.Range(0, 7).SelectMany(step => order.Indices(step, batch))];
        Assert.Equal([.. Enumerable.Range(0, 7 * batch).Select(position => order[position])], joined);
    }

    [Fact]
    public void AStepDoesNotDependOnWhatWasAskedBefore()
    {
        DataOrder walked = new(101, seed: 9);
        for (int step = 0; step < 40; step++) walked.Indices(step, 16);
        Assert.Equal(new DataOrder(101, seed: 9).Indices(40, 16), walked.Indices(40, 16));
        Assert.Equal(new DataOrder(101, seed: 9).Indices(3, 16), walked.Indices(3, 16));
        Assert.NotEqual(new DataOrder(101, seed: 10).Indices(3, 16), walked.Indices(3, 16));
    }

    [Fact]
    public void TwentyEpochsOf60000AreAWholeNumberOfSteps()
    {
        DataOrder order = new(60_000, seed: 42);
        Assert.Equal(order[1_199_999], order.Indices(9_374, 128)[127]);
        Assert.Equal(order[1_200_000], order.Indices(9_375, 128)[0]);
    }

    [Fact]
    public void ThreadsMayShareIt()
    {
        DataOrder order = new(101, seed: 9);
        int[][] expected = [.. Enumerable.Range(0, 64).Select(step => new DataOrder(101, seed: 9).Indices(step, 48))];
        Parallel.For(0, 640, i => Assert.Equal(expected[i % 64], order.Indices(i % 64, 48)));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataOrder(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataOrder(5, 1).Indices(-1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataOrder(5, 1).Indices(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataOrder(5, 1)[-1]);
    }
}
