using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>What intervals rest on, against the slow definition.</summary>
public class VarianceTests
{
    static readonly FeatureSet s_balls = Reference.Features(1, 40, 3), s_samples = Reference.Features(2, 60, 3, 0.3);

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    [InlineData(true, 5)]
    public void JackknifeIsThatOfCentresLeftOut(bool counts, int k)
    {
        double[] whole = Inside(s_balls);
        double n = s_balls.Count, m = s_samples.Count, unit = counts ? 1.0 / k : 1, products = 0, sum = 0;
        for (int i = 0; i < n; i++)
        {
            int left = i;
            double[] changes = [.. Inside(s_balls.Take([.. Enumerable.Range(0, s_balls.Count).Where(j => j != left)]))
                .Zip(whole, (without, with) => without - with)];
            // Products of different samples: their own squares are noise.
            products += changes.Sum() * changes.Sum() - changes.Sum(change => change * change);
            sum += changes.Sum();
        }

        double ofCentres = (n - 1) / n * Math.Max(0, products / (m * (m - 1)) - sum * sum / (n * m * m));
        double deviation = MeanAndDeviation.Of(whole, freedomLost: 1).Deviation;
        SampledValue value = counts ? BallJackknife.Density(s_samples, s_balls, k) : BallJackknife.Share(s_samples, s_balls, k);
        Reference.Near(whole.Average() * unit, value.Value);
        Reference.Near((deviation * deviation / m + ofCentres) * unit * unit, value.Variance);
        Assert.InRange(value.Freedom, 1, n + m);
        Assert.Equal(value, Reference.OnOneThread(() =>
            counts ? BallJackknife.Density(s_samples, s_balls, k) : BallJackknife.Share(s_samples, s_balls, k)));

        double[] Inside(FeatureSet centres)
        {
            double[] radii = NearestNeighbours.SquaredRadii(centres, k);
            var held = new double[s_samples.Count];
            NearestNeighbours.ForEach(s_samples, centres, (row, column, squares) =>
            {
                for (int j = 0; j < squares.Length; j++)
                    if (squares[j] <= radii[column + j]) held[row]++;
            });
            return counts ? held : [.. held.Select(number => Math.Min(number, 1))];
        }
    }

    [Fact]
    public void ValuesAreThoseOfTheMetrics()
    {
        Assert.Equal(PrecisionRecall.Between(s_balls, s_samples).Precision, BallJackknife.Share(s_samples, s_balls, 3).Value, 14);
        Assert.Equal(DensityCoverage.Between(s_balls, s_samples).Density, BallJackknife.Density(s_samples, s_balls, 5).Value, 14);
    }

    [Theory]
    [InlineData(3, 40)]
    [InlineData(30, 140)]
    public void HalvesAtOnceAreHalvesOneByOne(int k, int count)
    {
        FeatureSet balls = Reference.Features(1, count, 3), samples = Reference.Features(2, count + 20, 3, 0.3);
        double[] first = new double[64], second = new double[64];
        for (int split = 0; split < 64; split++)
        {
            (int[] a, int[] b) = Halves.Draw(balls.Count, "balls", split, 7);
            (int[] c, int[] d) = Halves.Draw(samples.Count, "samples", split, 7);
            first[split] = DensityCoverage.Between(balls.Take(a), samples.Take(c), k).Coverage;
            second[split] = DensityCoverage.Between(balls.Take(b), samples.Take(d), k).Coverage;
        }

        (double variance, double mean) = BallHalves.Covered(balls, samples, k, 7);
        Reference.Near(Halves.Variance(first, second), variance);
        Reference.Near(first.Concat(second).Average(), mean);
    }

    [Fact]
    public void OfHalvesOfAMeanIsThatOfTheMean()
    {
        double[] values = Reference.Uniform(3, 200);
        double[] first = new double[400], second = new double[400];
        for (int split = 0; split < first.Length; split++)
        {
            (int[] a, int[] b) = Halves.Draw(values.Length, "values", split, 1);
            (first[split], second[split]) = (a.Average(i => values[i]), b.Average(i => values[i]));
        }

        double deviation = MeanAndDeviation.Of(values, freedomLost: 1).Deviation;
        Assert.InRange(Halves.Variance(first, second) / (deviation * deviation / values.Length), 0.8, 1.2);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    public void OfTheKernelDistanceIsThatOfRepeatedDraws(double shift)
    {
        const int draws = 300;
        double[] values = new double[draws], variances = new double[draws];
        Parallel.For(0, draws, draw =>
        {
            FeatureSet x = Normal("x", draw, 50, 0), y = Normal("y", draw, 80, shift);
            (values[draw], variances[draw]) = (KernelDistance.Between(x, y), KernelVariance.Between(x, y, 0, 0).Value.Variance);
        });
        double deviation = MeanAndDeviation.Of(values, freedomLost: 1).Deviation;
        Assert.InRange(variances.Average() / (deviation * deviation), 0.8, 1.4);

        static FeatureSet Normal(string what, int draw, int count, double shift)
        {
            var numbers = new float[count * 4];
            new RandomStream(1, "kernel variance, " + what, draw).FillNormal(numbers);
            for (int i = 0; i < numbers.Length; i++) numbers[i] += (float)shift;
            return new("test", count, 4, numbers);
        }
    }

    [Fact]
    public void AHalfOfOneImageOnlyIsNoObstacle()
    {
        // Nine of ten samples are one image: most halves are nothing else.
        double[] values = [.. Enumerable.Range(0, 20).SelectMany(i => i < 18 ? (double[])[1, 2, 3] : [4 + i, 5, i * i])];
        FeatureSet collapsed = new("test", 20, 3, values);
        Interval interval = FrechetDistance.Interval(collapsed, Reference.Features(1, 20, 3), resamples: 20);
        Assert.True(interval.Low < interval.High);
        Assert.True(interval.Contains(FrechetDistance.Between(collapsed, Reference.Features(1, 20, 3))));
    }
}
