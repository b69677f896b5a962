using Qdiff;
using Qdiff.Tensors;

/// <summary>Guidance in the generator, where one network is asked twice.</summary>
public class GuidedGenerationTests
{
    const int Seed = 5, NullLabel = 3;
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 6);
    static readonly Network s_network =
        new UNet
        {
            Dimension = 4,
            Groups = 2,
            Multipliers = [1, 2],
            Heads = 1,
            HeadFeatures = 4,
            Image = [1, 8, 8],
            Classes = 3,
            NullLabel = true
        }.Build();
    static readonly Weights s_weights = new Weights(s_network.Parameters).Initialise(3);
    static readonly Sampler s_sampler = new DdimSampler { Steps = 4 };

    [Fact]
    public void Scale1IsTheConditionalNetworkAndScale0TheNullLabel()
    {
        float[] conditional = Generate(new(), i => (int)(i % 3)), none = Generate(new(), _ => NullLabel);
        Assert.Equal(conditional, Generate(new(1, Rescale: 0.5), i => (int)(i % 3)));
        Assert.Equal(none, Generate(new(0), i => (int)(i % 3)));
        Assert.NotEqual(conditional, none);
        float[] guided = Generate(new(2), i => (int)(i % 3));
        Assert.NotEqual(conditional, guided);
        Assert.NotEqual(guided, Generate(new(2, Rescale: 1), i => (int)(i % 3)));
    }

    [Fact]
    public void Scale2IsTheTwoNetworksComposedByHand()
    {
        float[] guided = Generate(new(2), i => (int)(i % 3), count: 3);
        var denoiser = new Denoiser(ByHand, s_schedule, Prediction.Epsilon);
        float[] tile = s_sampler.Sample(denoiser, Seed, [0, 1, 2], s_network.Image.Count);
        for (int i = 0; i < 3; i++)
            for (int e = 0; e < s_network.Image.Count; e++)
                Assert.Equal(tile[e * Tensor.Samples + i], guided[i * s_network.Image.Count + e], 1e-4);

        void ByHand(ReadOnlySpan<float> xt, int t, Span<float> output)
        {
            float[] conditional = Predict(xt, t, [0, 1, 2]), none = Predict(xt, t, [NullLabel, NullLabel, NullLabel]);
            for (int i = 0; i < output.Length; i++) output[i] = none[i] + 2 * (conditional[i] - none[i]);
        }
    }

    [Fact]
    public void AGuidedSampleDoesNotDependOnItsBatchOrTheThreads()
    {
        float[] all = Generate(new(3, 0.7), i => (int)(i % 3), count: 20);
        Assert.Equal(all, Generate(new(3, 0.7), i => (int)(i % 3), count: 20, threads: 2));
        int pixels = s_network.Image.Count;
        foreach (int one in (int[])[0, 15, 16, 19])
            Assert.Equal(all[(one * pixels)..((one + 1) * pixels)],
                Generate(new(3, 0.7), i => (int)(i % 3), first: one, count: 1));
    }

    [Fact]
    public void WithoutANullLabelOnlyScale1IsPossible()
    {
        Network plain = new UNet
        {
            Dimension = 4,
            Groups = 2,
            Multipliers = [1],
            Heads = 1,
            HeadFeatures = 4,
            Image = [1, 8, 8],
            Classes = 3
        }.Build();
        Weights weights = new Weights(plain.Parameters).Initialise(3);
        foreach (double scale in (double[])[0, 2])
        {
            var generator = new SampleGenerator(plain, s_schedule, Prediction.Epsilon, s_sampler) { Guidance = new(scale) };
            Assert.Contains("training.labelDropout",
                Assert.Throws<InputException>(() => generator.Generate(weights, Seed, count: 1, labels: _ => 1)).Message);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]   // 3 is the null label
    public void ALabelThatDoesNotExistIsRefused(int label) =>
        Assert.Contains($"Label {label} is outside 0 … 3",
            Assert.ThrowsAny<ArgumentException>(() => Generate(new(), _ => label, count: 1)).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void EachSampleNeedsItsLabel(int labels) => Assert.Contains($"3 timesteps came with {labels} labels",
        Assert.Throws<ArgumentException>(() =>
            Predict(new float[s_network.Image.Count * Tensor.Samples], 5, new int[labels])).Message);

    static float[] Generate(Guidance guidance, Func<long, int> labels, long first = 0, int count = 5, int threads = 1) =>
        new SampleGenerator(s_network, s_schedule, Prediction.Epsilon, s_sampler,
            threads)
        { Guidance = guidance }.Generate(s_weights, Seed, count, first, labels);

    static float[] Predict(ReadOnlySpan<float> xt, int t, int[] labels)
    {
        Tensor x = new Workspace(s_weights).Input(s_network.Image);
        xt.CopyTo(x.Values);
        return s_network.Predict(x, [t, t, t], labels).Values.ToArray();
    }
}
