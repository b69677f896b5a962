using Qdiff.Tensors;

public class InitialisersTests
{
    const int Count = 90_000;

    [Fact]
    public void LecunNormalHasTheDeviationOfTheFanInAndIsCutAtTwo()
    {
        // 100 outputs of 100 channels × 3 × 3: fan-in 900.
        float[] values = Draw(Initialisers.LecunNormal, [100, 100, 3, 3]);
        double expected = Math.Sqrt(1.0 / 900);
        Assert.Equal(0, values.Average(), 5 * expected / Math.Sqrt(Count));
        Assert.Equal(expected, Deviation(values), 0.01 * expected);
        double bound = 2 * expected / 0.87962566103423978;
        Assert.InRange(values.Max(), 0.98 * bound, bound * (1 + 1e-6));
        Assert.InRange(values.Min(), -bound * (1 + 1e-6), -0.98 * bound);
    }

    [Fact]
    public void TorchDefaultsAreBoundedByTheRootOfTheFanIn()
    {
        float[] weights = Draw(Initialisers.KaimingUniform, [100, 100, 3, 3]),
            bias = Draw(Initialisers.WithinFanIn(900), [Count]);
        foreach (float[] values in (float[][])[weights, bias])
        {
            Assert.InRange(values.Max(), 0.999 / 30, 1.0 / 30);
            Assert.Equal(1 / (30 * Math.Sqrt(3)), Deviation(values), 2e-4);
        }
    }

    [Fact]
    public void TheSimpleOnes()
    {
        Assert.All(Draw(Initialisers.Zeros, [Count]), value => Assert.Equal(0, value));
        Assert.All(Draw(Initialisers.Ones, [Count]), value => Assert.Equal(1, value));
        Assert.Equal(0.3, Deviation(Draw(Initialisers.Normal(0.3), [Count])), 3e-3);
        float[] uniform = Draw(Initialisers.Uniform(-1, 3), [Count]);
        Assert.Equal(1, uniform.Average(), 0.02);
        Assert.InRange(uniform.Min(), -1, -0.999);
        Assert.InRange(uniform.Max(), 2.999, 3);
    }

    [Fact]
    public void EqualStreamsGiveEqualNumbersAndAnyRandomServes()
    {
        Assert.Equal(Draw(Initialisers.LecunNormal, [300, 300]), Draw(Initialisers.LecunNormal, [300, 300]));
        var values = new float[100];
        Initialisers.LecunNormal(new Random(1), [10, 10], values);
        Assert.True(Deviation(values) > 0.1);
        Assert.Equal(12, Initialisers.FanIn([7, 3, 2, 2]));
    }

    static float[] Draw(Initialiser initialise, Shape shape)
    {
        var values = new float[shape.Count];
        initialise(new RandomStream(5, "initialiser"), shape, values);
        return values;
    }

    static double Deviation(float[] values)
    {
        double mean = values.Average(value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
