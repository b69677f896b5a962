using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public class ClassifierTrainingTests
{
    [Fact]
    public void AToySetIsLearned()
    {
        ImageSet images = ToyImages.Make(240, seed: 5);
        var training = new ClassifierTraining(images, ToyImages.Recipe, seed: 3);
        ClassifierStep[] steps = [.. training.Run()];
        Assert.Equal(Enumerable.Range(1, training.Steps), steps.Select(step => step.Number));
        Assert.InRange(steps[0].Loss, 0.7, 2);
        Assert.True(steps.TakeLast(10).Average(step => step.Loss) < 0.2, $"The loss is still {steps[^1].Loss}.");
        DomainClassifier classifier = training.Finish(ToyImages.Make(150, 77), "test");
        Assert.True(classifier.Card.Accuracy().Accuracy > 0.95, $"accuracy {classifier.Card.Accuracy().Accuracy}");
        Assert.Equal((240, 150, images.Hash), (classifier.Card.Training.Count, classifier.Card.HeldOut.Count,
            classifier.Card.Training.Hash));
        Assert.Equal(["bar 0", "bar 1", "bar 2"], classifier.ClassNames);
    }

    [Fact]
    public void TheResultDoesNotDependOnTheThreads()
    {
        ImageSet images = ToyImages.Make(100, seed: 6);
        string one = ToyImages.Train(images, threads: 1, steps: 8).WeightsHash;
        Assert.Equal(one, ToyImages.Train(images, threads: 2, steps: 8).WeightsHash);
        Assert.NotEqual(one, ToyImages.Train(images, threads: 2, steps: 8, seed: 4).WeightsHash);
    }

    [Fact]
    public void UnfitImagesAreRefused()
    {
        var plain = new ImageSet("plain", [1, 12, 12], new byte[144]);
        Assert.Contains("no labels", Assert.Throws<InputException>(() =>
            new ClassifierTraining(plain, ToyImages.Recipe)).Message);
        Assert.Contains("1×6×6", Assert.Throws<InputException>(() =>
            new ClassifierTraining(ToyImages.Make(9, 1, side: 6), ToyImages.Recipe)).Message);
        Assert.Contains("at least 1 epoch", Assert.Throws<InputException>(() =>
            new ClassifierTraining(ToyImages.Make(9, 1), ToyImages.Recipe with { Epochs = 0 })).Message);
    }

    [Theory]
    [InlineData(1, 28, 28, 10, 12, 1, "multiple of 8")]
    [InlineData(1, 28, 28, 1, 16, 1, "not 1")]
    [InlineData(1, 28, 28, 10, 16, 9, "not 9")]
    [InlineData(3, 28, 500, 10, 16, 1, "3×28×500")]
    public void SizesOutsideTheLimitsAreRefused(int channels, int height, int width, int classes, int stem, int blocks,
        string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() =>
            new ClassifierNetwork([channels, height, width], classes, stem, blocks)).Message);

    [Fact]
    public void GradientsReachEveryWeight()
    {
        var network = new ClassifierNetwork([3, 64, 64], 5, width: 8, blocks: 2);
        var gradient = new WeightGradient(network.Parameters);
        new TileWorkers(1).Gradient(new Weights(network.Parameters).Initialise(1), 1, gradient, (space, _) =>
        {
            Tensor x = space.Input([3, 64, 64]);
            new RandomStream(1, "input").FillNormal(x.Values);
            var ones = new float[Tensor.Samples];
            Array.Fill(ones, 1);
            space.Backward(Operation.CrossEntropy(network.Apply(x).Logits, [0, 1, 2, 3, 4]), ones);
        });
        Assert.All(network.Parameters, parameter => Assert.True(gradient[parameter].ContainsAnyExcept(0f), parameter.Name));
    }

    [Fact]
    public void FoldsDivideEachClassAndCoverTheSet()
    {
        ImageSet images = ToyImages.Make(203, seed: 8);
        int[] perClass = [.. Enumerable.Range(0, 3).Select(k => images.Labels.Count(k))];
        var seen = new List<string>();
        for (int fold = 0; fold < 5; fold++)
        {
            (ImageSet training, ImageSet heldOut) = StratifiedFolds.Split(images, fold, 5, seed: 1);
            Assert.Equal(203, training.Count + heldOut.Count);
            for (int k = 0; k < 3; k++) Assert.InRange(heldOut.Labels.Count(k), perClass[k] / 5, perClass[k] / 5 + 1);
            for (int i = 0; i < heldOut.Count; i++) seen.Add(Convert.ToHexString(heldOut.Image(i)));
            Assert.Equal(heldOut.Hash, StratifiedFolds.Split(images, fold, 5, seed: 1).HeldOut.Hash);
        }

        Assert.Equal(203, seen.Distinct().Count());
        Assert.NotEqual(StratifiedFolds.Split(images, 0, 5, seed: 1).HeldOut.Hash,
            StratifiedFolds.Split(images, 0, 5, seed: 2).HeldOut.Hash);
        Assert.Contains("fewer than the 99", Assert.Throws<InputException>(() =>
            StratifiedFolds.Split(images, 0, 99, seed: 1)).Message);
    }
}
