using Qdiff;
using Qdiff.Papers;

/// <summary>A hybrid U-Net of milliseconds a step: HQConv circuits in its vertex, images of 8×8.</summary>
static class SmallHybrid
{
    public static UNet Design { get; } = new()
    {
        Dimension = 4,
        Groups = 2,
        Multipliers = [1, 3],
        Heads = 1,
        HeadFeatures = 4,
        Image = [1, 8, 8],
        Vertex = new() { Circuit = PublishedCircuits.HQConv() },
    };
}
