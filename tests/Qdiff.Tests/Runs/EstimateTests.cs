using Qdiff;
using Qdiff.Papers;

public class EstimateTests
{
    [Fact]
    public void AnExperimentIsMeasuredOnItsOwnImages()
    {
        ResolvedExperiment config = TinyExperiment.Resolve("training.steps=1000", "training.threads=2", "sampling.sampler=ddim",
            "sampling.count=32");
        ImageSet images = config.Config.Data.Load(Papers.Catalog);
        Estimate estimate = Estimate.Measure(config, images, seconds: 0);
        Assert.Equal((2, 200, 10.0, 50, 0L),
            (estimate.Threads, estimate.Images, estimate.StepsPerEpoch, estimate.NetworkPasses, estimate.CircuitsPerStep));
        Assert.InRange(estimate.MeasuredSteps, 5, 50);
        Assert.InRange(estimate.StepSeconds, 1e-6, 60);
        Assert.Equal(10 * estimate.StepSeconds, estimate.EpochSeconds, 9);
        Assert.Equal(1000 * estimate.StepSeconds, estimate.TrainingSeconds, 6);
        Assert.InRange(estimate.SamplingSeconds, 1e-6, 600);
        Assert.InRange(estimate.MemoryBytes, 10_000_000, 16_000_000_000);

        // heun asks the network twice a step.
        Assert.Equal(50, Estimate.Measure(config.With("sampling.sampler=heun"), images,
            seconds: 0).NetworkPasses);
        Assert.Equal(1000, Estimate.Measure(config.With("sampling.sampler=ddpm"), images,
            seconds: 0).NetworkPasses);
    }

    [Fact]
    public void WithoutTheDataTheNumberOfImagesIsEnough()
    {
        // The network is the configured one, not the published one of the same name.
        Estimate tiny = Estimate.Measure(TinyExperiment.Resolve("training.batch=64"), images: null, count: 6400,
            seconds: 0);
        Assert.Equal((6400, 100.0), (tiny.Images, tiny.StepsPerEpoch));
        Assert.Equal(TinyExperiment.Resolve().Config.Model.Build([1, 28, 28], Papers.Catalog).Parameters.Scalars,
            tiny.Parameters);
    }

    [Fact]
    public void CircuitsAreCountedAStep()
    {
        ResolvedExperiment config = TinyExperiment.Resolve("model.vertex.circuit=fqconv", "training.batch=3", "data.crop=8");
        Estimate estimate = Estimate.Measure(config, config.Config.Data.Load(Papers.Catalog), seconds: 0);
        // Two blocks, each with a circuit in both of its stages, on every patch of 2 × 2 of the 4 × 4 pixels there.
        Assert.Equal(2 * 2 * 3 * 4, estimate.CircuitsPerStep);
    }
}
