using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public sealed class CalibrationTests : IDisposable
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 50);
    static readonly DdimSampler s_sampler = new() { Steps = 7 };
    static readonly UNet s_tiny = new() { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A network that is right about images of one grey for each label, but for an error that is known.</summary>
    sealed class GreyNetwork(int classes, bool wrong) : Network
    {
        public override Shape Image { get; } = [1, 4, 4];

        public override int Classes => classes;

        public override int? NullLabel => classes == 0 ? null : classes;

        public static float Grey(int label) => new[] { 51, 204, 102 }[label] / 127.5f - 1;

        public static float Error(int element, int timestep, int label) =>
            0.01f * (element - 5) * (1 + label) * (1 + timestep / 50f);

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            Tensor output = Operation.Scale(xt, 1);
            for (int s = 0; s < timesteps.Length; s++)
            {
                int label = labels.IsEmpty ? 0 : labels[s];
                double signal = s_schedule.SignalScale(timesteps[s]), noise = s_schedule.NoiseScale(timesteps[s]);
                for (int e = 0; e < Image.Count; e++)
                {
                    ref float value = ref output.Values[e * Tensor.Samples + s];
                    value = (float)((value - signal * Grey(label)) / noise);
                    if (wrong) value += Error(e, timesteps[s], label);
                }
            }

            return output;
        }
    }

    /// <summary>Unconditional, of two classes, and of two classes by what the network says without a label, which is of the third
    /// grey.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 0)]
    public void AnErrorThatAllSamplesShareIsFoundAndTakenOff(int classes, double guidance)
    {
        SampleGenerator right = Generator(new GreyNetwork(classes, wrong: false), guidance),
            wrong = Generator(new GreyNetwork(classes, wrong: true), guidance);
        SampleGenerator calibrated = wrong.Calibrated(Empty,
            Greys(20, i => classes == 0 ? 0 : guidance == 0 ? 2 : i % 2), count: 33);
        int? label = classes == 0 ? null : guidance == 0 ? 2 : 1;
        foreach (int t in calibrated.Calibration!.Timesteps)
        {
            float[] error = calibrated.Calibration.MeanError(t, label);
            for (int e = 0; e < error.Length; e++) Assert.Equal(GreyNetwork.Error(e, t, label ?? 0), error[e], 2e-4);
        }

        float[] wanted = Draw(right);
        Assert.InRange(Difference(wanted, Draw(calibrated)), 0, 0.002);
        Assert.InRange(Difference(wanted, Draw(wrong)), 0.02, 2);

        float[] Draw(SampleGenerator generator) => generator.Generate(Empty, seed: 3, count: 5, labels: i => (int)(i % 2));
    }

    /// <summary>The definition, an image at a time.</summary>
    [Fact]
    public void TheMeanErrorIsWhatTheDefinitionSaysOnAnyNumberOfThreads()
    {
        Network network = s_tiny.Build();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        ImageSet images = FashionMnist.LoadBuiltIn();
        Calibration one = Measured(threads: 1), three = Measured(threads: 3);
        Assert.Equal([.. s_sampler.Table(s_schedule).ToArray().Order()], one.Timesteps);
        foreach (int t in one.Timesteps) Assert.Equal(one.MeanError(t), three.MeanError(t));

        int timestep = one.Timesteps[3];
        var order = new DataOrder(images.Count, seed: 0);
        double[] mean = new double[network.Image.Count];
        var space = new Workspace(weights);
        for (int i = 0; i < 21; i++)
        {
            space.Reset(weights);
            Tensor xt = space.Input(network.Image);
            float[] image = new float[mean.Length * Tensor.Samples], noise = new float[image.Length];
            images.FillTile([order[i]], image);
            var random = new RandomStream(0, "calibration noise", timestep, i);
            for (int e = 0; e < mean.Length; e++)
            {
                noise[e * Tensor.Samples] = (float)random.NextNormal();
                xt.Values[e * Tensor.Samples] = (float)(s_schedule.SignalScale(timestep) * image[e * Tensor.Samples]
                    + s_schedule.NoiseScale(timestep) * noise[e * Tensor.Samples]);
            }

            ReadOnlySpan<float> output = network.Predict(xt, [timestep]).Values;
            for (int e = 0; e < mean.Length; e++)
                mean[e] += (output[e * Tensor.Samples] - noise[e * Tensor.Samples]) / 21.0;
        }

        float[] measured = one.MeanError(timestep);
        for (int e = 0; e < mean.Length; e++) Assert.Equal(mean[e], measured[e], 1e-5);

        Calibration Measured(int threads) =>
            new SampleGenerator(network, s_schedule, Prediction.Epsilon, s_sampler, threads)
                .Calibrated(weights, images, count: 21).Calibration!;
    }

    [Theory]
    [InlineData("epsilon")]
    [InlineData("x0")]
    [InlineData("v")]
    public void EveryPredictionIsMeasuredAgainstItsOwnTarget(string name)
    {
        // All images alike: then the target's mean is known, and a network that says 0 is wrong by just that.
        Prediction prediction = Catalog.Default.Predictions[name];
        var network = new ZeroNetwork();
        SampleGenerator calibrated = new SampleGenerator(network, s_schedule, prediction, s_sampler)
            .Calibrated(Empty, Greys(8, _ => 1), count: 2000);
        foreach (int t in calibrated.Calibration!.Timesteps)
        {
            double wanted = -prediction.Target(s_schedule.AlphaBar[t]).X0 * GreyNetwork.Grey(1);
            Assert.Equal(wanted, calibrated.Calibration.MeanError(t).Average(), 0.02);
        }
    }

    [Fact]
    public void BetweenTwoTimestepsItIsInProportionAndBeyondThemTheNearest()
    {
        Calibration calibration = Generator(new GreyNetwork(0, wrong: true), 1).Calibrated(Empty, Greys(4, _ => 0), 4).Calibration!;
        (int a, int b) = (calibration.Timesteps[2], calibration.Timesteps[3]);
        float[] low = calibration.MeanError(a), high = calibration.MeanError(b), between = calibration.MeanError(a + 1);
        for (int e = 0; e < low.Length; e++) Assert.Equal(low[e] + (high[e] - low[e]) / (b - a), between[e], 1e-5);
        Assert.Equal(calibration.MeanError(calibration.Timesteps[0]), calibration.MeanError(0));
        Assert.Throws<ArgumentException>(() => calibration.MeanError(a, label: 1));
    }

    [Fact]
    public void ARunDrawsAndKeepsCalibratedSamples()
    {
        RunFolder run = RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.Path,
            ["training.steps=12", TinyExperiment.WholeImages])), Catalog.Default);
        TrainedRun trained = TrainedRun.Open(run);
        Assert.Contains("off by", File.ReadAllText(run.PathOf("log.txt")));
        SamplingConfig plain = new() { Sampler = "ddim", Steps = 3, Seed = 11 }, calibrated = plain with { Calibration = 17 };
        Assert.NotEqual(Store(plain).Recipe.Key, Store(calibrated).Recipe.Key);
        Assert.EndsWith(", calibrated with 17 images", Store(calibrated).Recipe.Words);
        List<double> told = [];
        ImageSet first = Store(calibrated).Take(5, part =>
        {
            lock (told) told.Add(part);
        }), more = Store(calibrated).Take(20);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
        for (int i = 0; i < 5; i++) Assert.Equal(first.Image(i), more.Image(i));
        Assert.NotEqual(first.Hash, Store(plain).Take(5).Hash);

        ImageSet library = trained.Sampler(new DdimSampler { Steps = 3 }).Calibrated(trained.TrainingImages(null), 17)
            .GenerateImages(seed: 11, count: 20);
        Assert.Equal(library.Hash, new ImageSet(library.Name, more.Shape,
            [.. Enumerable.Range(0, 20).SelectMany(i => more.Image(i).ToArray())]).Hash);

        SampleStore Store(SamplingConfig sampling) => SampleStore.Open(run, trained, sampling);
    }

    [Fact]
    public void ARunThatIsTrainedDrawsAsItsSettingsSay()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.steps=1", "sampling.calibration=17",
            "sampling.sampler=ddim", "sampling.steps=3");
        Assert.Single(run.Steps());
        float[] drawn = run.Sampler().Generate(seed: 7, count: 2);
        Assert.Equal(TrainedRun.Open(run.Folder).Sampler().Generate(seed: 7, count: 2), drawn);
    }

    [Fact]
    public void WeightsThatChangedSinceAreRefused()
    {
        Weights weights = new(new ParameterTable());
        SampleGenerator calibrated = Generator(new GreyNetwork(0, wrong: true), 1).Calibrated(weights, Greys(4, _ => 0), 4);
        calibrated.Generate(weights, seed: 3, count: 1);
        weights.Refresh();
        Assert.Contains("changed since the generator was calibrated",
            Assert.Throws<ArgumentException>(() => calibrated.Generate(weights, seed: 3, count: 1)).Message);
    }

    [Fact]
    public void WhatCannotCalibrateIsRefused()
    {
        SampleGenerator grey = Generator(new GreyNetwork(2, wrong: true), 1);
        Assert.Contains("to calibrate it with those of",
            Assert.Throws<InputException>(() => grey.Calibrated(Empty, FashionMnist.LoadBuiltIn())).Message);
        ImageSet unlabelled = new("plain", [1, 4, 4], new byte[16 * 3]);
        Assert.Contains("labels", Assert.Throws<InputException>(() => grey.Calibrated(Empty, unlabelled)).Message);
        Assert.Contains("class 1",
            Assert.Throws<InputException>(() => grey.Calibrated(Empty, Greys(4, _ => 0), labels: [0, 1])).Message);
        // Without being told it is for the classes that the images have.
        Assert.Equal(16, grey.Calibrated(Empty, Greys(4, _ => 0), 4).Calibration!.MeanError(0, label: 0).Length);
        var measured = new SampleGenerator(new GreyNetwork(0, wrong: true), s_schedule, Prediction.Epsilon, s_sampler)
        { Measurement = new() { Shots = 10 } };
        Assert.Contains("not both", Assert.Throws<InputException>(() => measured.Calibrated(Empty, Greys(4, _ => 0))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => grey.Calibrated(Empty, Greys(4, _ => 0), count: 0));
    }

    [Fact]
    public void TheShiftOfEstimatesIsMeasuredWithoutTheNoiseOfTheMean()
    {
        ImageSet images = Greys(512, _ => 0);
        int t = Enumerable.Range(0, 50).MinBy(t => Math.Abs(s_schedule.Sigma(t) - MeanShift.NoiseToSignal));
        double wanted = Math.Sqrt(Enumerable.Range(0, 16).Average(e => Math.Pow(GreyNetwork.Error(e, t, 0), 2)))
            * s_schedule.Sigma(t);
        Assert.Equal(wanted, Shift(new GreyNetwork(0, wrong: true)), 0.01 * wanted);
        Assert.Equal(0, Shift(new GreyNetwork(0, wrong: false)), 1e-3);
        // A network that says 0 is right on average: all that a mean of its errors shows is noise.
        Assert.InRange(Shift(new ZeroNetwork()), 0, 0.6 * s_schedule.Sigma(t) / Math.Sqrt(256));

        double Shift(Network network) => new CalibrationMeasurement(network, Empty, s_schedule, Prediction.Epsilon, images)
        { Workers = new(2) }.Shift(t, count: 256);
    }

    sealed class ZeroNetwork : Network
    {
        public override Shape Image { get; } = [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            Operation.Scale(xt, 0);
    }

    static Weights Empty { get; } = new(new ParameterTable());

    static SampleGenerator Generator(Network network, double guidance) =>
        new(network, s_schedule, Prediction.Epsilon, s_sampler) { Guidance = new(guidance) };

    static ImageSet Greys(int count, Func<int, int> label) => new("greys", [1, 4, 4],
        [.. Enumerable.Range(0, count).SelectMany(i =>
            Enumerable.Repeat(ImageSet.ToPixel(GreyNetwork.Grey(label(i))), 16))],
        [.. Enumerable.Range(0, count).Select(label)]);

    static double Difference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
