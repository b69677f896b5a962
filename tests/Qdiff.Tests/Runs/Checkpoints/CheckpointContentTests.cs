using System.Text.Json.Nodes;
using Qdiff;
using Qdiff.Tensors;

public sealed class CheckpointContentTests : IDisposable
{
    static readonly ImageSet s_images = Catalog.Default.DataSets.Load("fashion-mnist-test").First(8);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TrainingGoesOnToTheSameBits()
    {
        TrainingState whole = Fresh(), first = Fresh(), second = Fresh(seed: 9);
        Train(whole, 4, threads: 2);
        Train(first, 2, threads: 1);
        CheckpointFolder checkpoints = new(folder.File("checkpoints"));
        Save(checkpoints, first);
        CheckpointContent.Load(checkpoints.ReadLatest()!, second);
        Assert.Equal(2, second.Step);
        Train(second, 2, threads: 2);
        Assert.Equal(whole.Weights.Values, second.Weights.Values);
        Assert.Equal(whole.Average.Values, second.Average.Values);
        Assert.Equal(whole.FirstMoment, second.FirstMoment);
        Assert.Equal(whole.SecondMoment, second.SecondMoment);

        Checkpoint checkpoint = checkpoints.Read(2);
        Assert.Equal(first.Average.Values, CheckpointContent.LoadAverage(checkpoint, second.Network).Values);
        Assert.Equal(first.Weights.Values, CheckpointContent.LoadRaw(checkpoint, second.Network).Values);
        Assert.False(first.Weights.Values.SequenceEqual(first.Average.Values));
    }

    [Fact]
    public void AnotherNetworkIsRefused()
    {
        CheckpointFolder checkpoints = new(folder.File("checkpoints"));
        Checkpoint checkpoint = Save(checkpoints, Fresh());
        Refused("'init.weight' has shape 10×1×7×7, the model's has 20×1×7×7", new UNet { Dimension = 20, Multipliers = [1, 2] });
        Refused("has no tensor 'down.", new UNet { Multipliers = [1, 2, 3] });

        TrainingState state = Fresh();
        checkpoint = checkpoints.Write(1, CheckpointContent.Files(state).Select(file => (file.Name, (Action<Stream>)(stream =>
        {
            var content = new MemoryStream();
            file.Write(content);
            content.Position = 0;
            SafeTensors arrays = SafeTensors.Read(content, "copy");
            new SafeTensors([.. arrays.Names.Select(name => KeyValuePair.Create(name, arrays[name])),
                new("stranger", StoredArray.Create([1], [1f]))]).Write(stream);
        }))), new CheckpointContent.State(1, "unet", "paper"));
        Refused("'stranger' that the model does not know", new UNet { Multipliers = [1, 2] });

        void Refused(string expected, UNet other) => Assert.Contains(expected,
            Assert.Throws<InputException>(() => CheckpointContent.Load(checkpoint,
                new TrainingState(other.Build(), seed: 1))).Message);
    }

    [Fact]
    public void WeightsInAFileOfTheirOwnAreReadBack()
    {
        TrainingState state = Fresh();
        string path = folder.File("weights.safetensors");
        CheckpointContent.SaveFile(path, state.Weights, state.Network);
        Weights back = CheckpointContent.LoadFile(path, Fresh(seed: 9).Network);
        Assert.Equal(state.Weights.Values, back.Values);
        Assert.Equal(state.Network.Parameters.Select(p => p.Name), SafeTensors.Read(path).Names);
        Assert.Throws<ArgumentException>("weights", () => CheckpointContent.SaveFile(path, state.Weights, Fresh().Network));
        Assert.Throws<DirectoryNotFoundException>(() =>
            CheckpointContent.SaveFile(folder.File("missing/weights.safetensors"), state.Weights, state.Network));
    }

    [Fact]
    public void AStateIsFilledWholeOrNotAtAll()
    {
        TrainingState trained = Fresh(), state = Fresh(seed: 9);
        Train(trained, 1, threads: 1);
        Checkpoint checkpoint = Save(new(folder.File("checkpoints")), trained);
        float[] before = state.Weights.Values.ToArray();
        IDisposable? claim = null;
        var other = new Thread(() => claim = state.Average.BeginChange());
        other.Start();
        other.Join();
        using (claim)
            Assert.Throws<InvalidOperationException>(() => CheckpointContent.Load(checkpoint, state));
        File.WriteAllText(Path.Combine(checkpoint.Path, "moments.safetensors"), "");
        Assert.Throws<InputException>(() => CheckpointContent.Load(checkpoint, state));
        Assert.Equal(before, state.Weights.Values.ToArray());
        Assert.Equal(0, state.Step);
    }

    [Fact]
    public void WhatIsNoNumberAndAStepThatWasChangedAreRefused()
    {
        CheckpointFolder checkpoints = new(folder.File("checkpoints"));
        TrainingState state = Fresh();
        Checkpoint changed = checkpoints.Write(7, CheckpointContent.Files(state),
            new CheckpointContent.State(6, "unet", "paper"));
        Assert.Contains("says step 7 and, in its state, step 6",
            Assert.Throws<InputException>(() => CheckpointContent.Load(changed, Fresh())).Message);
        state.Average.Values[3] = float.PositiveInfinity;
        Assert.Contains("has a weight that is Infinity, in 'init.weight'",
            Assert.Throws<InputException>(() => CheckpointContent.LoadAverage(Save(checkpoints, state), state.Network)).Message);
    }

    [Theory]
    [InlineData("sourceSteps is below 0", -1, "null")]
    [InlineData("the list arithmetic is empty", 0, "[]")]
    [InlineData("there is null in the list arithmetic", 0, "[null]")]
    public void AStateThatCannotBeIsRefused(string expected, int sourceSteps, string arithmetic)
    {
        Checkpoint checkpoint = new CheckpointFolder(folder.File("checkpoints")).Write(1, [], new
        {
            Step = 1,
            Model = "unet",
            Wiring = "paper",
            SourceSteps = sourceSteps,
            Arithmetic = JsonNode.Parse(arithmetic),
        });
        Assert.Contains(expected, Assert.Throws<InputException>(() => CheckpointContent.StateOf(checkpoint)).Message);
    }

    /// <summary>Channels are multiplied, and a product beyond 2^31 must not become another network.</summary>
    [Theory]
    [InlineData(429_496_730)]
    [InlineData(int.MaxValue)]
    [InlineData(5000)]
    public void MoreChannelsThanAnyMachineHoldsAreRefused(int multiplier) => Assert.Contains("a level has at most 32768 channels",
        Assert.Throws<ArgumentException>(() => new UNet { Multipliers = [multiplier] }.Build()).Message);

    static Checkpoint Save(CheckpointFolder checkpoints, TrainingState state) =>
        checkpoints.Write(state.Step, CheckpointContent.Files(state), new CheckpointContent.State(state.Step, "unet", "paper"));

    static TrainingState Fresh(long seed = 3) => new(new UNet { Multipliers = [1, 2] }.Build(), seed);

    static void Train(TrainingState state, int steps, int threads)
    {
        var trainer = new Trainer(state, new DiffusionConfig().ToObjective(Catalog.Default), s_images,
            new() { Batch = 20, Workers = new(threads), Average = ExponentialAverage.Plain(0.9) });
        foreach (TrainingStep _ in trainer.Run().Take(steps)) { }
    }
}
