using Qdiff;

public class TrainingDrawsTests
{
    [Fact]
    public void ASampleDrawsTheSameInEveryCutOfTheBatch()
    {
        int[] whole = new int[37];
        TrainingDraws.FillTimesteps(1000, seed: 5, step: 9, firstSample: 0, whole);
        int[] part = new int[5];
        TrainingDraws.FillTimesteps(1000, seed: 5, step: 9, firstSample: 30, part);
        Assert.Equal(whole[30..35], part);

        float[] tile = new float[16 * 10], other = new float[16 * 10];
        TrainingDraws.FillNoise(seed: 5, step: 9, firstSample: 16, samples: 16, tile);
        TrainingDraws.FillNoise(seed: 5, step: 9, firstSample: 20, samples: 3, other);
        for (int e = 0; e < 10; e++)
        {
            for (int s = 0; s < 3; s++) Assert.Equal(tile[e * 16 + 4 + s], other[e * 16 + s]);
            for (int s = 3; s < 16; s++) Assert.Equal(0, other[e * 16 + s]);
        }
    }

    [Fact]
    public void StepsSeedsAndSamplesDiffer()
    {
        int[] Draw(long seed, long step)
        {
            int[] timesteps = new int[16];
            TrainingDraws.FillTimesteps(1000, seed, step, 0, timesteps);
            return timesteps;
        }

        Assert.Equal(Draw(1, 2), Draw(1, 2));
        Assert.NotEqual(Draw(1, 2), Draw(1, 3));
        Assert.NotEqual(Draw(1, 2), Draw(2, 2));
        Assert.True(Draw(1, 2).Distinct().Count() > 10);
    }

    [Fact]
    public void TimestepsAreUniformAndNoiseIsNormal()
    {
        // 32,000 timesteps in 10 bins of 3,200: χ² with 9 degrees of freedom is below 27.9 with probability 0.999.
        int[] bins = new int[10];
        int[] timesteps = new int[16];
        double sum = 0, squares = 0, fourth = 0;
        float[] noise = new float[16 * 8];
        for (int step = 0; step < 2000; step++)
        {
            TrainingDraws.FillTimesteps(10, 3, step, 0, timesteps);
            foreach (int t in timesteps) bins[t]++;
            TrainingDraws.FillNoise(3, step, 0, 16, noise);
            foreach (double z in noise) (sum, squares, fourth) = (sum + z, squares + z * z, fourth + z * z * z * z);
        }

        Assert.InRange(bins.Sum(b => (b - 3200.0) * (b - 3200) / 3200), 0.5, 27.9);
        double n = 2000 * noise.Length;
        Assert.Equal(0, sum / n, 4 / Math.Sqrt(n));
        Assert.Equal(1, squares / n, 4 * Math.Sqrt(2 / n));
        Assert.Equal(3, fourth / n, 4 * Math.Sqrt(96 / n));
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Contains("0 to 16 samples, got 17",
            Assert.Throws<ArgumentOutOfRangeException>(() => TrainingDraws.FillNoise(0, 0, 0, 17, new float[16])).Message);
        Assert.Contains("'noise' has 15",
            Assert.Throws<ArgumentException>(() => TrainingDraws.FillNoise(0, 0, 0, 1, new float[15])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TrainingDraws.FillTimesteps(0, 0, 0, 0, new int[1]));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void LabelsAreDroppedWithTheirProbability(double probability)
    {
        const int draws = 40_000;
        int dropped = 0;
        for (int step = 0; step < draws / 16; step++) dropped += Dropped(probability, 3, step, 0, 16).Count(label => label == 10);
        double deviation = Math.Sqrt(draws * probability * (1 - probability));
        Assert.InRange(dropped, draws * probability - 4 * deviation, draws * probability + 4 * deviation);
        Assert.Equal(0, Dropped(0, 3, 5, 0, 100).Count(label => label == 10));
        Assert.Equal(100, Dropped(1, 3, 5, 0, 100).Count(label => label == 10));
    }

    [Fact]
    public void WhichLabelsAreDroppedIsAPureFunctionOfSeedStepAndSample()
    {
        int[] whole = Dropped(0.3, 3, 7, 0, 100);
        Assert.Equal(whole, (int[])[.. Dropped(0.3, 3, 7, 0, 16), .. Dropped(0.3, 3, 7, 16, 1), .. Dropped(0.3, 3, 7, 17, 83)]);
        Assert.NotEqual(whole, Dropped(0.3, 4, 7, 0, 100));
        Assert.NotEqual(whole, Dropped(0.3, 3, 8, 0, 100));
        // Those that are kept are as they were.
        Assert.All(Enumerable.Range(0, 100), i => Assert.True(whole[i] == 10 || whole[i] == i % 10));
        // Nor does the probability shuffle them: what goes at 0.1 goes at 0.3.
        Assert.All(Enumerable.Range(0, 100).Where(i => Dropped(0.1, 3, 7, 0, 100)[i] == 10), i => Assert.Equal(10, whole[i]));
    }

    static int[] Dropped(double probability, long seed, long step, int first, int count)
    {
        int[] labels = [.. Enumerable.Range(first, count).Select(i => i % 10)];
        TrainingDraws.DropLabels(probability, nullLabel: 10, seed, step, first, labels);
        return labels;
    }
}
