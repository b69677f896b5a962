using System.Text;
using System.Text.Json.Nodes;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public sealed class ClassifierFileTests(ClassifierFileTests.TrainedOnce trained)
    : IClassFixture<ClassifierFileTests.TrainedOnce>, IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public sealed class TrainedOnce
    {
        public DomainClassifier Classifier { get; } = ToyImages.Train(ToyImages.Make(100, seed: 6), steps: 3);
    }

    string Saved()
    {
        string path = folder.File("toy.safetensors");
        trained.Classifier.Save(path);
        return path;
    }

    string Written(string name, byte[] bytes)
    {
        folder.Write(name, bytes);
        return folder.File(name);
    }

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        DomainClassifier loaded = DomainClassifier.Load(Saved());
        ImageSet images = ToyImages.Make(20, seed: 9);
        Assert.Equal(trained.Classifier.WeightsHash, loaded.WeightsHash);
        Assert.Equal(trained.Classifier.Card.Confusion, loaded.Card.Confusion);
        Assert.Equal(trained.Classifier.Card.HeldOut, loaded.Card.HeldOut);
        Assert.Equal(trained.Classifier.Classify(images), loaded.Classify(images));
        Assert.Equal(["toy.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void TheHashIsThatOfTheBytesAfterTheHeader()
    {
        byte[] bytes = File.ReadAllBytes(Saved());
        int start = 8 + (int)BitConverter.ToInt64(bytes);
        Assert.Equal("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(start))),
            trained.Classifier.WeightsHash);
    }

    [Fact]
    public void EveryCutIsRefused()
    {
        byte[] bytes = File.ReadAllBytes(Saved());
        foreach (int length in (int[])[0, 5, 8, 100, bytes.Length / 2, bytes.Length - 4, bytes.Length - 1])
            Refused("cut.safetensors", Written("cut.safetensors", bytes[..length]));
    }

    [Fact]
    public void AChangedWeightIsRefused()
    {
        byte[] bytes = File.ReadAllBytes(Saved());
        bytes[^3] ^= 1;
        Refused("is damaged: the hash of its weights", Written("changed.safetensors", bytes));
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        Refused("cannot be read", folder.File("missing.safetensors"));
        Refused("other.safetensors is no", Written("other.safetensors",
            Encoding.UTF8.GetBytes("hello, this is a text of no use")));
        string plain = folder.File("plain.safetensors");
        new SafeTensors([KeyValuePair.Create("a", StoredArray.Create([1], [1f]))]).Write(plain);
        Refused("plain.safetensors is no classifier", plain);
    }

    [Theory]
    [InlineData("domain", "\"../etc\"", "of the domain '../etc'")]
    [InlineData("image", "[1,12]", "channels, height and width are expected")]
    [InlineData("image", "[1,12,1000000]", "not for 1×12×1000000")]
    [InlineData("image", "[1,0,12]", "not for 1×0×12")]
    [InlineData("image", "[3,12,12]", "the tensor 'stem.conv.weight' is F32 of [8, 1, 5, 5]; F32 of [8, 3, 5, 5] is needed")]
    [InlineData("width", "2147483640", "not 2147483640")]
    [InlineData("width", "16", "the tensor 'stem.conv.weight'")]
    [InlineData("blocks", "0", "has a tensor 'stage0.block0.conv.weight' that is no part")]
    [InlineData("blocks", "2", "has no tensor 'stage0.block1.conv.weight'")]
    [InlineData("blocks", "\"many\"", "cannot be read")]
    [InlineData("classNames", "[\"a\"]", "the confusion matrix should be 1 × 1")]
    [InlineData("classNames", "null", "cannot be read")]
    [InlineData("classNames", "[\"a\",null,\"c\"]", "a class without a name")]
    [InlineData("confusion", "[[1,2,3],[4,5,6]]", "the confusion matrix should be 3 × 3")]
    [InlineData("confusion", "[[1,2,3],[4,5,6],null]", "the confusion matrix should be 3 × 3")]
    [InlineData("confusion", "[[1,2,3],[4,-5,6],[7,8,9]]", "none negative")]
    [InlineData("confusion", "[[2000000000,2,3],[4,5,6],[7,8,9]]", "10,000,000")]
    [InlineData("crossValidation", "[[0,0,0],[0,0,0],[0,0,0]]", "of 1 to")]
    [InlineData("training", "null", "cannot be read")]
    [InlineData("weights", "\"sha256:00\"", "is damaged")]
    public void CardsThatDoNotFitAreRefused(string property, string json, string expected)
    {
        string path = Saved();
        SafeTensors file = SafeTensors.Read(path);
        JsonNode card = JsonNode.Parse(file.Metadata.Single(pair => pair.Key == "card").Value)!;
        card[property] = JsonNode.Parse(json);
        new SafeTensors(file.Names.Select(name => KeyValuePair.Create(name, file[name])),
            [.. file.Metadata.Where(pair => pair.Key != "card"), KeyValuePair.Create("card", card.ToJsonString())]).Write(path);
        Refused(expected, path);
    }

    static void Refused(string expected, string path)
    {
        string message = Assert.Throws<InputException>(() => DomainClassifier.Load(path)).Message;
        Assert.Contains(expected, message);
        Assert.Contains(path, message);
    }
}
