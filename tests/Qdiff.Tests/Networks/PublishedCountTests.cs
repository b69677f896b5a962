using Qdiff;
using Qdiff.Papers;

/// <summary>The numbers that the papers and their released code print, as literals.</summary>
public class PublishedCountTests
{
    [Theory]
    [InlineData("unet", 483_321, 483_321)]
    [InlineData("qvunet-1hq", 475_329, 475_329)]
    [InlineData("qvunet-1fq", 475_281, 475_281)]
    [InlineData("qvunet-7hq", 440_985, 440_985)]
    [InlineData("qvunet-7fq", 440_649, 440_649)]
    [InlineData("qvunet-fullhq", 429_993, 429_993)]
    [InlineData("qvunet-fullfq", 429_369, 429_369)]
    [InlineData("quanvunet", 474_293, 473_817)]
    [InlineData("attention-light", 450_321, 450_273)]
    [InlineData("attention-light-plain", 445_985, 445_985)]
    [InlineData("attention-full", 1_025_281, 1_025_233)]
    [InlineData("attention-full-plain", 1_023_009, 1_023_009)]
    [InlineData("qcunet", 1_260_939, 1_260_939)]
    [InlineData("qcunet-classical", 1_281_243, 1_280_843)]   // as released, the time is not among the conditions
    public void ModelsHaveThePublishedNumberOfParameters(string name, int paper, int released)
    {
        NamedNetwork model = PublishedModels.Named(name);
        foreach ((Wiring wiring, int expected) in ((Wiring, int)[])[(Wiring.Paper, paper), (Wiring.Released, released)])
        {
            Network network = model.Build(wiring);
            Assert.Equal(expected, network.Parameters.Scalars);
            // The table of layers has every one of them, once.
            Assert.Equal(expected, network.Layers.Sum(layer => layer.Count(network.Parameters)));
        }
    }

    [Fact]
    public void TheMatchedControlsHaveAsManyAsTheQuantumModels()
    {
        foreach (string name in (string[])["attention-light", "attention-full"])
            Assert.Equal(PublishedModels.Named(name).Build().Parameters.Scalars,
                PublishedModels.Named(name + "-matched").Build().Parameters.Scalars);
    }

    [Theory]
    [InlineData("qvunet-1hq", 336)]
    [InlineData("qvunet-1fq", 288)]
    [InlineData("qvunet-7hq", 2_352)]
    [InlineData("qvunet-7fq", 2_016)]
    [InlineData("qvunet-fullhq", 4_432)]
    [InlineData("qvunet-fullfq", 3_808)]
    [InlineData("qcunet", 672)]
    public void AnglesAreCounted(string name, int angles) =>
        Assert.Equal(angles, PublishedModels.Named(name).Build().Circuits.Sum(circuit => circuit.Angles?.Count ?? 0));

    [Theory]
    [InlineData("init", 500, "10×28×28")]
    [InlineData("time", 2_080, "40", "dense0 440", "dense1 1640")]
    [InlineData("down.0.res0", 2_680, "10×28×28", "conv0 910", "norm0 20", "time 820", "conv1 910", "norm1 20")]
    [InlineData("down.0.res1", 2_680, "10×28×28", "conv0 910", "norm0 20", "time 820", "conv1 910", "norm1 20")]
    [InlineData("down.0.attn", 5_150, "10×28×28")]
    [InlineData("down.0.downsample", 1_610, "10×14×14")]
    [InlineData("down.1.res0", 2_680, "10×14×14", "conv0 910", "norm0 20", "time 820", "conv1 910", "norm1 20")]
    [InlineData("down.1.res1", 2_680, "10×14×14", "conv0 910", "norm0 20", "time 820", "conv1 910", "norm1 20")]
    [InlineData("down.1.attn", 5_150, "10×14×14")]
    [InlineData("down.1.downsample", 3_220, "20×7×7")]
    [InlineData("down.2.res0", 8_960, "20×7×7", "conv0 3620", "norm0 40", "time 1640", "conv1 3620", "norm1 40")]
    [InlineData("down.2.res1", 8_960, "20×7×7", "conv0 3620", "norm0 40", "time 1640", "conv1 3620", "norm1 40")]
    [InlineData("down.2.attn", 10_300, "20×7×7")]
    [InlineData("down.2.downsample", 29_430, "30×2×2")]
    [InlineData("down.3.res0", 18_840, "30×2×2", "conv0 8130", "norm0 60", "time 2460", "conv1 8130", "norm1 60")]
    [InlineData("down.3.res1", 18_840, "30×2×2", "conv0 8130", "norm0 60", "time 2460", "conv1 8130", "norm1 60")]
    [InlineData("down.3.attn", 15_450, "30×2×2")]
    [InlineData("down.out", 10_840, "40×2×2")]
    [InlineData("mid.res0", 32_320, "40×2×2", "conv0 14440", "norm0 80", "time 3280", "conv1 14440", "norm1 80")]
    [InlineData("mid.attn", 20_560, "40×2×2")]
    [InlineData("mid.res1", 32_320, "40×2×2", "conv0 14440", "norm0 80", "time 3280", "conv1 14440", "norm1 80")]
    [InlineData("up.3.res0", 45_960, "40×2×2", "conv0 25240", "norm0 80", "time 3280", "conv1 14440", "norm1 80", "skip 2840")]
    [InlineData("up.3.res1", 45_960, "40×2×2", "conv0 25240", "norm0 80", "time 3280", "conv1 14440", "norm1 80", "skip 2840")]
    [InlineData("up.3.attn", 20_600, "40×2×2")]
    [InlineData("up.3.upsample", 10_830, "30×7×7")]
    [InlineData("up.2.res0", 25_770, "30×7×7", "conv0 13530", "norm0 60", "time 2460", "conv1 8130", "norm1 60", "skip 1530")]
    [InlineData("up.2.res1", 25_770, "30×7×7", "conv0 13530", "norm0 60", "time 2460", "conv1 8130", "norm1 60", "skip 1530")]
    [InlineData("up.2.attn", 15_450, "30×7×7")]
    [InlineData("up.2.upsample", 5_420, "20×14×14")]
    [InlineData("up.1.res0", 11_380, "20×14×14", "conv0 5420", "norm0 40", "time 1640", "conv1 3620", "norm1 40", "skip 620")]
    [InlineData("up.1.res1", 11_380, "20×14×14", "conv0 5420", "norm0 40", "time 1640", "conv1 3620", "norm1 40", "skip 620")]
    [InlineData("up.1.attn", 10_300, "20×14×14")]
    [InlineData("up.1.upsample", 1_810, "10×28×28")]
    [InlineData("up.0.res0", 3_790, "10×28×28", "conv0 1810", "norm0 20", "time 820", "conv1 910", "norm1 20", "skip 210")]
    [InlineData("up.0.res1", 3_790, "10×28×28", "conv0 1810", "norm0 20", "time 820", "conv1 910", "norm1 20", "skip 210")]
    [InlineData("up.0.attn", 5_150, "10×28×28")]
    [InlineData("up.out", 910, "10×28×28")]
    [InlineData("final.res", 3_790, "10×28×28", "conv0 1810", "norm0 20", "time 820", "conv1 910", "norm1 20", "skip 210")]
    [InlineData("final.conv", 11, "1×28×28")]
    public void EveryLayerOfTheClassicalNetworkHasItsNumber(string name, int count, string output, params string[] parts)
    {
        Network network = PublishedModels.Named("unet").Build();
        LayerRow layer = Assert.Single(network.Layers, row => row.Name == name);
        Assert.Equal((count, output), (layer.Count(network.Parameters), string.Join('×', layer.Output.ToArray())));
        if (parts.Length > 0) Assert.Equal(parts, layer.Parts(network.Parameters).Select(part => $"{part.Part} {part.Count}"));
        Assert.Equal(39, network.Layers.Count);
    }
}
