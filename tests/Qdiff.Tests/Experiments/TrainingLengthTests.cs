using Qdiff;
using Qdiff.Papers;

/// <summary>Experiments in another length than configured.</summary>
public class TrainingLengthTests
{
    static readonly string s_configs = Path.Combine(Repository.Root, "configs");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(s_configs, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(s_configs, file)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void EveryConfigurationCanBeMadeShort(string file)
    {
        ResolvedExperiment whole = ResolvedExperiment.Load(Path.Combine(s_configs, file), Papers.Catalog);
        foreach (int steps in (int[])[2, 4, 100, 1500])
        {
            ExperimentConfig config = whole.Lasting(steps, images: 5000, withSource: true).Config;
            int source = config.Transfer.Source is null ? 0 : config.Transfer.SourceSteps;
            Assert.Equal(steps, config.Training.Steps + source);
            Assert.True(config.Training.Steps >= 1 && source >= 0);
            Assert.Equal(config.Transfer.Source is null, source == 0);
            Assert.Equal(config.Training.Steps, config.Training.StepsFor(5000));
            Assert.InRange(config.Training.WarmUp, 0, config.Training.Steps - 1);
            Assert.All(config.Training.KeepSteps, kept => Assert.InRange(kept, 1, config.Training.Steps));
            config.Diffusion.RequireUsableWeights(Papers.Catalog);
            // As one stage, whatever the source of a transfer.
            Assert.Equal(steps, whole.Lasting(steps).Config.Training.Steps);
        }
    }

    [Fact]
    public void StagesAreScaledWithTheLength()
    {
        ResolvedExperiment whole = ResolvedExperiment.Parse("""
            training:
              steps: 10000
              warmUp: 500
              keepSteps: [1000, 5000, 10000]
              checkpointEvery: 2000
              sampleEvery: 4000
              ema:
                copySteps: 100
                every: 10
                maxDecay: 0.995
            transfer:
              source: a
              sourceSteps: 30000
            """, "a.yaml", Papers.Catalog);
        TrainingConfig tenth = whole.Lasting(1000).Config.Training;
        Assert.Equal((1000, 50, 200, 400), (tenth.Steps, tenth.WarmUp, tenth.CheckpointEvery, tenth.SampleEvery));
        Assert.Equal([100, 500, 1000], tenth.KeepSteps);
        // It remembers 10 / 0.005 = 2,000 of 10,000 steps, so now 200.
        Assert.Equal((10, 1), (tenth.Ema.CopySteps, tenth.Ema.Every));
        Assert.Equal(200, tenth.Ema.Every / (1 - tenth.Ema.MaxDecay), 6);

        ExperimentConfig both = whole.Lasting(4000, withSource: true).Config;
        Assert.Equal((1000, 3000), (both.Training.Steps, both.Transfer.SourceSteps));
        // Longer: how often something is done needs no change.
        Assert.Equal(2000, whole.Lasting(20_000).Config.Training.CheckpointEvery);
        Assert.Equal([1000, 5000, 10000], whole.Lasting(20_000).Config.Training.KeepSteps);
        // What an option says stays.
        ResolvedExperiment said = whole.With("training.checkpointEvery=7", "training.ema.maxDecay=0.9", "training.warmUp=3");
        TrainingConfig kept = said.Lasting(1000).Config.Training;
        Assert.Equal((7, 0.9, 3), (kept.CheckpointEvery, kept.Ema.MaxDecay, kept.WarmUp));
        // Who says how often the average is taken gets a memory of the same share.
        ExponentialAverage often = whole.With("training.ema.every=10").Lasting(1000).Config.Training.Ema;
        Assert.Equal((10, 200.0), (often.Every, Math.Round(often.Every / (1 - often.MaxDecay), 6)));
        // Images do not become the main work.
        Assert.Equal(whole.Config.Training.WorthDrawingEvery(64 * 50), whole.Lasting(10).Config.Training.SampleEvery);
    }

    [Fact]
    public void ALengthInEpochsIsReplaced()
    {
        ResolvedExperiment epochs =
            ResolvedExperiment.Parse("training:\n  epochs: 10\n  batch: 100\n  warmUp: 40\n", "a.yaml", Papers.Catalog);
        // 10 passes over 2,000 images are 200 steps.
        TrainingConfig half = epochs.Lasting(100, images: 2000).Config.Training;
        Assert.Equal((100, (double?)null, 20), (half.Steps, half.Epochs, half.WarmUp));
        Assert.Equal((50, (double?)null), (epochs.Lasting(50).Config.Training.Steps, epochs.Lasting(50).Config.Training.Epochs));
        ResolvedExperiment steps = ResolvedExperiment.Parse("training:\n  steps: 77\n", "a.yaml", Papers.Catalog)
            .LastingEpochs(1.5);
        Assert.Equal((1.5, true), (steps.Config.Training.Epochs, steps.OriginOf("training.steps").IsDefault));
    }

    [Fact]
    public void ThereIsAShortestLength()
    {
        ResolvedExperiment transfer =
            ResolvedExperiment.Parse("transfer:\n  source: a\n  sourceSteps: 3\n", "a.yaml", Papers.Catalog);
        Assert.Throws<InputException>(() => transfer.Lasting(0));
        Assert.Throws<InputException>(() => transfer.Lasting(1, withSource: true));
        Assert.Equal(1, transfer.Lasting(2, withSource: true).Config.Transfer.SourceSteps);
    }
}
