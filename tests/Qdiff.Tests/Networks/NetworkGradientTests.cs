using Qdiff;
using Qdiff.Papers;

/// <summary>
/// The gradient of whole networks, circuits included, against central differences of the definition in double along random
/// directions.
/// </summary>
public class NetworkGradientTests
{
    [Theory]
    [InlineData("unet", Wiring.Paper)]
    [InlineData("qvunet-7hq", Wiring.Paper, Explicit = true)]
    [InlineData("qvunet-fullfq", Wiring.Paper)]
    [InlineData("quanvunet", Wiring.Paper, Explicit = true)]
    [InlineData("attention-light", Wiring.Paper)]
    [InlineData("qvunet-1hq", Wiring.Paper, "unentangled")]
    [InlineData("qvunet-1hq", Wiring.Paper, "cosine")]
    [InlineData("qvunet-fullfq", Wiring.Paper, "classical", Explicit = true)]
    [InlineData("attention-light", Wiring.Paper, "classical", Explicit = true)]
    [InlineData("qvunet-1hq", Wiring.Paper, "shrunk", Explicit = true)]
    public void GradientEqualsCentralDifferencesOfTheDefinition(string model, Wiring wiring, string control = "none")
    {
        Network network = PublishedModels.Named(model).Build(wiring, control: Catalog.Default.Controls[control]);
        NetworkCheck.Gradients(network, $"{model}, {control}");
    }
}
