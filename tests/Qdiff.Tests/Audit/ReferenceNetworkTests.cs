using Qdiff;
using Qdiff.Papers;

/// <summary>Whole networks, fast and by definition: the two share no arithmetic.</summary>
public class ReferenceNetworkTests
{
    [Theory]
    [InlineData("unet", Wiring.Paper)]
    [InlineData("qvunet-1hq", Wiring.Paper)]
    [InlineData("qvunet-fullfq", Wiring.Released)]
    [InlineData("quanvunet", Wiring.Released, Explicit = true)]
    [InlineData("quanvunet", Wiring.Paper, Explicit = true)]
    [InlineData("attention-light", Wiring.Paper)]
    [InlineData("attention-full", Wiring.Released)]
    [InlineData("qcunet-classical", Wiring.Paper)]
    public void FastEqualsReference(string model, Wiring wiring)
    {
        Network network = PublishedModels.Named(model).Build(wiring);
        NetworkCheck.FastEqualsReference(network);
    }
}
