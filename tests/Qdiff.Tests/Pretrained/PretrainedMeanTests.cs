using System.Security.Cryptography;
using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>A model brings the mean of its training images along, and no other one is taken for it.</summary>
[Collection(MadeModelsCollection.Name)]
public sealed class PretrainedMeanTests(MadeModels made) : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ItIsThatOfTheImages()
    {
        PretrainedModel model = Conditional();
        TrainedRun trained = model.Load();
        MeanStart read = trained.Mean(), wanted = MeanStart.Of(trained.TrainingImages(null), 1, 8);
        Assert.Equal(wanted.Shape, read.Shape);
        Assert.Equal([1, 8], read.Classes);
        foreach (int? label in (int?[])[null, 1, 8]) Assert.Equal(wanted.Image(label), read.Image(label));
        SafeTensors file = FileOf(model.Path);
        Dictionary<string, string> says = new(file.Metadata);
        Assert.Equal(["all", "class.1", "class.8"], file.Names);
        Assert.Equal((trained.TrainingImages(null).Hash, "8"), (says["qdiff.data"], says["qdiff.images"]));
        Assert.Equal(new PretrainedFile("mean.safetensors", Sha256(file.Source)), model.Card.Mean);
    }

    [Fact]
    public void OfSeveralNetworksEachHasItsOwn()
    {
        SafeTensors file = FileOf(made.Each);
        Dictionary<string, string> says = new(file.Metadata);
        Assert.Equal(["class.1", "class.8"], file.Names.Order(StringComparer.Ordinal));
        foreach (int label in (int[])[1, 8])
        {
            TrainedRun trained = PretrainedModel.Open(made.Each, Papers.Catalog).Load(label);
            ImageSet images = trained.TrainingImages(null);
            Assert.Equal(MeanStart.Of(images).Image(), trained.Mean().Image());
            Assert.Equal((images.Hash, "4"), (says[$"qdiff.data.class.{label}"], says[$"qdiff.images.class.{label}"]));
        }
    }

    /// <summary>The images come with the program and are in no folder, so that one is asked in vain.</summary>
    [Fact]
    public void DrawingBeginsFromItWithoutTheImages()
    {
        foreach (TrainedRun trained in (TrainedRun[])[PretrainedModel.Open(made.One, Papers.Catalog).Load(),
            PretrainedModel.Open(made.Each, Papers.Catalog).Load(8), Conditional().Load()])
        {
            Assert.Throws<InputException>(() => trained.TrainingImages("nowhere"));
            ImageSet images = trained.TrainingImages(null);
            var sampler = new DdimSampler { Steps = 3 };
            var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction, sampler)
            {
                Guidance = new(trained.Network.Classes > 0 ? 2 : 1),
            };
            float[] begun = Draw(trained.Calibrate(generator, new() { MeanStart = true }, "nowhere", null, null, default));
            Assert.Equal(Draw(generator.StartingFromMean(images)), begun);
            Assert.NotEqual(Draw(generator), begun);
            Assert.Equal(trained.Sampler(sampler).StartingFromMean(images).Generate(seed: 3, count: 2),
                trained.Sampler(sampler).StartingFromMean(trained.Mean("nowhere")).Generate(seed: 3, count: 2));

            float[] Draw(SampleGenerator from) =>
                from.Generate(trained.Weights, seed: 3, count: 2, labels: i => i % 2 == 0 ? 1 : 8);
        }
    }

    [Fact]
    public void AnotherOneIsNeverTaken()
    {
        string model = Conditional().Path, path = Path.Combine(model, "mean.safetensors"),
            card = Path.Combine(model, "README.md"), said = File.ReadAllText(card), hash = Sha256(path);
        SafeTensors was = FileOf(model);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains($"mean.safetensors is damaged or was changed: its SHA-256 is {Sha256(path)}", Refused(model));
        // A card that was made to fit does not help.
        foreach ((SafeTensors other, string expected) in ((SafeTensors, string)[])[
            (Changed(was, "all", mean => StoredArray.Create([1, 1, 256], mean.ToSingles())),
                "'all' is F32 of shape 1×1×256; the network's images are F32 of 1×16×16."),
            (Changed(was, "all", mean => StoredArray.CreateHalf([1, 16, 16], mean.ToSingles())), "'all' is F16 of shape 1×16×16"),
            (Changed(was, "class.8", mean => null), "has no tensor 'class.8'."),
            (Changed(was, "class.1", mean => Filled(float.NaN)), "'class.1' has a number that is not from -1 to 1."),
            (Changed(was, "class.1", mean => Filled(1.001f)), "'class.1' has a number that is not from -1 to 1."),
            (Changed(was, "none", mean => mean, [new("qdiff.data", new string('0', 64))]),
                "is the mean of other images than the network was trained on: their hash is 00000000"),
            (Changed(was, "none", mean => mean, []), "their hash is not said")])
        {
            other.Write(path);
            File.WriteAllText(card, said.Replace(hash, Sha256(path)));
            Assert.Contains(expected, Refused(model));
            Assert.Contains("mean.safetensors", Assert.Throws<InputException>(() =>
                PretrainedModel.Open(model, Papers.Catalog).Check()).Message);
        }

        File.Delete(path);
        Assert.Contains("mean.safetensors cannot be read", Refused(model));
        File.WriteAllText(card, said.Replace("\"mean.safetensors\"", "\"../mean.safetensors\""));
        Assert.Contains("the field 'qdiff.mean.file' of the card is ../mean.safetensors", Refused(model));
        // The card of an earlier version has no such field.
        File.WriteAllText(card, said.Replace($"  mean: {{file: \"mean.safetensors\", sha256: {hash}}}\n", ""));
        TrainedRun without = PretrainedModel.Open(model, Papers.Catalog).Load();
        Assert.Equal(was["all"].ToSingles(), without.Mean().Image());
        Assert.Throws<InputException>(() => without.Mean("nowhere"));
    }

    [Fact]
    public void WithoutTheImagesAModelIsMadeWithout()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "data.perClass=4", "training.steps=1")),
            manifest = Path.Combine(run, RunManifest.FileName);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(
            RunFolder.Open(run, Papers.Catalog).Manifest.Data.Hash, new string('0', 64)));
        List<string> told = [];
        PretrainedModel model = PretrainedMaking.Make([RunFolder.Open(run, Papers.Catalog)], folder.File("without"),
            MadeModels.Options with { Warn = told.Add });
        Assert.StartsWith("The model goes without its mean image: The network was trained on other images", Assert.Single(told));
        Assert.Null(model.Card.Mean);
        Assert.False(File.Exists(Path.Combine(model.Path, "mean.safetensors")));
    }

    /// <summary>A network of two classes, trained without labels too.</summary>
    PretrainedModel Conditional()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "data.classes=[1, 8]", "data.perClass=4",
            "training.steps=1", "model.classes=10", "training.labelDropout=0.2"));
        return PretrainedMaking.Make([RunFolder.Open(run, Papers.Catalog)], folder.File("conditional"), MadeModels.Options);
    }

    static SafeTensors FileOf(string model) => SafeTensors.Read(Path.Combine(model, "mean.safetensors"));

    static SafeTensors Changed(SafeTensors file, string name, Func<StoredArray, StoredArray?> change,
        IEnumerable<KeyValuePair<string, string>>? says = null) =>
        new(file.Names.Select(n => (Name: n, Array: n == name ? change(file[n]) : file[n]))
            .Where(entry => entry.Array is not null).Select(entry => KeyValuePair.Create(entry.Name, entry.Array!)),
            says ?? file.Metadata);

    static StoredArray Filled(float value) => StoredArray.Create([1, 16, 16], (float[])[.. Enumerable.Repeat(value, 256)]);

    static string Refused(string model)
    {
        string message = Assert.Throws<InputException>(() => PretrainedModel.Open(model, Papers.Catalog).Load().Mean()).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
