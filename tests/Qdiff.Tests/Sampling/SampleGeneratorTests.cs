using Qdiff;
using Qdiff.Tensors;

public class SampleGeneratorTests
{
    const int Seed = 5;
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 6);
    static readonly UNet s_tiny = new() { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 };

    [Theory]
    [InlineData("ddpm", 0)]
    [InlineData("ddim", 0)]
    [InlineData("ddim", 3)]    // classes
    public void ASampleIsTheSameAloneAndInAnyBatchOnAnyNumberOfThreads(string method, int classes)
    {
        Network network = (s_tiny with { Classes = classes }).Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        int pixels = network.Image.Count;
        float[] all = Generate(0, 64, threads: 1);
        Assert.Equal(64 * pixels, all.Length);
        Assert.All(all, x => Assert.InRange(x, -1, 1));
        Assert.Equal(64, Enumerable.Range(0, 64).Select(i => Convert.ToHexString(Bytes(all, i, 1))).Distinct().Count());

        Assert.True(Bytes(all, 0, 64).SequenceEqual(Bytes(Generate(0, 64, threads: 2), 0, 64)), "two threads differ");
        // Alone, at both ends of a tile, and in batches that cut the tiles elsewhere.
        foreach ((int first, int count) in ((int, int)[])[(0, 1), (15, 1), (16, 1), (37, 1), (63, 1), (5, 20), (30, 34)])
            Assert.True(Bytes(Generate(first, count, threads: 2), 0, count).SequenceEqual(Bytes(all, first, count)),
                $"{count} from {first} differ");

        float[] Generate(long first, int count, int threads) =>
            new SampleGenerator(network, s_schedule, Prediction.Epsilon,
                Catalog.Default.Samplers[method] with { Steps = method == "ddim" ? 4 : 0 }, threads)
                .Generate(weights, Seed, count, first, i => (int)(i % Math.Max(1, classes)));

        byte[] Bytes(float[] images, int first, int count) =>
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(images.AsSpan(first * pixels, count * pixels)).ToArray();
    }

    [Fact]
    public void SeedAndClassMatter()
    {
        Network network = (s_tiny with { Classes = 3 }).Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        var generator = new SampleGenerator(network, s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 4 });
        float[] one = generator.Generate(weights, Seed, count: 1, labels: _ => 1);
        Assert.NotEqual(one, generator.Generate(weights, Seed, count: 1, labels: _ => 2));
        Assert.NotEqual(one, generator.Generate(weights, Seed + 1, count: 1, labels: _ => 1));
        Assert.Contains("3 classes", Assert.Throws<InputException>(() => generator.Generate(weights, Seed, count: 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Generate(weights, Seed, count: 0, labels: _ => 1));
    }

    [Fact]
    public void ProgressEndsAt1AndCancellingStops()
    {
        Network network = s_tiny.Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        var generator = new SampleGenerator(network, s_schedule, Prediction.Epsilon, Catalog.Default.Samplers["ddpm"],
            threads: 1);
        List<double> told = [];
        generator.Generate(weights, Seed, count: 20, progress: told.Add);
        // Two tiles of six steps.
        Assert.Equal(Enumerable.Range(1, 12).Select(i => i / 12.0), told);

        using var cancel = new CancellationTokenSource();
        told.Clear();
        Assert.ThrowsAny<OperationCanceledException>(() => generator.Generate(weights, Seed, count: 20, progress: done =>
        {
            told.Add(done);
            cancel.Cancel();
        }, cancellationToken: cancel.Token));
        Assert.Single(told);
    }

    [Fact]
    public void LabelsAreAskedForByTheCallerBeforeAnyIsDrawn()
    {
        Network network = (s_tiny with { Classes = 3, Image = [1, 8, 8] }).Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        var generator = new SampleGenerator(network, s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 2 }, threads: 2);
        List<long> asked = [];
        int caller = Environment.CurrentManagedThreadId, steps = 0;
        generator.Generate(weights, Seed, count: 40, first: 2, labels: i =>
        {
            Assert.Equal(caller, Environment.CurrentManagedThreadId);
            asked.Add(i);
            return 1;
        }, progress: _ => Assert.Equal(40, asked.Count));
        Assert.Equal(Enumerable.Range(2, 40).Select(i => (long)i), asked);

        // Of the last tile; the others are not begun.
        Assert.Contains("Label 3 is outside 0 … 2, and sample 39 is to have it", Assert.Throws<ArgumentException>(() =>
            generator.Generate(weights, Seed, count: 40, labels: i => i == 39 ? 3 : 0,
                progress: _ => Interlocked.Increment(ref steps))).Message);
        Assert.Equal(0, steps);
    }

    [Fact]
    public void NumbersOfSamplesBeginAt0AndEndWithALong()
    {
        Network network = (s_tiny with { Image = [1, 8, 8] }).Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        var generator = new SampleGenerator(network, s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 2 })
        { Stride = 4 };
        Assert.Throws<ArgumentOutOfRangeException>("first", () => generator.Generate(weights, Seed, count: 1, first: -1));
        Assert.Throws<ArgumentOutOfRangeException>("first", () =>
            generator.Trajectory(weights, Seed, count: 1, frames: 2, first: -1));
        Assert.Throws<ArgumentOutOfRangeException>("first", () =>
            generator.Generate(weights, Seed, count: 2, first: long.MaxValue - 3));
        Assert.Equal(128, generator.Generate(weights, Seed, count: 2, first: long.MaxValue - 4).Length);
    }

    /// <summary>As pixels it would be a black image, to be shown and measured like others.</summary>
    [Fact]
    public void WhatIsNoNumberIsNoSample()
    {
        Network network = (s_tiny with { Image = [1, 8, 8] }).Build();
        var weights = new Weights(network.Parameters);
        weights.Values.Fill(float.NaN);
        weights.Refresh();
        foreach (Sampler sampler in (Sampler[])[new DdimSampler { Steps = 2 }, new DdpmSampler()])
        {
            var generator = new SampleGenerator(network, s_schedule, Prediction.Epsilon, sampler);
            Assert.Contains("what is no finite number", Assert.Throws<InputException>(() =>
                generator.Generate(weights, Seed, count: 20)).Message);
            Assert.Contains("what is no finite number", Assert.Throws<InputException>(() =>
                generator.Trajectory(weights, Seed, count: 1, frames: 3, estimates: true)).Message);
        }
    }
}
