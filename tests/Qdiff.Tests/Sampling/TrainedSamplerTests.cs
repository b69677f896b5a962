using Qdiff;
using Qdiff.Tensors;

public class TrainedSamplerTests
{
    /// <summary>Many may wait for their turn at once, and the pool has few threads, which others need.</summary>
    [Fact]
    public async Task ARequestHoldsNoThreadOfThePool()
    {
        Network network = new UNet
        { Dimension = 4, Groups = 2, Multipliers = [1], Heads = 1, HeadFeatures = 4, Image = [1, 4, 4] }.Build();
        // With one thread it is the request's own that computes.
        var generator = new SampleGenerator(network, NoiseSchedule.Cosine(steps: 4), Prediction.Epsilon,
            new DdimSampler { Steps = 2 }, threads: 1);
        var sampler = new TrainedSampler(generator, new Weights(network.Parameters).Initialise(3), network,
            new("dots", 9, [1, 4, 4], ""));
        List<bool> pooled = [];
        float[] images = await sampler.GenerateAsync(seed: 5, count: 1,
            progress: _ => pooled.Add(Thread.CurrentThread.IsThreadPoolThread));
        Assert.Equal([false, false], pooled);
        Assert.Equal(sampler.Generate(seed: 5, count: 1), images);
    }
}
