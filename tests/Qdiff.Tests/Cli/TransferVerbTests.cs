using Qdiff;
using Qdiff.Papers;

/// <summary><c>qdiff transfer</c>: which networks its three runs have, and what of them is frozen.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class TransferVerbTests : IDisposable
{
    const string Yaml = """
        name: moved
        data: {dataset: fashion-mnist-test, perClass: 2, crop: 16}
        model: {name: unet, dimension: 4, groups: 2, multipliers: [1, 2], heads: 1, headFeatures: 4}
        training: {batch: 8, steps: 2, sampleEvery: 0, frameEvery: 0, ema: {copySteps: 1, every: 1}}
        diffusion: {steps: 4}
        transfer: {source: first, sourceModel: unet, sourceSteps: 2}
        """;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The source learns all of its weights, and a name of the circuits alone is nothing to the classical
    /// networks.</summary>
    [Fact(Explicit = true)]
    public void NothingIsFrozenInTheSourceAndTheControlKeepsWhatItHas()
    {
        Transfer("model.vertex.circuit=fqconv", "transfer.freeze=[init., mid.res0.circuit]",
            "transfer.except=[mid.res1.circuit]");
        Assert.Empty(Run("first-42").Config.Transfer.Freeze);
        Assert.Equal(["init.", "mid.res0.circuit"], Run("moved-42").Config.Transfer.Freeze);
        Assert.Equal(["init."], Run("moved-control-42").Config.Transfer.Freeze);
        Assert.Empty(Run("moved-control-42").Config.Transfer.Except);
        TrainedRun source = Trained("first-42"), moved = Trained("moved-42");
        Assert.Equal(source.Weights[Find(source, "init.weight")], moved.Weights[Find(moved, "init.weight")]);
        Assert.False(source.Weights[Find(source, "final.")].SequenceEqual(moved.Weights[Find(moved, "final.")]));
    }

    /// <summary>Circuits that the settings put into the network are not in its classical source and control.</summary>
    [Fact]
    public void OnlyTheNetworkThatIsTransferredToHasCircuits()
    {
        Transfer("model.vertex.circuit=fqconv", "model.control=frozen");
        Assert.Equal([false, true, false],
            new[] { "first-42", "moved-42", "moved-control-42" }.Select(run => Trained(run).Network.Circuits.Count > 0));
    }

    /// <summary>A run of the transfer's name that began otherwise is not the transfer; and nothing is trained before that is
    /// said.</summary>
    [Fact]
    public void WhatBeganOtherwiseIsNotTakenForTheTransfer()
    {
        string config = folder.File("moved.yaml");
        File.WriteAllText(config, Yaml);
        Refused("moved begins with the weights of first (transfer.source), and 'qdiff train' trains no source", "train");
        Refused("'qdiff transfer' does", "slurm", config, "-o", folder.File("job.sh"));

        string[] alone = ["train", "-q", "-c", config, "--runs", folder.File("runs"), "--set", "transfer.source=null"];
        Assert.Equal(0, CapturedTool.Run(alone).Code);
        Refused("was started from random weights, now it is the weights of first-42.", "transfer");
        Assert.False(Directory.Exists(folder.File("runs/first-42")));

        Directory.Delete(folder.File("runs"), recursive: true);
        Transfer();
        Transfer();
        Refused("was started from the weights of first-42, now it is the weights of other-42.", "transfer", "--set",
            "transfer.source=other");
        Refused("was started with training.batch 8, now it is 4", "transfer", "--set", "training.batch=4");
        Assert.False(Directory.Exists(folder.File("runs/other-42")));
        Refused("--max-time soon", "transfer", "--max-time", "soon");
        Refused("transfer.from is mnist-unet, but the source of this transfer is first", "transfer", "--set",
            "transfer.from=mnist-unet");

        void Refused(string expected, string verb, params string[] arguments)
        {
            (int code, _, string error) = CapturedTool.Run([verb, "-q",
                .. verb == "slurm" ? [] : (string[])["-c", config, "--runs", folder.File("runs")], .. arguments]);
            Assert.Equal(2, code);
            Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')));
        }
    }

    /// <summary>The source is part of what the transfer takes.</summary>
    [Fact]
    public void TheEstimateHasTheSourceAndTheControl()
    {
        string config = folder.File("moved.yaml");
        File.WriteAllText(config, Yaml);
        (int code, string output, string error) = CapturedTool.Run("estimate", "-q", "-c", config, "--steps", "40");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("besides, with unet", output);
        Assert.Contains("(20 steps)", output);
        Assert.Contains("in all", output);
    }

    void Transfer(params string[] settings)
    {
        string config = folder.File("moved.yaml");
        File.WriteAllText(config, Yaml);
        (int code, _, string error) = CapturedTool.Run(["transfer", "-q", "-c", config, "--runs", folder.File("runs"),
            .. settings.SelectMany(setting => new[] { "--set", setting })]);
        Assert.Equal((0, ""), (code, error));
    }

    ResolvedExperiment Run(string name) => RunFolder.Open(folder.File($"runs/{name}"), Papers.Catalog).Experiment;

    TrainedRun Trained(string name) =>
        TrainedRun.Open(RunFolder.Open(folder.File($"runs/{name}"), Papers.Catalog), raw: true);

    static Qdiff.Tensors.Parameter Find(TrainedRun run, string name) =>
        run.Network.Parameters.First(p => p.Name.StartsWith(name));
}
