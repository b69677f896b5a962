using System.Text.Json;
using Qdiff;
using Qdiff.Onnx;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>Exported networks in the ONNX Runtime give what our engine gives.</summary>
public sealed class OnnxModelTests
{
    /// <summary>One of each published system on small images; the last one is conditional, with a label for no class.</summary>
    [Theory]
    [InlineData("qvunet-1hq", 1), InlineData("attention-light", 1), InlineData("qcunet", 3)]
    public void OneModelOfEachSystemAgrees(string name, int channels)
    {
        ModelConfig model = new() { Name = name };
        if (name == "qcunet") model = model with { Multipliers = [1, 2, 3, 4], Quanvolution = new() { Level = 2 } };
        Agrees(PublishedModels.Named(name).Build(model, [channels, 16, 16], Papers.Catalog, nullLabel: name == "qcunet"), name);
    }

    public static TheoryData<string, string> All =>
        [.. PublishedModels.All.SelectMany(model => model.Wirings.Select(wiring => (model.Name, wiring)))];

    [Theory(Explicit = true), MemberData(nameof(All))]
    public void EveryPublishedModelAgrees(string name, string wiring) =>
        Agrees(PublishedModels.Named(name).Build(wiring), $"{name}, {wiring}");

    [Fact]
    public void TheClassicalControlAgrees() =>
        Agrees(PublishedModels.Named("qvunet-1hq").Build(Wiring.Paper, [1, 16, 16], Control.Classical), "classical control");

    /// <summary>What a sampler needs, read as the file has it.</summary>
    [Fact]
    public void MetadataSaysWhatASamplerNeeds()
    {
        Network network = PublishedModels.Named("attention-light").Build(Wiring.Paper, [1, 8, 8]);
        NoiseSchedule schedule = NoiseSchedule.Linear(20);
        OnnxModel model = OnnxModel.Of(network, new Weights(network.Parameters).Initialise(1), schedule, Prediction.V);
        using var run = new OnnxRun(model.ToBytes());
        IReadOnlyDictionary<string, string> metadata = run.Metadata;
        Assert.Equal("v", metadata["qdiff.prediction"]);
        Assert.Equal(schedule.AlphaBar.ToArray(), JsonSerializer.Deserialize<double[]>(metadata["qdiff.alpha_bar"])!);
        Assert.Equal(model.ToBytes(), model.ToBytes());
    }

    static void Agrees(Network network, string what)
    {
        Weights weights = new Weights(network.Parameters).Initialise(7);
        using var run = new OnnxRun(OnnxModel.Of(network, weights, NoiseSchedule.Cosine(50), Prediction.Epsilon).ToBytes());
        foreach (int batch in (int[])[1, 5])
        {
            double difference = run.Difference(network, weights, batch, 50);
            Assert.True(difference < 1e-5, $"{what}, batch of {batch}: {difference:E1}");
        }
    }
}
