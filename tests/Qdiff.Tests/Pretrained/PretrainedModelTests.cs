using System.Security.Cryptography;
using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>A model is its run's network, and nothing that was changed is taken for it.</summary>
[Collection(MadeModelsCollection.Name)]
public sealed class PretrainedModelTests(MadeModels made) : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ItDrawsWhatItsRunDraws()
    {
        TrainedRun run = TrainedRun.Open(RunFolder.Open(made.Run, Papers.Catalog));
        PretrainedModel model = PretrainedModel.Open(made.One, Papers.Catalog);
        Assert.Equal(run.Sampler().Generate(seed: 3, count: 2), model.Load().Sampler().Generate(seed: 3, count: 2));
        Assert.Equal(("one", 2, 42, false), (model.Name, model.Card.Steps, model.Card.Seed, model.Card.Raw));
        Assert.Equal(run.Network.Parameters.Scalars, model.Card.Parameters);
        Assert.InRange(model.Card.Live, 1, model.Card.Parameters);
        Assert.Equal(["fashion-mnist-test"], model.Card.Datasets);
        Assert.Equal(MadeModels.Options.Measured, model.Card.Measured);
        Assert.Equal(new PretrainedCheck(SameArithmetic: true, Equal: true, Difference: 0), model.Check());
    }

    /// <summary>What a network is measured against are the images of its class, and the card's training is of these classes.
    /// </summary>
    [Fact]
    public void NetworksOfAClassEachKnowTheirClass()
    {
        PretrainedModel model = PretrainedModel.Open(made.Each, Papers.Catalog);
        Assert.All(model.Networks, network => Assert.Equal([network.Label!.Value],
            network.Run.Experiment.Config.Data.Load(Papers.Catalog).Labels.ToArray().Distinct()));
        ExperimentConfig all = ResolvedExperiment.Load(Path.Combine(made.Each, "config.yaml"), Papers.Catalog).Config;
        Assert.True(all.Data.EachClass);
        Assert.Equal([1, 8], all.Data.Load(Papers.Catalog).Labels.ToArray().Distinct().Order());
    }

    [Fact]
    public void RawWeightsStayRawInAModelOfAModel()
    {
        PretrainedModel raw = PretrainedMaking.Make([RunFolder.Open(made.Run, Papers.Catalog)], folder.File("raw"),
            MadeModels.Options with { Raw = true });
        PretrainedModel again = PretrainedMaking.Make([raw.Run], folder.File("again"), MadeModels.Options);
        Assert.True(again.Card.Raw);
        Assert.Equal(raw.Load().Weights.Values.ToArray(), again.Load().Weights.Values.ToArray());
    }

    [Fact]
    public void ItsFileSaysWhatItBelongsTo()
    {
        var file = SafeTensors.Read(Path.Combine(made.One, "model.safetensors"));
        Dictionary<string, string> says = new(file.Metadata);
        Assert.Equal(("pt", "unet", "paper", "2", "average"),
            (says["format"], says["qdiff.model"], says["qdiff.wiring"], says["qdiff.steps"], says["qdiff.kept"]));
        string config = Path.Combine(made.One, "config.yaml");
        Assert.Equal(Sha256(config), says["qdiff.config.sha256"]);
        Assert.Equal(Sha256(file.Source), PretrainedCard.Read(Path.Combine(made.One, "README.md")).Sha256);
        // Nothing tells where the run lay.
        Assert.DoesNotContain(Path.GetTempPath(), says["qdiff.manifest"] + File.ReadAllText(config)
            + File.ReadAllText(Path.Combine(made.One, "README.md")));
        ExperimentConfig was = RunFolder.Open(made.Run, Papers.Catalog).Experiment.Config,
            kept = ResolvedExperiment.Load(config, Papers.Catalog).Config;
        Assert.Equal((was.Name, was.Diffusion, was.Model.Dimension, was.Training.Batch),
            (kept.Name, kept.Diffusion, kept.Model.Dimension, kept.Training.Batch));
    }

    [Fact]
    public void TheCardSaysWhatPeopleAskFor()
    {
        string card = File.ReadAllText(Path.Combine(made.One, "README.md"));
        Assert.All((string[])["license: \"mit\"", "library_name: \"qdiff\"", "tags: [\"diffusion\", \"unet\"]",
            "datasets: [\"fashion-mnist-test\"]", "metrics: [\"fid\"]", "# one\n", "![4 samples of seed 7](samples.png)",
            "draw one  # more", "PretrainedModel.Named(\"one\"", "torch.frombuffer", "fashion-mnist/test",
            "Zalando SE, MIT. The weights: mit.", "2 steps of 20 images, seed 42, ",
            "with commit 0123abcd.", "Repeated by `the same again`.",
            "| fid/domain-clothes/v1 | 1.5 | 1.25 to 1.75 | 0.5 | 500 |", "parameters can act on the output",
            "the same bit for bit", "0.1 of 255"], text => Assert.Contains(text, card));
    }

    [Fact]
    public void ACardOfATransferredNetworkCountsTheSourcesStepsToo()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "data.perClass=4", "training.steps=2",
            "sampling.sampler=ddim", "sampling.steps=2", $"transfer.from={made.Run}", "transfer.source=whole",
            "transfer.sourceSteps=8906", "transfer.except=[mid]"));
        PretrainedModel model =
            PretrainedMaking.Make([RunFolder.Open(run, Papers.Catalog)], folder.File("moved"), MadeModels.Options);
        Assert.Equal((2, 8906), (model.Card.Steps, model.Card.SourceSteps));
        Assert.Contains("\n2 steps of 20 images after 8,906 steps of `unet` (`mid` begun anew), seed 42, ",
            File.ReadAllText(Path.Combine(model.Path, "README.md")));
        Assert.Equal(0, PretrainedModel.Open(made.One, Papers.Catalog).Card.SourceSteps);
    }

    [Fact]
    public void HalfPrecisionIsTheSameNumbersRounded()
    {
        PretrainedMaking.Make([RunFolder.Open(made.Run, Papers.Catalog)], folder.File("half"),
            MadeModels.Options with { Numbers = ElementType.F16, Measured = [] });
        Weights whole = PretrainedModel.Open(made.One, Papers.Catalog).Load().Weights,
            half = PretrainedModel.Open(folder.File("half"), Papers.Catalog).Load().Weights;
        Assert.Equal(whole.Values.ToArray().Select(value => (float)(Half)value), half.Values.ToArray());
        Assert.InRange(new FileInfo(folder.File("half/model.safetensors")).Length, 1,
            new FileInfo(Path.Combine(made.One, "model.safetensors")).Length - 2 * whole.Values.Length + 16);
    }

    [Fact]
    public void OfSeveralNetworksEachDrawsItsClass()
    {
        PretrainedModel model = PretrainedModel.Open(made.Each, Papers.Catalog);
        Assert.Equal([1, 8], model.Networks.Select(network => network.Label));
        foreach (int label in (int[])[1, 8])
        {
            TrainedRun run = TrainedRun.Open(RunFolder.Open(Path.Combine(made.Sweep, $"class-{label}-42"), Papers.Catalog));
            Assert.Equal(run.Sampler().Generate(seed: 3, count: 1), model.Load(label).Sampler().Generate(seed: 3, count: 1));
        }

        Assert.True(model.Check().Equal);
        Assert.True(model.Networks[0].Run.Experiment.Config is { Name: "each", Data: { EachClass: false } });
        Assert.Contains("has a network for each class; choose one of 1, 8", Refused(() => model.Load()));
        Assert.Contains("has no network for class 3", Refused(() => model.Load(3)));
        Assert.Contains("choose one of 1, 8", Refused(() => RunFolder.Open(made.Each, Papers.Catalog)));
    }

    /// <summary>A project's own folder may have a README.md and a config.yaml.</summary>
    [Fact]
    public void OnlyAModelIsReplaced()
    {
        RunFolder[] run = [RunFolder.Open(made.Run, Papers.Catalog)];
        PretrainedModel Replace(string name) =>
            PretrainedMaking.Make(run, folder.File(name), MadeModels.Options, replace: true);
        folder.Write("project/README.md", "hi"u8.ToArray());
        folder.Write("project/config.yaml", "a: 1"u8.ToArray());
        folder.Write("project/thesis.txt", "all of it"u8.ToArray());
        Assert.Contains("is there already and is no model", Refused(() => Replace("project")));
        Assert.True(File.Exists(folder.File("project/thesis.txt")));

        Replace("own");
        folder.Write("own/notes.txt", "mine"u8.ToArray());
        Assert.Contains("is there already and is no model", Refused(() => Replace("own")));
        File.Delete(folder.File("own/notes.txt"));
        Assert.True(Replace("own").Check().Equal);
        Assert.Equal(["own", "project"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order());
    }

    /// <summary>A folder that may not be changed stays, but not as a model.</summary>
    [Fact]
    public void AnOldModelThatCannotBeRemovedIsInNobodysWay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Nothing is kept from this user.");
        RunFolder[] run = [RunFolder.Open(made.Run, Papers.Catalog)];
        PretrainedMaking.Make(run, folder.File("own"), MadeModels.Options);
        folder.Write("own/circuits/kept.qasm", "x"u8.ToArray());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.File("own/circuits"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        PretrainedMaking.Make(run, folder.File("own"), MadeModels.Options, replace: true);
        string old = Assert.Single(Directory.GetDirectories(folder.Path), path => Path.GetFileName(path) != "own");
        Assert.EndsWith(WholeFile.Unfinished, old);
        Assert.Equal([folder.File("own")], new PretrainedModels([folder.Path]).All());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(old, "circuits"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The card is compared with what the weights say of their training.</summary>
    [Theory]
    [InlineData("steps: 2", "steps: 77", "has qdiff.steps 2; the card beside it says steps: 77")]
    [InlineData("seed: 42", "seed: 43", "has qdiff.seed 42; the card beside it says seed: 43")]
    [InlineData("parameters: ", "parameters: 9", "the card beside it says parameters: 9")]
    [InlineData("kept: average", "kept: raw", "has qdiff.kept average; the card beside it says kept: raw")]
    [InlineData("model: \"unet\"", "model: \"qcunet\"", "says model: qcunet; the configuration beside it is of unet")]
    [InlineData("datasets: [\"fashion-mnist-test\"]", "datasets: [\"eurosat\"]", "says datasets: eurosat")]
    public void ACardThatSaysOtherThingsIsRefused(string text, string changed, string expected)
    {
        string copy = folder.File("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(made.One)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        string card = Path.Combine(copy, "README.md"), was = File.ReadAllText(card);
        Assert.Contains(text, was);
        int at = was.IndexOf(text, StringComparison.Ordinal);
        File.WriteAllText(card, was[..at] + changed + was[(at + text.Length)..]);
        Assert.Contains(expected, Refused(() => PretrainedModel.Open(copy, Papers.Catalog).Load()));
    }

    [Fact]
    public void ARunBeginsWithItsWeights()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "data.perClass=4", $"transfer.from={made.One}");
        Assert.Equal((2L, 0), (run.Transfer!.SourceSteps, run.Transfer.New.Count));
        Assert.Equal(PretrainedModel.Open(made.One, Papers.Catalog).Load().Weights.Values, run.State.Weights.Values);
        Assert.Contains("is a pretrained model, and there is nothing to go on with",
            Refused(() => TrainingRun.Resume(made.One, Papers.Catalog)));
    }

    [Fact]
    public void ItHasTheWeightsThatItHas()
    {
        RunFolder run = RunFolder.Open(made.One, Papers.Catalog);
        Assert.True(run.IsPretrained);
        Assert.Equal(2, TrainedRun.Open(run, step: 2).Step);
        Assert.Contains("holds the average weights of step 2 and no others", Refused(() => TrainedRun.Open(run, step: 1)));
        Assert.Contains("holds the average weights of step 2 and no others", Refused(() => TrainedRun.Open(run, raw: true)));
        Assert.Contains("is there already", Refused(() => PretrainedMaking.Make([run], made.One, new())));
        Assert.Contains("is there already and is no model",
            Refused(() => PretrainedMaking.Make([run], folder.Path, new(), replace: true)));
    }

    [Theory]
    [InlineData("README.md", null, null, "is no pretrained model: it has no README.md")]
    [InlineData("config.yaml", null, null, "is no pretrained model: it has no config.yaml")]
    [InlineData("model.safetensors", null, null, "model.safetensors cannot be read")]
    [InlineData("README.md", "library_name: \"qdiff\"\n", "", "the card lacks the field 'library_name'")]
    [InlineData("README.md", "license: \"mit\"", "license: []", "the field 'license' of the card must be a value")]
    [InlineData("README.md", "  live: ", "  lives: ", "the card lacks the field 'qdiff.live'")]
    [InlineData("README.md", "  live: ", "  live: 9", "the field 'qdiff.live' of the card is 9")]
    [InlineData("README.md", "    sampler: \"dpm++2m\"\n", "", "the card lacks the field 'qdiff.samples.sampler'")]
    [InlineData("README.md", "      protocol: ", "      protokol: ", "the card lacks the field 'qdiff.measured[0].protocol'")]
    [InlineData("README.md", "file: \"model", "file: \"../model", "the plain name of a .safetensors file is expected")]
    [InlineData("README.md", "---\n", "--\n", "does not begin with a head, YAML between two lines '---'")]
    [InlineData("README.md", "tags: [", "tags: [[", "README.md:")]
    [InlineData("README.md", "sha256: ", "sha256: 0", "64 hexadecimal digits are expected")]
    [InlineData("README.md", "arithmetic: ", "other: ", "the card lacks the field 'qdiff.samples.arithmetic'")]
    [InlineData("config.yaml", "name: tiny", "name: tint", "was saved with another configuration than the one beside it")]
    [InlineData("config.yaml", "name: unet", "name: qvunet-1fq", "holds the weights of unet, paper wiring; the configuration "
        + "beside it is of qvunet-1fq")]
    public void WhatDoesNotBelongTogetherIsNamed(string file, string? from, string? to, string expected)
    {
        string model = MadeModels.Copy(made.One, folder.File("model")), path = Path.Combine(model, file);
        if (from is null) File.Delete(path);
        else
        {
            string text = File.ReadAllText(path);
            int at = text.IndexOf(from, StringComparison.Ordinal);
            Assert.True(at >= 0, "The text is not there.");
            File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
        }

        Assert.Contains(expected, Refused(() => PretrainedModel.Open(model, Papers.Catalog)));
    }

    [Fact]
    public void ChangedWeightsAreNeverTaken()
    {
        string model = MadeModels.Copy(made.One, folder.File("model")), path = Path.Combine(model, "model.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("is damaged or was changed: its SHA-256 is " + Sha256(path),
            Refused(() => PretrainedModel.Open(model, Papers.Catalog)));
        // A card that was made to fit does not help against weights of another network, nor against what is no number.
        foreach ((SafeTensors other, string expected) in ((SafeTensors, string)[])[
            (Changed("time.dense0.bias", tensor => new(ElementType.F32, [1, tensor.Count], tensor.Bytes)),
                "'time.dense0.bias' has shape 1×"),
            (Changed("time.dense0.bias", tensor => null), "has no tensor 'time.dense0.bias'"),
            (Changed("time.dense0.bias", tensor => StoredArray.Create([.. tensor.Shape],
                tensor.ToSingles().Select(_ => float.NaN).ToArray())), "has a weight that is NaN"),
            (Changed("none", tensor => tensor, withMetadata: false), "the metadata lack qdiff.model")])
        {
            other.Write(path);
            File.WriteAllText(Path.Combine(model, "README.md"), File.ReadAllText(Path.Combine(made.One, "README.md"))
                .Replace(Sha256(Path.Combine(made.One, "model.safetensors")), Sha256(path)));
            Assert.Contains(expected, Refused(() => PretrainedModel.Open(model, Papers.Catalog).Load()));
        }
    }

    [Fact]
    public void OtherSamplesDoNotPass()
    {
        string model = MadeModels.Copy(made.One, folder.File("model")), card = Path.Combine(model, "README.md");
        File.WriteAllText(card, File.ReadAllText(card).Replace("    seed: 7\n", "    seed: 8\n"));
        PretrainedCheck check = PretrainedModel.Open(model, Papers.Catalog).Check();
        Assert.False(check.Passes);
        Assert.False((check with { SameArithmetic = false }).Passes);
        Assert.True(new PretrainedCheck(SameArithmetic: false, Equal: false, 0.09).Passes);
        Assert.False(new PretrainedCheck(SameArithmetic: true, Equal: false, 0.09).Passes);
        PretrainedMaking.Redraw(PretrainedModel.Open(model, Papers.Catalog));
        Assert.True(PretrainedModel.Open(model, Papers.Catalog).Check().Equal);
        File.WriteAllText(card, File.ReadAllText(card).Replace("arithmetic: \"", "arithmetic: \"0"));
        Assert.False(PretrainedModel.Open(model, Papers.Catalog).Check().SameArithmetic);
    }

    [Fact]
    public void NamesAreLookedForInOrder()
    {
        MadeModels.Copy(made.Each, Path.Combine(folder.File("first"), "one"));
        // What a making that was killed leaves behind is no model.
        MadeModels.Copy(made.Each, Path.Combine(folder.File("first"), "two.0123.unfinished"));
        var models = new PretrainedModels([folder.File("first"), made.Models]);
        Assert.Equal(["each", "one"], models.All().Select(path => Path.GetFileName(path)));
        Assert.Equal(Path.Combine(folder.File("first"), "one"), models.Find("one"));
        Assert.Equal(made.One, models.Find(made.One));
        // A damaged one is not replaced by the next of its name.
        Directory.CreateDirectory(Path.Combine(folder.File("first"), "each"));
        Assert.Contains("is no pretrained model: it has no README.md",
            Refused(() => PretrainedModel.Open(models.Find("each"), Papers.Catalog)));
        Directory.Delete(Path.Combine(folder.File("first"), "each"));
        Assert.Equal("There is no pretrained model 'on'. Did you mean one? There are each, one.",
            Refused(() => models.Find("on")));
        Assert.Contains("'no/where'", Refused(() => models.Find("no/where")));
        Assert.Contains("There is no folder of models", Refused(() => new PretrainedModels([folder.File("gone")]).All()));
    }

    SafeTensors Changed(string name, Func<StoredArray, StoredArray?> change, bool withMetadata = true)
    {
        var file = SafeTensors.Read(Path.Combine(made.One, "model.safetensors"));
        return new(file.Names.Select(n => (Name: n, Array: n == name ? change(file[n]) : file[n]))
            .Where(entry => entry.Array is not null).Select(entry => KeyValuePair.Create(entry.Name, entry.Array!)),
            withMetadata ? file.Metadata : []);
    }

    static string Refused(Action act) => Assert.Throws<InputException>(act).Message;

    static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
