using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>Whole networks with circuits on another engine than the processors, chosen where workers are made.</summary>
public class EngineNetworkTests
{
    static readonly Network s_network = PublishedModels.Named("qvunet-1hq").Build();
    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn().Select([.. Enumerable.Range(0, 20)], "twenty");

    [Fact]
    public void TrainingOnAnEngineWithMemoryOfItsOwnGivesTheSameBits()
    {
        var engine = new CopyingEngine();
        (TrainingStep[] expected, float[] weights) = Train(ComputeEngine.Cpu);
        (TrainingStep[] steps, float[] own) = Train(engine);
        Assert.Equal(expected, steps);
        Assert.Equal(weights, own);
        Assert.InRange(engine.Primitives, 200, 2000);
    }

    [Fact]
    public void SamplesOfTheReferenceEngineAreThoseOfTheProcessors()
    {
        Weights weights = new Weights(s_network.Parameters).Initialise(3);
        NoiseSchedule schedule = NoiseSchedule.Cosine(steps: 2);
        float[] expected = Draw(new(1)), samples = Draw(new(1, new ReferenceEngine(samples: 1)));
        Assert.NotEqual(expected, samples);
        Assert.All(expected.Zip(samples), pair => Assert.Equal(pair.First, pair.Second, 1e-4));

        float[] Draw(TileWorkers workers) =>
            new SampleGenerator(s_network, schedule, Prediction.Epsilon,
                new DdpmSampler())
            { Workers = workers }.Generate(weights, seed: 1, count: 1);
    }

    static (TrainingStep[], float[]) Train(ComputeEngine engine)
    {
        var state = new TrainingState(s_network, seed: 1);
        var objective = new Objective(NoiseSchedule.Cosine(steps: 10), Prediction.Epsilon, Weighting.Uniform);
        var trainer = new Trainer(state, objective, s_images, new() { Batch = 20, Workers = new(1, engine) });
        TrainingStep[] steps = [.. trainer.Run().Take(2).Select(step => step with { Seconds = 0 })];
        return (steps, state.Weights.Values.ToArray());
    }
}
