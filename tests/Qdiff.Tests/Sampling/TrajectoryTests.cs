using Qdiff;
using Qdiff.Tensors;

public class TrajectoryTests
{
    const int Seed = 5, Count = 18;
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 8);
    static readonly Network s_network =
        new UNet { Dimension = 4, Groups = 2, Multipliers = [1], Heads = 1, HeadFeatures = 4, Image = [1, 4, 4] }.Build();
    static readonly Weights s_weights = new Weights(s_network.Parameters).Initialise(3);

    [Theory]
    [InlineData("ddpm", 0, 5, false)]
    [InlineData("ddim", 4, 3, true)]
    [InlineData("heun", 4, 5, false)]
    [InlineData("dpm++2m", 6, 4, true)]
    public void ItGoesFromNoiseToTheImagesThatAreGenerated(string method, int steps, int frames, bool estimates)
    {
        Sampler sampler = Catalog.Default.Samplers[method] with { Steps = steps };
        TimestepTable table = sampler.Table(s_schedule);
        var generator = new SampleGenerator(s_network, s_schedule, Prediction.Epsilon, sampler, threads: 2);
        IReadOnlyList<DenoisingFrame> way = generator.Trajectory(s_weights, Seed, Count, frames, first: 3, estimates);
        Assert.Equal(frames, way.Count);
        Assert.Equal(generator.Generate(s_weights, Seed, Count, first: 3), way[^1].Images);
        Assert.Equal((table[0], NoiseSchedule.Clean), (way[0].Timestep, way[^1].Timestep));

        // The same by hand, sample by sample.
        for (int i = 0; i < Count; i += 17)
        {
            SampledTile tile = sampler.Start(new(Predict, s_schedule, Prediction.Epsilon), Seed, [3 + i], s_network.Image.Count);
            foreach ((int k, DenoisingFrame frame) in way.Index())
            {
                int before = tile.T;
                while (tile.Step != k * table.Count / (frames - 1))
                {
                    before = tile.T;
                    Assert.True(tile.Advance());
                }

                // An estimate is one of the image at the timestep that the step began at.
                bool isEstimate = estimates && tile.Step > 0 && tile.T != NoiseSchedule.Clean;
                Assert.Equal(isEstimate ? before : tile.T, frame.Timestep);
                Span<float> expected = isEstimate ? tile.X0 : tile.X;
                for (int e = 0; e < s_network.Image.Count; e++)
                    Assert.Equal(expected[e * Tensor.Samples], frame.Images[i * s_network.Image.Count + e]);
            }
        }

        if (estimates) Assert.All(way.Skip(1), frame => Assert.All(frame.Images, x => Assert.InRange(x, -1, 1)));
    }

    [Fact]
    public void ThereAreNoMoreFramesThanStates()
    {
        var generator = new SampleGenerator(s_network, s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 4 });
        Assert.Equal(5, generator.Trajectory(s_weights, Seed, count: 1, frames: 100).Count);
        Assert.Equal(2, generator.Trajectory(s_weights, Seed, count: 1, frames: 2).Count);
        Assert.Contains("at least 2", Assert.Throws<InputException>(() =>
            generator.Trajectory(s_weights, Seed, count: 1, frames: 1)).Message);
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            generator.Trajectory(s_weights, Seed, count: 1, frames: 2, cancellationToken: cancel.Token));
    }

    static void Predict(ReadOnlySpan<float> xt, int t, Span<float> output)
    {
        Tensor x = new Workspace(s_weights).Input(s_network.Image);
        xt.CopyTo(x.Values);
        s_network.Predict(x, [t]).Values.CopyTo(output);
    }
}
