using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public class DomainClassifierTests
{
    /// <summary>Noise with the smoothness of images is enough for what must hold for any image.</summary>
    static ImageSet Noise(Shape shape, int count, int seed = 1)
    {
        var pixels = new byte[count * shape.Count];
        for (int i = 0; i < count; i++)
        {
            var random = new RandomStream(seed, "noise image", i);
            for (int c = 0; c < shape[0]; c++)
            {
                (double a, double b, double phase) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5,
                    6 * random.NextDouble());
                for (int y = 0; y < shape[1]; y++)
                    for (int x = 0; x < shape[2]; x++)
                        pixels[i * shape.Count + (c * shape[1] + y) * shape[2] + x] =
                            (byte)(127 + 100 * Math.Sin(a * x + b * y + phase) + random.Next(28));
            }
        }

        return new("noise", shape, pixels);
    }

    public static TheoryData<string, int, int, int, string> Domains { get; } = new()
    {
        { "digits", 1, 28, 10, "mnist" },
        { "clothes", 1, 28, 10, "fashion-mnist" },
        { "tissue", 3, 28, 9, "pathmnist" },
        { "land-cover", 3, 64, 10, "eurosat" },
    };

    [Theory]
    [MemberData(nameof(Domains))]
    public void ShippedClassifiersSayWhatTheyAre(string domain, int channels, int side, int classes, string dataset)
    {
        DomainClassifier classifier = DomainClassifier.Named(domain);
        Shape shape = [channels, side, side];
        Assert.Same(classifier, DomainClassifier.Named("domain-" + domain));
        Assert.Equal((shape, classes, dataset), (classifier.Image, classifier.ClassNames.Count, classifier.Card.Dataset));
        Assert.Equal([new($"domain-{domain}", 64), new FeatureLayer($"domain-{domain}-logits", classes, IsLogits: true)],
            classifier.Layers);
        Assert.Matches("^sha256:[0-9a-f]{64}$", classifier.WeightsHash);
        Assert.Equal("none", classifier.Resize);
        Assert.InRange(classifier.Parameters, 10_000, 200_000);
        Assert.StartsWith($"qdiff classifier train {domain}", classifier.Card.Command);
        Assert.DoesNotContain('/', classifier.Card.Command);
        ClassAccuracy accuracy = classifier.Card.Accuracy();
        Assert.Equal(classifier.Card.HeldOut.Count, accuracy.Count);
        Assert.InRange(accuracy.Accuracy, 0.75, 1);
        Assert.NotEqual(classifier.Card.Training.Hash, classifier.Card.HeldOut.Hash);
        Assert.Equal(classes, classifier.ClassNames.Where(name => name != "").Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public void FeaturesAreFiniteSpreadAndTheirImagesAlone(string domain, int channels, int side, int classes, string dataset)
    {
        DomainClassifier classifier = DomainClassifier.Named(domain);
        Assert.NotEmpty(dataset);
        ImageSet images = Noise([channels, side, side], 37);
        IReadOnlyList<FeatureSet> all = classifier.Extract(images, [classifier.Layers[1].Name, classifier.Layers[0].Name],
            threads: 2);
        Assert.Equal([(37, classes), (37, 64)], all.Select(set => (set.Count, set.Width)));
        Assert.Equal(classifier.Extractor(classifier.Layers[0]), all[1].Extractor);
        float[] features = Values(all[1]);
        Assert.All(features, value => Assert.True(float.IsFinite(value)));
        for (int f = 0; f < 64; f++)
            Assert.True(Enumerable.Range(0, 37).Any(i => features[i * 64 + f] != features[f]), $"feature {f} is constant");

        int[] chosen = [30, 2, 11];
        float[] alone = Values(classifier.Extract(images.Select(chosen, "three"), [classifier.Name], threads: 1)[0]);
        for (int i = 0; i < 3; i++)
            Assert.Equal(features[(64 * chosen[i])..(64 * chosen[i] + 64)], alone[(64 * i)..(64 * i + 64)]);
    }

    [Fact]
    public void BuiltInClothesAreRecognised()
    {
        DomainClassifier clothes = DomainClassifier.Named("clothes");
        ImageSet whole = FashionMnist.LoadBuiltIn();
        Assert.Equal(whole.Hash, clothes.Card.HeldOut.Hash);
        Assert.Equal(whole.ClassNames, clothes.ClassNames);
        double told = 0;
        ClassAccuracy accuracy = clothes.Check(whole.First(1000), progress: done => told = Math.Max(told, done));
        Assert.True(accuracy.Accuracy > 0.9, $"accuracy {accuracy.Accuracy}");
        Assert.Equal(1, told);
    }

    [Fact]
    public void DigitsDrawnByHandAreRecognised()
    {
        // Digits of straight lines: no data set is needed to see that the network reads them.
        ImageSet drawn = DrawnDigits.Make();
        int right = DomainClassifier.Named("digits").Classify(drawn).Zip(drawn.Labels.ToArray())
            .Count(pair => pair.First == pair.Second);
        Assert.True(right >= 8, $"{right} of 10");
    }

    [Theory]
    [InlineData("mnist", 1, 28, "domain-digits")]
    [InlineData("mnist/train[labels 0,1]", 1, 28, "domain-digits")]
    [InlineData("fashion-mnist-test", 1, 28, "domain-clothes")]
    [InlineData("pathmnist", 3, 28, "domain-tissue")]
    [InlineData("eurosat", 3, 64, "domain-land-cover")]
    [InlineData("eurosat", 3, 32, null)]
    [InlineData("bloodmnist", 3, 28, null)]
    public void ADataSetFindsItsClassifier(string dataset, int channels, int side, string? expected) =>
        Assert.Equal(expected, DomainClassifier.For(dataset, [channels, side, side])?.Name);

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        DomainClassifier digits = DomainClassifier.Named("digits");
        string message = Assert.Throws<InputException>(() => digits.Extract(Noise([3, 32, 32], 1), [digits.Name])).Message;
        Assert.Contains("1×28×28", message);
        Assert.Contains("3×32×32", message);
        Assert.Contains("domain-digits-logits",
            Assert.Throws<InputException>(() => digits.Extract(Noise([1, 28, 28], 1), ["pixels"])).Message);
        Assert.Contains("Did you mean clothes?", Assert.Throws<InputException>(() => DomainClassifier.Named("cloths")).Message);
        Assert.Contains("no labels", Assert.Throws<InputException>(() => digits.Check(Noise([1, 28, 28], 1))).Message);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            digits.Classify(Noise([1, 28, 28], 20), cancellationToken: stopped.Token));
    }

    static float[] Values(FeatureSet set)
    {
        var row = new double[set.Width];
        var all = new List<float>();
        for (int i = 0; i < set.Count; i++)
        {
            set.CopyTo(i, 0, row);
            all.AddRange(row.Select(value => (float)value));
        }

        return [.. all];
    }
}
