using System.Text.Json;
using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary><c>qdiff pretrained</c> and <c>--pretrained</c> as a process.</summary>
[Collection(MadeModelsCollection.Name)]
public sealed class PretrainedVerbTests(MadeModels made) : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ModelsAreListedForMachines()
    {
        JsonElement rows = JsonDocument.Parse(Done("pretrained", "list", "--json")).RootElement;
        Assert.Equal(["each", "one"], rows.EnumerateArray().Select(row => row.GetProperty("name").GetString())
            .Where(name => name is "one" or "each"));
        JsonElement one = rows.EnumerateArray().Single(row => row.GetProperty("name").GetString() == "one");
        Assert.Equal(("unet", "fashion-mnist-test", 2), (one.GetProperty("model").GetString(),
            one.GetProperty("dataset").GetString(), one.GetProperty("steps").GetInt32()));
        PretrainedCard card = PretrainedCard.Read(Path.Combine(made.One, "README.md"));
        Assert.Equal((card.Parameters, card.Live, card.Sha256), (one.GetProperty("parameters").GetInt32(),
            one.GetProperty("live").GetInt32(), one.GetProperty("sha256").GetString()));
        Assert.Equal(("fid", 1.5), (one.GetProperty("metrics")[0].GetProperty("metric").GetString(),
            one.GetProperty("metrics")[0].GetProperty("value").GetDouble()));
    }

    /// <summary>A model has no log; of a run without one it was said that it was not begun.</summary>
    [Fact]
    public void AModelIsNotShownAsARun()
    {
        foreach (string verb in (string[])["show", "report"])
        {
            (int code, _, string error) = ToolProcess.Run(folder.Path, verb, made.One);
            Assert.Equal(2, code);
            Assert.Contains("is a trained model, which keeps nothing of its training but a card", error);
        }

        Assert.Equal("[]", Done("runs", Path.GetDirectoryName(made.One)!, "--json").Trim());
    }

    [Fact(Explicit = true)]
    public void SamplesOfAModelAreThoseOfItsRun()
    {
        Done("sample", "--pretrained", "one", "--count", "2", "-o", "one.npz", "-q");
        Done("sample", made.Run, "--count", "2", "-o", "run.npz", "-q");
        Assert.Equal(File.ReadAllBytes(folder.File("run.npz")), File.ReadAllBytes(folder.File("one.npz")));
        string picture = Done("sample", "--pretrained", made.One, "--count", "2", "-q").Trim();
        Assert.Equal(Path.Combine("runs", "pretrained", "one", "samples", "step-000002-average-ddim-2-seed-7-n-2.png"), picture);
        Assert.True(File.Exists(folder.File(picture)));
    }

    [Fact(Explicit = true)]
    public void NetworksOfAClassEachDrawInTurn()
    {
        Done("sample", "--pretrained", "each", "--count", "3", "--first", "1", "-o", "both.npz", "-q");
        Done("sample", made.Sweep, "--count", "1", "--first", "1", "--class", "bag", "-o", "bag.npz", "-q");
        Dictionary<string, StoredArray> both = new(Npz.Read(folder.File("both.npz"))),
            bag = new(Npz.Read(folder.File("bag.npz")));
        Assert.Equal([8L, 1, 8], both["labels"].ToInt64s());
        PretrainedModel model = PretrainedModel.Open(made.Each, Papers.Catalog);
        // Image i is number i of its network: no two begin with the same noise.
        Assert.Equal([.. Drawn(8, 1), .. Drawn(1, 2), .. Drawn(8, 3)], both["images"].ToSingles());
        Assert.Equal(Drawn(8, 1), bag["images"].ToSingles());

        float[] Drawn(int label, long number) => model.Load(label).Sampler().Generate(seed: 7, count: 1, first: number);
    }

    [Fact(Explicit = true)]
    public void ARunBecomesAModelThatChecks()
    {
        string told = Done("pretrained", "make", made.Run, "-o", "models/own", "--sampling-steps", "2", "--commit", "0123abcd",
            "--half", "--json");
        JsonElement row = JsonDocument.Parse(told).RootElement;
        Assert.Equal("own", row.GetProperty("name").GetString());
        Assert.Equal(["README.md", "config.yaml", "mean.safetensors", "model.safetensors", "samples.png"],
            Directory.GetFiles(folder.File("models/own")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Contains("Repeated by `qdiff train --config models/own/config.yaml`.",
            File.ReadAllText(folder.File("models/own/README.md")));
        Assert.Contains("the same bit for bit", Done("pretrained", "check", "models/own"));
        Directory.CreateDirectory(folder.File("models/bad"));
        foreach (string file in Directory.GetFiles(folder.File("models/own")))
            File.Copy(file, Path.Combine(folder.File("models/bad"), Path.GetFileName(file)));
        File.AppendAllText(folder.File("models/bad/model.safetensors"), "x");
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "pretrained", "check", "models/bad", "models/own");
        Assert.Equal(2, code);
        Assert.Contains("the same bit for bit", output);
        Assert.Contains("damaged", error);
        Assert.Equal(folder.File("models/own"), Done("pretrained", "path", "models/own").Trim());
    }

    [Fact(Explicit = true)]
    public void WhatIsTrainedCanBeLookedAt()
    {
        Assert.Contains("unet, paper wiring: ", Done("model", "show", "--pretrained", "one"));
        using JsonDocument audit = JsonDocument.Parse(Done("audit", "--pretrained", "one", "--json", "-q"));
        Assert.Equal(PretrainedCard.Read(Path.Combine(made.One, "README.md")).Live,
            audit.RootElement.GetProperty("live").GetInt32());
    }

    /// <summary>What models of one's own take; the rest is in <see cref="BadArgumentTests"/>.</summary>
    [Theory]
    [InlineData("There is no pretrained model 'onne'. Did you mean one?", "sample", "--pretrained", "onne")]
    [InlineData("There is no network for class 2; there are those for 1, 8", "evaluate", "--pretrained", "each", "--class", "2")]
    public void BadInputIsOneLineAnd2(string expected, params string[] arguments)
    {
        (int code, string output, string error) = ToolProcess.RunWith("QDIFF_MODELS", made.Models, folder.Path, arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd('\n').Split('\n')));
    }

    string Done(params string[] arguments)
    {
        (int code, string output, string error) = ToolProcess.RunWith("QDIFF_MODELS", made.Models, folder.Path, arguments);
        Assert.True(code == 0, error);
        return output;
    }
}
