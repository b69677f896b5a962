using Qdiff;
using Qdiff.Papers;

/// <summary>The models that come with the program: each loads, its card is whole, and it draws its samples again.</summary>
public sealed class ShippedModelsTests
{
    static readonly string s_models = Path.Combine(Repository.Root, "models");

    public static TheoryData<string> Models =>
        [.. Directory.GetDirectories(s_models).Select(path => Path.GetFileName(path)).Order()];

    /// <summary>One of each architecture is drawn in the usual run, the others are explicit: to draw one takes seconds, and one
    /// for colour images, of which system C alone has some, longer.</summary>
    public static IEnumerable<TheoryDataRow<string>> ModelsToDraw => Models.Select(row => new TheoryDataRow<string>(row.Data)
    {
        Explicit = row.Data is "mnist-unet" or "mnist-qvunet-1hq" or "mnist-qvunet-fullfq" or "mnist-quanvunet"
            or "mnist-attention-light-100" ? null : true
    });

    [Fact]
    public void OneOfEachArchitectureIsDrawnInTheUsualRun()
    {
        string[] drawn = [.. ModelsToDraw.Where(row => row.Explicit is null).Select(row => row.Data)];
        Assert.Equal(["attention-light", "quanvunet", "qvunet-1hq", "qvunet-fullfq", "unet"], drawn.Select(ModelOf).Order());
        Assert.Equal(["qcunet"], Models.Select(row => Family(row.Data)).Except(drawn.Select(Family)));

        static string ModelOf(string name) => PretrainedCard.Read(Path.Combine(s_models, name, PretrainedCard.FileName)).Model;

        static string Family(string name) => ModelOf(name).Split('-')[0];
    }

    [Theory]
    [MemberData(nameof(ModelsToDraw))]
    public void ItDrawsTheSamplesOfItsCard(string name)
    {
        PretrainedModel model = PretrainedModel.Open(Path.Combine(s_models, name), Papers.Catalog);
        PretrainedCheck check = model.Check();
        Assert.True(check.Passes, $"{check}");
    }

    /// <summary>Weights, configuration and card belong together, and the weights are of the network that the configuration
    /// builds.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void ItOpensByItsName(string name)
    {
        PretrainedModel model = PretrainedModel.Open(Path.Combine(s_models, name), Papers.Catalog);
        Assert.NotEmpty(model.Networks);
        Assert.All(model.Networks, network => Assert.InRange(model.Load(network.Label).Step, 1, model.Card.Steps));
        Assert.Contains(name, PretrainedModels.Here.All().Select(path => Path.GetFileName(path)));
    }

    /// <summary>Whoever has no training images can begin from their mean all the same.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void ItBringsItsMean(string name)
    {
        PretrainedModel model = PretrainedModel.Open(Path.Combine(s_models, name), Papers.Catalog);
        Assert.NotNull(model.Card.Mean);
        Assert.All(model.Networks, network => Assert.NotEmpty(model.Load(network.Label).Mean().Image()));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ItsCardIsWhole(string name)
    {
        string path = Path.Combine(s_models, name, PretrainedCard.FileName), text = File.ReadAllText(path);
        PretrainedCard card = PretrainedCard.Read(path);
        Assert.NotEmpty(card.Measured);
        Assert.All(card.Measured.Where(metric => metric.Metric is "fid" or "kid"), metric => Assert.True(metric.Samples >= 1000));
        Assert.All((string[])["## Data", "## Training", "with commit ", "Repeated by `qdiff ", "## Metrics", "## Audit",
            "qdiff sample --pretrained " + name], part => Assert.Contains(part, text));
        // Where the run lay is nobody's business, and no command of a reader's.
        Assert.DoesNotMatch("""[`" ]/(home|root|tmp|work|Users)/""", text);
    }
}
