using Qdiff;

/// <summary>Which settings a sampler has, wherever it is chosen.</summary>
public class SamplingConfigTests
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine();

    public static TheoryData<string, string> Pairs() =>
        [.. Catalog.Default.Samplers.Names.SelectMany(before => Catalog.Default.Samplers.Names.Select(name => (before, name)))];

    [Theory, MemberData(nameof(Pairs))]
    public void ASamplerHasOneDefaultWhereverItIsChosen(string before, string name)
    {
        Sampler usual = Catalog.Default.Samplers[name];
        string eta = before == "ddim" ? "\n  eta: 0.5" : "";
        string file = $"sampling:\n  steps: 7\n  sampler: {before}\n  spacing: leading{eta}\n";
        Assert.Equal(usual, ResolvedExperiment.Parse($"sampling:\n  sampler: {name}\n", "a.yaml",
            Catalog.Default).Config.Sampling.ToSampler(Catalog.Default));
        Assert.Equal(usual, ResolvedExperiment.Parse("", "a.yaml", Catalog.Default,
            [$"sampling.sampler={name}"]).Config.Sampling.ToSampler(Catalog.Default));

        SamplingConfig configured = ResolvedExperiment.Parse(file, "a.yaml", Catalog.Default).Config.Sampling;
        ResolvedExperiment set = ResolvedExperiment.Parse(file, "a.yaml", Catalog.Default, [$"sampling.sampler={name}"]);
        Sampler expected = before == name
            ? (usual is DdimSampler ddim ? ddim with { Eta = 0.5 } : usual) with { Steps = 7, Spacing = TimestepSpacing.Leading }
            : usual;
        Assert.Equal(expected, configured.With(name).ToSampler(Catalog.Default, s_schedule));
        Assert.Equal(expected, set.Config.Sampling.ToSampler(Catalog.Default, s_schedule));
        // What was written for another sampler is nobody's any more.
        Assert.Equal(before != name, set.OriginOf("sampling.steps").IsDefault);
        // Reading back what is written gives the same.
        Assert.Equal(set.Config.Sampling, ResolvedExperiment.Parse(set.ToYaml(), "b.yaml", Catalog.Default).Config.Sampling);
    }

    [Fact]
    public void OptionsBesideTheSamplerHoldInAnyOrder()
    {
        const string file = "sampling:\n  sampler: ddpm\n  steps: 0\n";
        foreach (string[] options in (string[][])
            [["sampling.sampler=ddim", "sampling.steps=9"], ["sampling.steps=9", "sampling.sampler=ddim"]])
            Assert.Equal(9, ResolvedExperiment.Parse(file, "a.yaml", Catalog.Default,
                options).Config.Sampling.ToSampler(Catalog.Default).Steps);
    }
}
