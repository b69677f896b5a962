using Qdiff;
using Qdiff.Tensors;

public class ClassChoiceTests
{
    static readonly UNet s_tiny = new()
    { Dimension = 4, Groups = 2, Multipliers = [1], Heads = 1, HeadFeatures = 4, Image = [1, 4, 4] };
    static readonly Network s_conditional = (s_tiny with { Classes = 4 }).Build();
    static readonly DataDescription s_data = new("pets", 9, [1, 4, 4], "")
    { ClassNames = ["ant", "Bee", "cow", "dog"], Labels = [0, 1, 3] };

    [Fact]
    public void SamplesAreBalancedExactly()
    {
        ClassChoice choice = ClassChoice.Create(s_conditional, s_data, []);
        Assert.Equal([0, 1, 3], choice.Labels);
        // Any rounds, wherever they begin, even behind the range of an int.
        foreach (long first in (long[])[0, 1, 5, 1L << 40])
            Assert.All(Enumerable.Range(0, 30).GroupBy(i => choice.Of(first + i)), group => Assert.Equal(10, group.Count()));
        Assert.Equal(["ant", "Bee", "dog"], choice.Labels.Select(choice.NameOf));
        Assert.Equal([3, 0, 3, 0], Enumerable.Range(0, 4)
            .Select(i => ClassChoice.Create(s_conditional, s_data, ["dog", "ant"]).Of(i)));
    }

    [Fact]
    public void GeneratedImagesHaveTheirLabels()
    {
        Assert.Equal([1, 3, 0, 1], Generated(s_conditional, 4, 1).Labels.ToArray());
        Assert.Equal([3, 0, 3], Generated(s_conditional, 3, 0, "dog", "ant").Labels.ToArray());
        Assert.False(Generated(s_tiny.Build(), 2, 0).HasLabels);

        static ImageSet Generated(Network network, int count, long first, params string[] classes)
        {
            var generator = new SampleGenerator(network, NoiseSchedule.Cosine(steps: 4), Prediction.Epsilon,
                new DdimSampler { Steps = 2 }, threads: 1);
            var sampler = new TrainedSampler(generator, new Weights(network.Parameters).Initialise(3), network, s_data);
            return sampler.GenerateImages(seed: 5, count, first, classes);
        }
    }

    [Fact]
    public void ClassesAreNamedOrNumbered()
    {
        Assert.Equal([1, 3], ClassChoice.Create(s_conditional, s_data, ["bee", "3", "1"]).Labels);
        Assert.Contains("has no class 'bea'. Did you mean Bee? Its classes are 0 ant; 1 Bee; 2 cow; 3 dog.",
            Refused(s_conditional, s_data, "bea"));
        Assert.Contains("has no class '4'.", Refused(s_conditional, s_data, "4"));
        Assert.Contains("has no class '-1'.", Refused(s_conditional, s_data, "-1"));
        Assert.Contains("has no class ''.", Refused(s_conditional, s_data, ""));
        Assert.Contains("not trained on class 2 (cow); its images (pets) have the classes 0 (ant), 1 (Bee), 3 (dog).",
            Refused(s_conditional, s_data, "cow"));
        Assert.Contains("takes no class label, so class 'cow'", Refused(s_tiny.Build(), s_data, "cow"));
    }

    [Fact]
    public void ANameWinsOverANumberAndItsCaseOverAnother()
    {
        DataDescription folders = s_data with { ClassNames = ["1", "10", "2", "a", "A"], Labels = [0, 1, 2, 3, 4] };
        Network five = (s_tiny with { Classes = 5 }).Build();
        Assert.Equal([2, 0, 3, 4], ClassChoice.Create(five, folders, ["2", "1", "a", "A"]).Labels);
        Assert.Equal([3], ClassChoice.Create(five, folders, ["3"]).Labels);
    }

    /// <summary>A manifest that was written before it had names and labels says less, not something wrong.</summary>
    [Fact]
    public void WithoutNamesAndLabelsAllClassesAreThere()
    {
        ClassChoice choice = ClassChoice.Create(s_conditional, new("old", 9, [1, 4, 4], ""), []);
        Assert.Equal([0, 1, 2, 3], choice.Labels);
        Assert.Equal("2", choice.NameOf(2));
        Assert.Contains("Its labels are 0 to 3.", Refused(s_conditional, new("old", 9, [1, 4, 4], ""), "bee"));
        Assert.Equal((0, 0), (ClassChoice.Create(s_tiny.Build(), s_data, []).Labels.Count,
            ClassChoice.Create(s_tiny.Build(), s_data, []).Of(7)));
    }

    static string Refused(Network network, DataDescription data, string name) =>
        Assert.Throws<InputException>(() => ClassChoice.Create(network, data, [name])).Message;
}
