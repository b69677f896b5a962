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
    [InlineData("qvunet-7hq", Wiring.Paper)]
    [InlineData("qvunet-fullfq", Wiring.Paper)]
    [InlineData("quanvunet", Wiring.Paper)]
    [InlineData("quanvunet", Wiring.Released)]
    [InlineData("attention-light", Wiring.Paper)]
    [InlineData("qvunet-1hq", Wiring.Paper, Control.Unentangled)]
    [InlineData("qvunet-1hq", Wiring.Paper, Control.Cosine)]
    [InlineData("qvunet-fullfq", Wiring.Paper, Control.Classical)]
    [InlineData("attention-light", Wiring.Paper, Control.Classical)]
    [InlineData("qvunet-1hq", Wiring.Paper, Control.Shrunk)]
    public void GradientEqualsCentralDifferencesOfTheDefinition(string model, Wiring wiring, Control control = Control.None)
    {
        Network network = PublishedModels.Named(model).Build(wiring, control: control);
        NetworkCheck.Gradients(network, $"{model}, {control}");
    }
}
