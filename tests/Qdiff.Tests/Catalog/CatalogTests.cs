using Qdiff;
using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>Parts of one's own are known by name wherever names are resolved, and two of one name are refused.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class CatalogTests
{
    static readonly EvaluationCatalog s_own = EvaluationCatalog.Default with
    {
        Samplers = [.. Catalog.Default.Samplers, new Damped()],
        Schedules = [.. Catalog.Default.Schedules, new("flat", steps => new(Enumerable.Repeat(0.02, steps).ToArray()))],
        Weightings = [.. Catalog.Default.Weightings, Weighting.Create("root", snr => 1 / Math.Sqrt(1 + snr))],
        LearningRates = [.. Catalog.Default.LearningRates, new("half", (rate, _) => LearningRate.Constant(rate / 2))],
    };

    /// <summary>x̂₀ and x_t mixed, with a setting of its own.</summary>
    sealed record Damped : Sampler
    {
        static readonly PartSetting<Sampler>[] s_settings =
            [PartSetting<Sampler>.Create<Damped>("damping", "share of x̂₀", s => s.Damping, (s, v) =>
                s with { Damping = v }, above: 0)];

        public Damped() => Steps = 3;

        public override string Name => "damped";

        public double Damping { get; init; } = 0.5;

        public override IReadOnlyList<PartSetting<Sampler>> Settings => s_settings;

        protected override void Step(SamplerStep step) => step.Move(Damping, step.X0, 1 - Damping, step.X);
    }

    static ResolvedExperiment Resolve(params string[] options) => ResolvedExperiment.Parse("", "a.yaml", s_own, options);

    [Fact]
    public void NamesAndOwnSettingsAreRead()
    {
        ResolvedExperiment experiment = Resolve("sampling.sampler=damped", "sampling.damping=0.25", "diffusion.schedule=flat",
            "diffusion.weighting=root", "training.learningRateSchedule=half");
        ExperimentConfig config = experiment.Config;
        Assert.Equal(new Damped { Damping = 0.25 }, config.Sampling.ToSampler(s_own));
        Assert.Equal(0.02, config.Diffusion.ToSchedule(s_own).Beta[7]);
        Assert.Equal(0.5, config.Diffusion.ToObjective(s_own).Weighting.At(3, Prediction.Epsilon));
        Assert.Equal(5e-4, config.Training.ToOptions(s_own).LearningRate(9));
        // Reading back what is written gives the same, and without the part it is said.
        ResolvedExperiment again = ResolvedExperiment.Parse(experiment.ToYaml(), "b.yaml", s_own);
        Assert.Equal(config.Sampling, again.Config.Sampling);
        Assert.Contains("diffusion.schedule is flat; it must be one of cosine, cosine-floored, linear, sigmoid.",
            Assert.Throws<InputException>(() =>
            ResolvedExperiment.Parse(experiment.ToYaml(), "b.yaml", Catalog.Default)).Message);
        Assert.Contains(": sampling.sampler is damped; it must be one of", Assert.Throws<InputException>(() =>
            ResolvedExperiment.Parse(Resolve("sampling.sampler=damped", "sampling.damping=0.25").ToYaml(), "b.yaml",
                Catalog.Default))
            .Message);
    }

    /// <summary>What samples and audits count would be another number than the configuration's.</summary>
    [Fact]
    public void AScheduleOfAnotherLengthIsRefused()
    {
        Catalog own = s_own with { Schedules = [new("four", _ => new(0.1, 0.2, 0.3, 0.9))] };
        DiffusionConfig config = new() { Schedule = "four", Steps = 4 };
        Assert.Equal(4, config.ToSchedule(own).Steps);
        Assert.Equal("The noise schedule four has 4 timesteps where diffusion.steps asks for 1000. Set diffusion.steps to 4.",
            Assert.Throws<InputException>(() => (config with { Steps = 1000 }).ToObjective(own)).Message);
    }

    [Theory]
    [InlineData("sampling.damping is 0.25, but it belongs to the sampler damped, not to ddim", "sampling.sampler=ddim",
        "sampling.damping=0.25")]
    [InlineData("it must be a number above 0", "sampling.sampler=damped", "sampling.damping=0")]
    [InlineData("Did you mean sampling.damping?", "sampling.dampin=1")]
    public void OwnSettingsAreChecked(string expected, params string[] options) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Resolve(options)).Message);

    [Fact]
    public void TwoPartsOfOneNameAreRefusedInOneLine()
    {
        EvaluationCatalog twice = s_own with { Samplers = [.. s_own.Samplers, new Damped { Steps = 9 }] };
        string message = Assert.Throws<InputException>(twice.RequireDistinctNames).Message;
        Assert.Contains("two parts of the kind 'sampler' with the name 'damped': number 5 of its list", message);
        Assert.Contains("number 6", message);
        Assert.Throws<InputException>(() => ResolvedExperiment.Parse("", "a.yaml", twice));
        Assert.Equal(2, QdiffTool.Run(["config", "keys", "--quiet"], twice));
    }

    [Fact]
    public void APartsSettingMayNotHideOneThatAllHave()
    {
        Catalog hiding = s_own with { Weightings = [.. s_own.Weightings, new Hiding()] };
        Assert.Contains("diffusion.steps", Assert.Throws<InputException>(() => new ExperimentSettings(hiding)).Message);
    }

    sealed record Hiding : Weighting
    {
        public override string Name => "hiding";

        public override IReadOnlyList<PartSetting<Weighting>> Settings =>
            [PartSetting<Weighting>.Create<Hiding>("steps", "", _ => 1, (w, _) => w)];

        public override double At(double snr, Prediction prediction) => 1;
    }
}
