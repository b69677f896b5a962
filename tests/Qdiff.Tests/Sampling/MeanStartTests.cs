using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public sealed class MeanStartTests : IDisposable
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 50);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Right about images of independent pixels, normal around one grey for each label, but where nothing of the image
    /// is to be seen.</summary>
    sealed class GreyNetwork(Prediction prediction, int classes, float wrong) : Network
    {
        const double Variance = 0.04;

        public override Shape Image { get; } = [1, 4, 4];

        public override int Classes => classes;

        public override int? NullLabel => classes == 0 ? null : classes;

        /// <summary>Of both classes' images, half of each, the mean is that of label 2.</summary>
        public static float Grey(int label) => new[] { 51, 153, 102 }[label] / 127.5f - 1;

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            Tensor output = Operation.Scale(xt, 1);
            for (int s = 0; s < timesteps.Length; s++)
            {
                int t = timesteps[s];
                float grey = Grey(labels.IsEmpty ? 0 : labels[s]);
                double signal = s_schedule.SignalScale(t), noise = s_schedule.NoiseScale(t);
                (double ofImage, double ofNoise) = prediction.Target(s_schedule.AlphaBar[t]);
                for (int e = 0; e < Image.Count; e++)
                {
                    ref float value = ref output.Values[e * Tensor.Samples + s];
                    double gain = signal * Variance / (signal * signal * Variance + noise * noise);
                    double image = grey + gain * (value - signal * grey);
                    value = (float)(ofImage * image + ofNoise * ((value - signal * image) / noise))
                        + (s_schedule.Lambda(t) < -3 ? wrong * (e - 5) : 0);
                }
            }

            return output;
        }
    }

    /// <summary>What the network says at the first timestep then does not matter: without it its error stays in the
    /// image.</summary>
    [Theory]
    [InlineData("epsilon", 0, 1)]
    [InlineData("x0", 0, 1)]
    [InlineData("v", 0, 1)]
    [InlineData("epsilon", 2, 1)]
    [InlineData("epsilon", 2, 0)]
    [InlineData("epsilon", 2, 1.5)]
    public void TheMeanStandsForTheNetwork(string name, int classes, double guidance)
    {
        Prediction prediction = Catalog.Default.Predictions[name];
        float[] wanted = Draw(Generator(0)), lost = Draw(Generator(0.2f)), begun = Draw(Generator(0.2f)
            .StartingFromMean(Greys(20, i => classes == 0 ? 0 : i % 2)));
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], begun[i], 1e-3);
        Assert.Contains(wanted.Zip(lost), pair => Math.Abs(pair.First - pair.Second) > 0.02);

        SampleGenerator Generator(float wrong) => new(new GreyNetwork(prediction, classes, wrong), s_schedule, prediction,
            new DpmSolverSampler { Steps = 7 })
        { Guidance = new(guidance, 0) };

        float[] Draw(SampleGenerator generator) => generator.Generate(Empty, seed: 3, count: 5, labels: i => (int)(i % 2));
    }

    [Fact]
    public void TheMeanIsThatOfTheImagesOfAClass()
    {
        ImageSet images = FashionMnist.LoadBuiltIn().First(100);
        UNet tiny = new() { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4, Classes = 10 };
        MeanStart start = new SampleGenerator(tiny.Build(), s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 7 })
            .StartingFromMean(images, [3]).MeanStart!;
        int[] members = [.. Enumerable.Range(0, images.Count).Where(i => images.Labels[i] == 3)];
        IReadOnlyList<float> mean = start.Image(3);
        for (int e = 0; e < images.Shape.Count; e++)
            Assert.Equal(members.Average(i => images.Image(i)[e] / 127.5 - 1), mean[e], 1e-6);
        Assert.Throws<ArgumentException>(() => start.Image(4));
    }

    /// <summary>λ of the cosine schedule of 1,000 timesteps by the formula of Nichol and Dhariwal 2021.</summary>
    [Fact]
    public void ItEndsWhereTheImageIsATwentiethOfTheNoise()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine(steps: 1000);
        for (int t = 0; t < 1000; t++)
            Assert.Equal(Signal(t) / Math.Sqrt(1 - Signal(t) * Signal(t)) < Math.Exp(-3), MeanStart.Covers(schedule, t));
        Assert.True(MeanStart.Covers(schedule, 999) && !MeanStart.Covers(schedule, 949));

        static double Signal(int t) => Angle((t + 1) / 1000.0) / Angle(0);

        static double Angle(double time) => Math.Cos((time + 0.008) / 1.008 * Math.PI / 2);
    }

    [Fact]
    public void ARunDrawsAndKeepsSuchSamples()
    {
        RunFolder run = RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.Path,
            ["training.steps=2", TinyExperiment.WholeImages])), Catalog.Default);
        TrainedRun trained = TrainedRun.Open(run);
        SamplingConfig plain = new() { Sampler = "ddim", Steps = 3, Seed = 11 }, begun = plain with { MeanStart = true };
        Assert.NotEqual(Store(plain).Recipe.Key, Store(begun).Recipe.Key);
        Assert.EndsWith(", from the mean image", Store(begun).Recipe.Words);
        ImageSet kept = Store(begun).Take(4), library = trained.Sampler(new DdimSampler { Steps = 3 })
            .StartingFromMean(trained.TrainingImages(null)).GenerateImages(seed: 11, count: 4);
        for (int i = 0; i < 4; i++) Assert.Equal(kept.Image(i), library.Image(i));
        Assert.NotEqual(kept.Hash, Store(plain).Take(4).Hash);

        SampleStore Store(SamplingConfig sampling) => SampleStore.Open(run, trained, sampling);
    }

    [Fact]
    public void WhatCannotBeginSoIsRefused()
    {
        SampleGenerator generator = new(new GreyNetwork(Prediction.Epsilon, 2, 0), s_schedule, Prediction.Epsilon,
            new DdimSampler { Steps = 7 });
        Assert.Contains("which have 1×28×28, is impossible",
            Assert.Throws<InputException>(() => generator.StartingFromMean(FashionMnist.LoadBuiltIn())).Message);
        Assert.Contains("they need labels", Assert.Throws<InputException>(() =>
            generator.StartingFromMean(new ImageSet("grey", [1, 4, 4], new byte[32]))).Message);
        Assert.Contains("class 1", Assert.Throws<InputException>(() =>
            generator.StartingFromMean(Greys(4, _ => 0), [0, 1])).Message);
        Assert.Contains("from a mean image of 1×28×28 is impossible", Assert.Throws<InputException>(() =>
            generator.StartingFromMean(MeanStart.Of(FashionMnist.LoadBuiltIn()))).Message);
        Assert.Contains("of class 1 it takes that image; there are those of the classes 0.", Assert.Throws<InputException>(() =>
            generator.StartingFromMean(MeanStart.Of(Greys(4, _ => 0), 0), [0, 1])).Message);
        SampleGenerator one = new(new GreyNetwork(Prediction.Epsilon, 0, 0), s_schedule, Prediction.Epsilon,
            new DdimSampler { Steps = 1 });
        Assert.Contains("In 1 steps nothing is left", Assert.Throws<InputException>(() =>
            one.StartingFromMean(Greys(4, _ => 0))).Message);
    }

    /// <summary>The table of 20 leading steps begins at timestep 950, where there is something to see.</summary>
    [Fact]
    public void WhatWouldChangeNothingIsRefused()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine(steps: 1000);
        DdimSampler trailing = new() { Steps = 20 }, leading = trailing with { Spacing = TimestepSpacing.Leading };
        MeanStart.Require(schedule, trailing.Table(schedule));
        Assert.Contains("begins at timestep 950, where λ is -2.6; the mean image is taken below -3 only, so it would change "
            + "nothing. Take trailing or uniform spacing", Assert.Throws<InputException>(() => new SampleGenerator(
                new GreyNetwork(Prediction.Epsilon, 0, 0), schedule, Prediction.Epsilon, leading)
                .StartingFromMean(Greys(4, _ => 0))).Message);
        // Of a schedule that ends in less noise no spacing helps.
        NoiseSchedule faint = NoiseSchedule.Linear(steps: 1000, last: 0.002);
        Assert.EndsWith("nothing. Leave it out.", Assert.Throws<InputException>(() =>
            MeanStart.Require(faint, trailing.Table(faint))).Message);
    }

    /// <summary>A comparison asks this before it trains; a loss of the network takes no samples.</summary>
    [Theory]
    [InlineData("In 1 steps nothing is left", "sampling.steps=1")]
    [InlineData("would change nothing", "sampling.steps=20", "sampling.spacing=leading")]
    public void NothingIsTrainedForWhatCannotBeDrawn(string expected, params string[] settings)
    {
        ResolvedExperiment experiment = TinyExperiment.Resolve(["sampling.sampler=ddim", "sampling.meanStart=true", .. settings]);
        EvaluationOptions options = new() { Classifier = new BlockNetwork() };
        Assert.Contains(expected,
            Assert.Throws<InputException>(() => new RunEvaluation().Require(experiment, options)).Message);
        new RunEvaluation().Require(experiment,
            options with { Preset = options.Preset.Measuring([new DenoisingLossMetric()]) });
    }

    static Weights Empty { get; } = new(new ParameterTable());

    static ImageSet Greys(int count, Func<int, int> label) => new("greys", [1, 4, 4],
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat(ImageSet.ToPixel(GreyNetwork.Grey(label(i))), 16))],
        [.. Enumerable.Range(0, count).Select(label)]);
}
