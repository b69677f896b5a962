using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;

/// <summary>Metrics by shots and noise, beside the exact network and the one without circuits.</summary>
public sealed class NoiseStudyTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Explicit = true)]
    public void EveryArmIsMeasuredOverTheSameSeeds()
    {
        string yaml = TinyExperiment.WholeImagesYaml.Replace("multipliers: [1, 2]", """
            multipliers: [1, 1, 3]
              vertex:
                circuit: basic
                qubits: 4
                layers: 1
                groups: 2
                patch: 1
            """);
        TrainingRun run = TrainingRun.Start(ResolvedExperiment.Parse(yaml, "tiny.yaml", Papers.Catalog), folder.Path, ["test"]);
        string path = TinyExperiment.Train(run, 1);
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(path, Papers.Catalog));
        ImageSet all = FashionMnist.LoadBuiltIn();
        var real = new RealImages(all.Draw(60, seed: 1), "test", null, all.Draw(60, seed: 1), null, null, []);
        var study = new NoiseStudy
        {
            Shots = [2, 50],
            Noises = [NoiseFile.Read("ideal"), NoiseFile.Parse("readout: { p10: 0.2, p01: 0.1 }", "wrong")],
            Samples = 4,
            Sampling = trained.Folder.Experiment.Config.Sampling.With("ddim") with { Steps = 2 },
            Rate = 100,
            Threads = 1,
        };
        EvaluationOptions options = new()
        {
            Preset = EvaluationPreset.Domain.Measuring([new KidMetric { SubsetSize = 4, Subsets = 2 }]),
            Classifier = DomainClassifier.For("fashion-mnist", [1, 28, 28]),
            FewSamples = true,
            Cache = new(folder.File("cache")),
        };
        NoiseStudyResult result = study.Run(trained, real, options);

        long passes = 2, runs = trained.Network.Circuits.Sum(circuit => circuit.RunsPerImage) * passes;
        Assert.Equal(runs, result.CircuitRunsPerImage);
        Assert.Equal(["exact", "circuits replaced by their means", "2 shots, ideal", "50 shots, ideal", "2 shots, wrong",
            "50 shots, wrong"], result.Arms.Select(arm => arm.Name));
        Assert.Equal((50.0 * runs, 50.0 * runs / 100),
            (result.Arms[3].ShotsPerImage!.Value, result.Arms[3].SecondsPerImage!.Value));
        Assert.All(result.Arms, arm => Assert.Equal(5, arm.Metrics.Single().Values.Count));
        NoiseStudyMetric few = result.Arms[2].Metrics[0], exact = result.Arms[0].Metrics[0];
        Assert.NotEqual(exact.Values, few.Values);
        Assert.Equal(few.Mean - exact.Mean, few.LessExact!.Mean, 12);
        Assert.Equal(2, result.Indistinguishable.Count);
        Assert.Contains("shots a second", result.ToText());
        Assert.Throws<InputException>(() => (study with { Seeds = 4 }).Run(trained, real, options));
        TrainedRun elsewhere = TrainedRun.Open(RunFolder.Open(path, Papers.Catalog with { Device = new LostDevice(1) }));
        Assert.Contains("leave the device out",
            Assert.Throws<InputException>(() => study.Run(elsewhere, real, options)).Message);
    }

    /// <summary>Few shots that cannot be told apart are no point from which on all cannot, and what was not measured is none.
    /// </summary>
    [Fact]
    public void APointHoldsForAllThatIsAboveIt()
    {
        NoiseStudyArm[] arms =
        [
            Arm(10, ("fid", -5, 5), ("kid", -1, 1)), Arm(100, ("fid", -1, 1), ("kid", 0.1, 0.2)),
            Arm(1000, ("fid", -0.5, 0.5), ("kid", 0.1, 0.2)),
        ];
        Assert.Equal([new("ion", "fid", 10), new("ion", "kid", null)], NoiseStudyResult.PointsOf(arms));
        Assert.Equal("ion: told from exact with the most shots", $"{new NoiseStudyPoint("ion", "kid", null)}");

        NoiseStudyArm Arm(int shots, params (string Metric, double Low, double High)[] metrics) => new()
        {
            Name = $"{shots}",
            Shots = shots,
            Noise = "ion",
            Metrics = [.. metrics.Select(m => new NoiseStudyMetric(m.Metric, [1, 2], 1.5, new(0, 3, 0.95),
                PairedDifference.Between([1.0, 2.0], [1.0, 2.5]) with { Interval = new(m.Low, m.High, 0.95) }, null)),
                new("precision", [1, 2], 1.5, new(0, 3, 0.95), null, null)],
        };
    }

    /// <summary>One image more in each of five seeds has an interval without width, and yet is no finding.</summary>
    [Fact]
    public void DifferencesThatAreAllAlikeAreJudgedByTheirNumber()
    {
        double[] exact = [1, 2, 3, 4, 5], more = [.. exact.Select(value => value + 1)];
        NoiseStudyArm arm = new()
        {
            Name = "10",
            Shots = 10,
            Noise = "ion",
            Metrics = [new NoiseStudyMetric("confidence", more, 4, new(3, 5, 0.95), PairedDifference.Between(more, exact), null)],
        };
        Assert.Equal([new("ion", "confidence", 10)], NoiseStudyResult.PointsOf([arm]));
    }

    /// <summary>Where a class has no value the mean over classes is that of the others: nothing is taken from it.</summary>
    [Fact]
    public void MeansOverOtherClassesAreLeftOutWithTheirReason()
    {
        Protocol two = new() { Metric = "fid", Features = "x", GeneratedCount = 9, RealCount = 9, Split = "test-2-classes" },
            one = two with { Split = "test-classes-0" };
        List<MissingMetric> missing = [];
        NoiseStudyValues exact = Of("exact", two, two), again = Of("50 shots", two, two), mixed = Of("10 shots", two, one),
            fewer = Of("2 shots", one, one);

        NoiseStudyMetric shown = Assert.Single(again.Arm(50, "ion", exact, exact, null, null).Metrics);
        Assert.Equal((0.0, 0.0), (shown.LessExact!.Mean, shown.LessReplaced!.Mean));
        Assert.Empty(missing);
        foreach (NoiseStudyValues other in (NoiseStudyValues[])[mixed, fewer])
            Assert.Empty(other.Arm(2, "ion", exact, null, null, null).Metrics);
        Assert.Null(Assert.Single(exact.Arm(null, null, null, fewer, null, null).Metrics).LessReplaced);
        Assert.Equal(["fid/x/v1 of 10 shots", "fid/x/v1 of 2 shots", "fid/x/v1 of exact less 2 shots"],
            missing.Select(left => left.Metric));
        Assert.All(missing, left => Assert.Contains("test-classes-0", left.Reason));

        NoiseStudyValues Of(string name, params Protocol[] protocols)
        {
            var values = new NoiseStudyValues(name, missing);
            for (int seed = 0; seed < protocols.Length; seed++)
                values.Add(seed, new MeasuredMetric(new MetricValue(seed + 1, protocols[seed])));
            return values;
        }
    }

    [Fact]
    public void TheMeanOfARecordedCircuitStandsInItsPlace()
    {
        Network network = SmallHybrid.Design.Build();
        var means = new CircuitMeans();
        float[] Draw(CircuitMeasurement? how, int threads = 1) => new SampleGenerator(network, NoiseSchedule.Cosine(5),
            Prediction.Epsilon, new DdimSampler { Steps = 2 }, threads)
        { Measurement = how }.Generate(new Qdiff.Tensors.Weights(network.Parameters).Initialise(3), seed: 5, count: 17);
        Assert.Equal(Draw(null), Draw(new() { Recorded = means }));
        CircuitMeans again = new();
        Draw(new() { Recorded = again }, threads: 2);
        foreach (QuantumLayer layer in network.Circuits)
        {
            Assert.Equal(means.Of(layer.Lowered), again.Of(layer.Lowered));
            Assert.All(means.Of(layer.Lowered), mean => Assert.InRange(mean, -1, 1));
        }

        Assert.NotEqual(Draw(null), Draw(new() { Replaced = means }));
    }
}
