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

        // heun asks the network twice a step, but for the last.
        Assert.Equal(49, Estimate.Measure(config.With("sampling.sampler=heun"), images, seconds: 0).NetworkPasses);
        // 4,096 images besides the 32 samples.
        Assert.True(Estimate.Measure(config.With("sampling.calibration=4096"), images, seconds: 0).SamplingSeconds
            > 10 * estimate.SamplingSeconds);
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

    /// <summary>A length in steps is that of each class, one in epochs is divided among them; a tile that is not full takes as
    /// long as one that is.</summary>
    [Fact]
    public void ANetworkForEachClassAndFewSamplesAreCounted()
    {
        ResolvedExperiment config = TinyExperiment.Resolve("data.eachClass=true", "data.classes=[1, 8]", "training.steps=30",
            "sampling.sampler=ddim", "sampling.count=2");
        ImageSet images = config.Config.Data.Load(Papers.Catalog);
        Estimate estimate = Estimate.Measure(config, images, seconds: 0);
        Assert.Equal((2, 60), (estimate.Networks, estimate.Steps));
        Assert.Equal(60 * estimate.StepSeconds, estimate.TrainingSeconds, 9);
        Estimate passes = Estimate.Measure(config.LastingEpochs(6), images, seconds: 0);
        Assert.Equal((2, 12), (passes.Networks, passes.Steps));
        ExperimentConfig two = config.Config, sixteen = config.With("sampling.count=16").Config;
        Assert.Equal(new SamplePlan(sixteen, 40).PassesOf(16), new SamplePlan(two, 40).PassesOf(2));
        // Of the timesteps 19, 39, ..., 999 half are guided.
        Assert.Equal(75, new SamplePlan(two with { Sampling = two.Sampling with { Guidance = 2, GuidanceFrom = 500 } }, 40)
            .PassesASample);
    }

    /// <summary>20 images are two tiles of 16, for each label that the network will be asked for.</summary>
    [Fact]
    public void CalibrationIsCountedForEachLabel()
    {
        ResolvedExperiment plain = TinyExperiment.Resolve("data.classes=[1, 8]", "sampling.calibration=20"),
            conditional = plain.With("model.classes=10", "training.labelDropout=0.1");
        Assert.Equal(1, Labels(plain));
        Assert.Equal(2, Labels(plain.With("data.eachClass=true")));
        Assert.Equal(2, Labels(conditional));
        Assert.Equal(3, Labels(conditional.With("sampling.guidance=2")));
        Assert.Equal(1, Labels(conditional.With("sampling.guidance=0")));
        Assert.Equal(10, Labels(conditional.With("data.classes=[]")));
        Assert.Equal(0, Labels(conditional.With("sampling.calibration=0")));

        static double Labels(ResolvedExperiment of) => Estimate.CalibrationPasses(of.Config,
            classes: of.Config.Model.Classes ?? 0, images: null, timesteps: 5) / (5 * 32.0);
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
