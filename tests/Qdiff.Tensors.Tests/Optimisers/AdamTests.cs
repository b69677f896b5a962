using Qdiff.Tensors;

public class AdamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    public void FollowsAlgorithm1InDouble(int length)
    {
        var adam = new Adam { Beta2 = 0.99 };
        var random = new RandomStream(3, "adam", length);
        float[] values = new float[length], m = new float[length], v = new float[length];
        random.FillNormal(values);
        double[] x = [.. values], mean = new double[length], square = new double[length];
        for (int t = 1; t <= 20; t++)
        {
            var gradient = new float[length];
            random.FillNormal(gradient);
            adam.Step(values, gradient, m, v, learningRate: 1e-3, t);
            for (int i = 0; i < length; i++)
            {
                mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                square[i] = 0.99 * square[i] + 0.01 * gradient[i] * gradient[i];
                x[i] -= 1e-3 * (mean[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.99, t))) + 1e-8);
            }
        }

        for (int i = 0; i < length; i++) Assert.Equal(x[i], values[i], 1e-5);
    }

    [Fact]
    public void TheFirstStepIsTheLearningRateWhateverTheGradient()
    {
        float[] values = [1, 1, 1], m = new float[3], v = new float[3];
        new Adam().Step(values, [100, -1e-3f, 0], m, v, learningRate: 0.01, step: 1);
        Assert.Equal(0.99f, values[0], 1e-6f);
        Assert.Equal(1.01f, values[1], 1e-6f);
        Assert.Equal(1f, values[2]);
    }

    [Fact]
    public void AnyCuttingGivesEqualBits()
    {
        float[] gradient = Normal(77, 0);
        (float[] whole, float[] cut) = (Normal(77, 1), Normal(77, 1));
        (float[] m, float[] v, float[] mCut, float[] vCut) = (new float[77], new float[77], new float[77], new float[77]);
        for (int t = 1; t <= 3; t++)
        {
            new Adam().Step(whole, gradient, m, v, 1e-3, t);
            foreach ((int start, int end) in ((int, int)[])[(0, 5), (5, 40), (40, 77)])
                new Adam().Step(cut.AsSpan(start..end), gradient.AsSpan(start..end), mCut.AsSpan(start..end),
                    vCut.AsSpan(start..end), 1e-3, t);
        }

        Assert.Equal(whole, cut);
        Assert.Equal(v, vCut);
    }

    [Fact]
    public void RangesScaleAndFreeze()
    {
        float[] values = new float[40], m = new float[40], v = new float[40], gradient = new float[40];
        Array.Fill(gradient, 1);
        new Adam().Step(values, gradient, m, v, 0.1, 1, [new(3, 10, 0), new(20, 5, 2)]);
        for (int i = 0; i < 40; i++)
        {
            double factor = i is >= 3 and < 13 ? 0 : i is >= 20 and < 25 ? 2 : 1;
            Assert.Equal(-0.1 * factor, values[i], 1e-6);
            Assert.Equal(factor == 0, m[i] == 0);
        }

        Assert.Throws<ArgumentException>(() => new Adam().Step(values, gradient, m, v, 0.1, 1, [new(3, 10, 0), new(12, 2, 1)]));
        Assert.Throws<ArgumentException>(() => new Adam().Step(values, gradient, m, v, 0.1, 1, [new(38, 3, 0)]));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Adam().Step(new float[3], new float[2], new float[3], new float[3], 1e-3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam().Step(new float[3], new float[3], new float[3], new float[3],
            1e-3, 0));
        // Where a gradient is 0 it would be 0/0.
        Assert.Throws<ArgumentOutOfRangeException>("Epsilon", () => new Adam { Epsilon = 1e-60 });
        Assert.Throws<ArgumentOutOfRangeException>("Beta1", () => new Adam { Beta1 = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>("Beta2", () => new Adam { Beta2 = 1 });
    }

    static float[] Normal(int length, int index)
    {
        var values = new float[length];
        new RandomStream(4, "adam", index).FillNormal(values);
        return values;
    }
}
