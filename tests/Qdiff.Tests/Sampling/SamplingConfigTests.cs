using Qdiff;

/// <summary>Which settings a sampler has, wherever it is chosen.</summary>
public class SamplingConfigTests
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine();

    public static TheoryData<string, string> Pairs() =>
        [.. Sampler.Names.SelectMany(before => Sampler.Names.Select(name => (before, name)))];

    [Theory, MemberData(nameof(Pairs))]
    public void ASamplerHasOneDefaultWhereverItIsChosen(string before, string name)
    {
        Sampler usual = Sampler.Named(name);
        string eta = before == "ddim" ? "\n  eta: 0.5" : "";
        string file = $"sampling:\n  steps: 7\n  sampler: {before}\n  spacing: leading{eta}\n";
        Assert.Equal(usual, ResolvedExperiment.Parse($"sampling:\n  sampler: {name}\n", "a.yaml").Config.Sampling.ToSampler());
        Assert.Equal(usual, ResolvedExperiment.Parse("", "a.yaml", [$"sampling.sampler={name}"]).Config.Sampling.ToSampler());

        SamplingConfig configured = ResolvedExperiment.Parse(file, "a.yaml").Config.Sampling;
        ResolvedExperiment set = ResolvedExperiment.Parse(file, "a.yaml", [$"sampling.sampler={name}"]);
        Sampler expected = before == name
            ? usual with { Steps = 7, Spacing = TimestepSpacing.Leading, Eta = before == "ddim" ? 0.5 : 0 } : usual;
        Assert.Equal(expected, configured.With(name).ToSampler(s_schedule));
        Assert.Equal(expected, set.Config.Sampling.ToSampler(s_schedule));
        // What was written for another sampler is nobody's any more.
        Assert.Equal(before != name, set.OriginOf("sampling.steps").IsDefault);
        // Reading back what is written gives the same.
        Assert.Equal(set.Config.Sampling, ResolvedExperiment.Parse(set.ToYaml(), "b.yaml").Config.Sampling);
    }

    [Fact]
    public void OptionsBesideTheSamplerHoldInAnyOrder()
    {
        const string file = "sampling:\n  sampler: ddpm\n  steps: 0\n";
        foreach (string[] options in (string[][])
            [["sampling.sampler=ddim", "sampling.steps=9"], ["sampling.steps=9", "sampling.sampler=ddim"]])
            Assert.Equal(9, ResolvedExperiment.Parse(file, "a.yaml", options).Config.Sampling.ToSampler().Steps);
    }
}
