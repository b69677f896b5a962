using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Tensors;

public sealed class DenoisingLossTests : IDisposable
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 50);
    static readonly UNet s_tiny = new() { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 };

    /// <summary>By hand: of image i the whole part of 12.5·(k + the part of (i + 0.5)·0.618034 behind the point).</summary>
    static readonly int[][] s_timesteps = [[3, 16, 28, 41], [11, 24, 36, 49], [6, 19, 31, 44]];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The definition, a pair of image and timestep at a time.</summary>
    [Theory]
    [InlineData("epsilon")]
    [InlineData("x0")]
    [InlineData("v")]
    public void ItIsWhatTheDefinitionSaysOnAnyNumberOfThreadsAndProcesses(string name)
    {
        Prediction prediction = Catalog.Default.Predictions[name];
        Network network = s_tiny.Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        ImageSet images = FashionMnist.LoadBuiltIn().First(21);
        double[] one = Losses(1, ProcessGroup.Single);
        Assert.Equal(one, Losses(3, ProcessGroup.Single));
        Assert.All(ThreadGroup.Run(3, processes => Losses(1, processes)), losses => Assert.Equal(one, losses));

        var space = new Workspace(weights);
        for (int i = 0; i < s_timesteps.Length; i++)
        {
            double mean = 0;
            foreach (int t in s_timesteps[i]) mean += Loss(i, t) / 4;
            Assert.InRange(one[i] / mean, 1 - 1e-5, 1 + 1e-5);
        }

        double[] Losses(int threads, ProcessGroup processes) =>
            [.. new DenoisingMeasurement(network, weights, s_schedule, prediction, threads) { Processes = processes, Seed = 5 }
                .Run(images).OfImages];

        double Loss(int image, int t)
        {
            (double signal, double noise) = (s_schedule.SignalScale(t), s_schedule.NoiseScale(t));
            space.Reset(weights);
            Tensor xt = space.Input(network.Image);
            var random = new RandomStream(5, "denoising loss noise", image, t);
            double[] epsilon = new double[network.Image.Count], seen = new double[epsilon.Length];
            for (int e = 0; e < epsilon.Length; e++)
            {
                epsilon[e] = random.NextNormal();
                seen[e] = signal * (images.Image(image)[e] * 2 / 255.0 - 1) + noise * epsilon[e];
                xt.Values[e * Tensor.Samples] = (float)seen[e];
            }

            ReadOnlySpan<float> output = network.Predict(xt, [t]).Values;
            double sum = 0;
            for (int e = 0; e < epsilon.Length; e++)
            {
                double says = output[e * Tensor.Samples];
                double estimate = name switch
                {
                    "epsilon" => says,
                    "x0" => (seen[e] - signal * says) / noise,
                    _ => signal * says + noise * seen[e],
                };
                sum += (estimate - epsilon[e]) * (estimate - epsilon[e]);
            }

            return sum / epsilon.Length;
        }
    }

    /// <summary>A network that says 0 is wrong by all of the noise, whose square is 1 on average.</summary>
    [Fact]
    public void OfANetworkThatSaysNothingItIsOne()
    {
        DenoisingLoss loss = Zero(s_schedule, Prediction.Epsilon).Run(Greys(500));
        Assert.Equal(500, loss.OfImages.Count);
        Assert.Equal(1, loss.Mean, 0.03);
        Assert.True(loss.Interval(0.9999).Contains(1));
        Assert.NotEqual(loss.Mean, Zero(s_schedule, Prediction.Epsilon, seed: 1).Run(Greys(500)).Mean);
        // Of fewer images it is the beginning of the same: an image's draws are its number's.
        Assert.Equal(loss.OfImages.Take(20), Zero(s_schedule, Prediction.Epsilon).Run(Greys(20)).OfImages);
    }

    /// <summary>Four draws leave the rest of a tile idle: it sees the first of them, never a blank.</summary>
    [Fact]
    public void IdleSamplesAreTheFirstOnceMore()
    {
        float[] seen = [];
        int[] timesteps = [], expected = [.. s_timesteps[0], .. Enumerable.Repeat(s_timesteps[0][0], Tensor.Samples - 4)];
        ZeroNetwork network = new() { See = (xt, t) => (seen, timesteps) = (xt, t) };
        Assert.Single(new DenoisingMeasurement(network, new(new ParameterTable()), s_schedule, Prediction.Epsilon)
            .Run(Greys(1)).OfImages);
        Assert.Equal(expected, timesteps);
        Assert.NotEqual(seen[0], seen[1]);
        for (int i = 0; i < seen.Length; i++)
            if (i % Tensor.Samples >= 4) Assert.Equal(seen[i - i % Tensor.Samples], seen[i]);
    }

    [Fact]
    public void PartsOfTheScheduleMakeUpTheWhole()
    {
        DenoisingLoss loss = Zero(s_schedule, Prediction.X0).Run(Greys(37));
        Assert.Equal(8, loss.ByNoise.Count);
        Assert.Equal(37 * 4, loss.ByNoise.Sum(part => part.Count));
        double whole = loss.ByNoise.Sum(part => part.Count * part.Mean) / (37 * 4);
        Assert.InRange(whole / loss.Mean, 1 - 1e-12, 1 + 1e-12);
        // 50 timesteps in eight parts: 0 to 5, 6 to 11, ..., 43 to 49.
        Assert.Equal((s_schedule.Lambda(0), s_schedule.Lambda(5)), (loss.ByNoise[0].LambdaTo, loss.ByNoise[0].LambdaFrom));
        Assert.Equal((s_schedule.Lambda(43), s_schedule.Lambda(49)), (loss.ByNoise[7].LambdaTo, loss.ByNoise[7].LambdaFrom));
        Assert.All(loss.ByNoise, part => Assert.True(part.Interval!.Value.Contains(part.Mean)));

        DenoisingLoss zeroTerminal = Zero(s_schedule.RescaledToZeroTerminalSnr(), Prediction.V).Run(Greys(37));
        Assert.Equal(double.NegativeInfinity, zeroTerminal.ByNoise[^1].LambdaFrom);
        Assert.True(double.IsFinite(zeroTerminal.Mean));
    }

    [Fact]
    public void TwoNetworksAreComparedImageByImage()
    {
        DenoisingLoss zero = Zero(s_schedule, Prediction.Epsilon).Run(Greys(30)),
            // Of greys a network that says x₀ is 0 says ε = xt/σ: wrong by x₀·√ᾱ/√(1 − ᾱ), whatever the noise.
            other = Zero(s_schedule, Prediction.X0).Run(Greys(30));
        PairedDifference difference = zero.Minus(other);
        Assert.Equal(30, difference.Pairs);
        Assert.Equal(zero.Mean - other.Mean, difference.Mean, 1e-9);
        Assert.Equal((0, true), (zero.Minus(zero).Mean, zero.Minus(zero).IsAlike));
        double grey = 51 * 2 / 255.0 - 1;
        Assert.InRange(other.OfImages[0] / s_timesteps[0].Average(t => grey * grey * s_schedule.Snr(t)), 1 - 1e-5, 1 + 1e-5);
        Assert.Throws<InputException>(() => zero.Minus(Zero(s_schedule, Prediction.Epsilon).Run(Greys(29))));
        Assert.Contains(", p 0.04), lower ", EvaluationText.Of(new LossBeside("other", 1, difference with { P = 0.04 })));
        Assert.Contains(", p below 1e-15), lower ", EvaluationText.Of(new LossBeside("other", 1, difference with { P = 0 })));
    }

    [Fact]
    public void ARunIsMeasuredWithoutSamplesAndWithoutFeatures()
    {
        RunFolder run = Trained("name=tiny");
        EvaluationReport report = new RunEvaluation { Samples = 30 }.Run(run, s_alone);
        Assert.Equal((4L, 0), (report.Step!.Value, report.Samples));
        MeasuredMetric metric = Assert.Single(report.Metrics);
        Assert.StartsWith("denoising-loss/epsilon/v1 n=30:0 split=held-out mean-alpha-bar=0.", metric.Protocol);
        Assert.Contains(" steps=1000 timesteps=4 seed=0 ", metric.Protocol);
        Assert.Null(metric.Floor);
        Assert.True(metric.Value.Interval!.Value.Contains(metric.Value.Value));
        Assert.False(Directory.Exists(Path.Combine(run.PathOf("samples"), "evaluation")));
        Assert.Contains("denoising loss by noise", report.ToText());
        EvaluationReport kept = Assert.Single(MetricsFile.Read(run.PathOf(MetricsFile.FileName)).Evaluations);
        Assert.Equal((report.Key, metric), (kept.Key, Assert.Single(kept.Metrics)));
        Assert.Equal(report.LossByNoise, kept.LossByNoise);
        EvaluationReport again = new RunEvaluation { Samples = 30, Reuse = true }.Run(run, s_alone);
        Assert.Equal(report.Metrics, again.Metrics);

        // On the images that it learned from, all of them.
        EvaluationReport learned = new RunEvaluation { Samples = 1000 }.Run(run, s_alone with { Split = Split.Train });
        TrainedRun trained = TrainedRun.Open(run);
        Assert.Contains(" n=200:0 split=trained ", learned.Metrics[0].Protocol);
        Assert.Equal(DenoisingMeasurement.Of(trained).Run(trained.TrainingImages(null)).Mean, learned.Metrics[0].Value.Value);
    }

    /// <summary>There is no reference: the part is not cut to the preset's, nor filled up with what was learned.</summary>
    [Fact]
    public void OfAPartOfTheDataItIsOnAllImagesThatWereNotLearned()
    {
        RunFolder run = Trained("name=tiny", "data.classes=[1]");
        RunEvaluation all = new() { Samples = 2000 };
        MetricValue heldOut = all.Run(run, s_alone).Metrics[0].Value, part = all.Run(run, s_alone with
        {
            Split = Split.Test,
            Preset = s_alone.Preset with { ReferenceCount = 50 },
        }).Metrics[0].Value;
        // Of 1,000 trousers it learned 20.
        Assert.InRange(part.Protocol.RealCount, 900, 980);
        Assert.Equal("test", part.Protocol.Split);
        Assert.Equal((heldOut.Value, heldOut.Protocol.RealCount), (part.Value, part.Protocol.RealCount));
    }

    [Fact]
    public void ItStandsBesideMetricsOfSamplesAndAnotherNetwork()
    {
        RunFolder run = Trained("name=tiny", TinyExperiment.WholeImages),
            other = Trained("name=other", "training.learningRate=0.01", TinyExperiment.WholeImages);
        EvaluationOptions both = s_alone with
        {
            Preset = EvaluationPreset.Domain.Measuring([new KidMetric(), new DenoisingLossMetric()]) with
            { ReferenceCount = 300 },
            Classifier = new BlockNetwork(),
            Cache = new(folder.File("features")),
        };
        RunEvaluation evaluation = new() { Sampling = new() { Sampler = "ddim", Steps = 2 }, Samples = 24, Beside = other };
        EvaluationReport report = evaluation.Run(run, both), alone = evaluation.Run(run, s_alone);
        Assert.Equal(["kid", "denoising-loss"], report.Metrics.Select(m => m.Value.Protocol.Metric));
        Assert.Equal(24, report.Samples);
        Assert.Equal(alone.Metrics[0], report.Metrics[1]);
        Assert.NotEqual(alone.Key, report.Key);
        Assert.Equal(24, report.Beside!.Difference.Pairs);
        Assert.Equal(report.Metrics[1].Value.Value - report.Beside.Loss, report.Beside.Difference.Mean, 1e-9);
        Assert.Equal(new RunEvaluation { Samples = 24 }.Run(other, s_alone).Metrics[0].Value.Value, report.Beside.Loss);
        Assert.Contains("beside other-", report.ToText());
        Refused("name it among the metrics", () => evaluation.Run(run, both with { Preset = both.Preset.OfSamples }));
        evaluation = evaluation with { Beside = Trained("name=fewer", "data.perClass=19", TinyExperiment.WholeImages) };
        Refused("trained on other images", () => evaluation.Run(run, s_alone));
        evaluation = evaluation with { Beside = Trained("name=linear", "diffusion.schedule=linear", TinyExperiment.WholeImages) };
        Refused("another noise schedule", () => evaluation.Run(run, s_alone));
    }

    [Fact]
    public void WhatHasNoLossIsRefused()
    {
        ImageSet images = FashionMnist.LoadBuiltIn();
        Refused("samples alone have none", () => ExternalEvaluation.Run(new(images.First(30), "bytes"),
            new() { Dataset = "fashion-mnist-test" }, Catalog.Default, s_alone));
        Refused("The network denoises images of 1×4×4", () => Zero(s_schedule, Prediction.Epsilon).Run(images));
        RunFolder run = Trained("name=tiny");
        Refused("is of samples", () => new RunEvaluation().Run(run, s_alone with { BiasCurve = true }));
        Refused("one for each class",
            () => new RunEvaluation().OfEachClass([(1, run)], folder.File("metrics.json"), "each", s_alone));
        string manifest = run.PathOf(RunManifest.FileName), hash = run.Manifest.Data.Hash;
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(hash, new string('0', hash.Length)));
        Refused("was trained on other images", () => new RunEvaluation().Run(RunFolder.Open(run.Path, Papers.Catalog), s_alone));
        Assert.DoesNotContain(Papers.Catalog.Presets, preset => preset.Metrics.Contains("denoising-loss"));
        Assert.NotNull(Papers.Catalog.Metrics.Find("denoising-loss"));
    }

    static readonly EvaluationOptions s_alone = new()
    { Preset = EvaluationPreset.Domain.Measuring([new DenoisingLossMetric()]) };

    RunFolder Trained(params string[] settings) => RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.Path,
        ["training.steps=4", .. settings])), Papers.Catalog);

    static DenoisingMeasurement Zero(NoiseSchedule schedule, Prediction prediction, long seed = 0) =>
        new(new ZeroNetwork(), new(new ParameterTable()), schedule, prediction) { Seed = seed };

    static ImageSet Greys(int count) => new("greys", [1, 4, 4], [.. Enumerable.Repeat((byte)51, 16 * count)]);

    static void Refused(string expected, Action act) =>
        Assert.Contains(expected, Assert.Throws<InputException>(act).Message);

    sealed class ZeroNetwork : Network
    {
        public override Shape Image { get; } = [1, 4, 4];

        /// <summary>Is told of every tile and its timesteps.</summary>
        public Action<float[], int[]> See { get; init; } = (_, _) => { };

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            See(xt.Values.ToArray(), timesteps.ToArray());
            return Operation.Scale(xt, 0);
        }
    }
}
