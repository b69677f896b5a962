using Qdiff;
using Qdiff.Tensors;

/// <summary>Training with dropped labels: whole, in parts and on any number of threads the same, and refused where it cannot
/// be.</summary>
public sealed class LabelDropoutTests : IDisposable
{
    static readonly string[] s_settings =
        ["model.classes=10", "training.labelDropout=0.3", "training.steps=6", "training.checkpointEvery=2",
        "training.frameEvery=0"];
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void NeitherThreadsNorAnInterruptionChangeABit()
    {
        SortedDictionary<string, byte[]> whole = TinyExperiment.Content(Train("whole"), 6);
        TinyExperiment.AssertEqual(whole, TinyExperiment.Content(Train("threads", "training.threads=2"), 6));

        string parted = TinyExperiment.Train(TinyExperiment.Start(folder.File("parted"), s_settings), steps: 3);
        TinyExperiment.AssertEqual(whole,
            TinyExperiment.Content(TinyExperiment.Train(TrainingRun.Resume(parted, Catalog.Default)), 6));

        SortedDictionary<string, byte[]> more = TinyExperiment.Content(Train("more", "training.labelDropout=0.6"), 6);
        Assert.False(whole["weights.safetensors"].AsSpan().SequenceEqual(more["weights.safetensors"]));
    }

    [Fact]
    public void TheNullLabelLearnsAndIsThereOnlyIfAskedFor()
    {
        using TrainingRun run = TinyExperiment.Start(folder.File("null"), s_settings);
        Network network = run.State.Network;
        Assert.Equal((10, 10, 11), (network.Classes, network.NullLabel, network.Labels));
        Parameter table = network.Parameters.Find("time.label.weight")!;
        Assert.Equal([11, 10], table.Shape.ToArray());
        float[] before = run.State.Weights[table][^10..].ToArray();
        foreach (TrainingStep _ in run.Steps()) { }

        Assert.All(before.Zip(run.State.Weights[table][^10..].ToArray()), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal([11, 10], TrainedRun.Open(run.Folder).Network.Parameters.Find("time.label.weight")!.Shape.ToArray());

        Network without = TinyExperiment.Resolve("model.classes=10").Config.BuildNetwork([1, 28, 28], Catalog.Default);
        Assert.Equal((10, null, 10), (without.Classes, without.NullLabel, without.Labels));
        Assert.Equal([10, 10], without.Parameters.Find("time.label.weight")!.Shape.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.Contains("The network has 5 classes, labels 0 to 4; ",
            Assert.Throws<InputException>(() => TinyExperiment.Start(folder.File("few"), "model.classes=5")).Message);
        var images = new ImageSet("dots", [1, 8, 8], new byte[64], [1]);
        var network = new UNet { Image = [1, 8, 8], Dimension = 4, Groups = 2, Multipliers = [1], Classes = 2 };
        Assert.Contains("the network has no null label", Assert.Throws<InputException>(() => Dropping(0.1)).Message);
        Assert.Contains("LabelDropout is a probability, got 1.5",
            Assert.Throws<ArgumentOutOfRangeException>("LabelDropout", () => Dropping(1.5)).Message);
        Assert.Contains("a null label belongs to a network with classes",
            Assert.Throws<ArgumentException>(() => (network with { Classes = 0, NullLabel = true }).Build()).Message);

        Trainer Dropping(double share) =>
            new(new(network.Build(), seed: 1), TinyExperiment.Resolve().Config.Diffusion.ToObjective(Catalog.Default), images,
            new() { LabelDropout = share });
    }

    string Train(string name, params string[] settings) =>
        TinyExperiment.Train(TinyExperiment.Start(folder.File(name), [.. s_settings, .. settings]));
}
