using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>Noisy images whose class is where the bright bar stands: easy to learn, impossible to guess.</summary>
static class ToyImages
{
    public static ImageSet Make(int count, long seed, int classes = 3, int side = 12)
    {
        var pixels = new byte[count * side * side];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            var random = new RandomStream(seed, "toy image", i);
            labels[i] = random.Next(classes);
            int bar = 1 + labels[i] * (side - 4) / (classes - 1);
            for (int y = 0; y < side; y++)
                for (int x = 0; x < side; x++)
                    pixels[(i * side + y) * side + x] = (byte)(random.Next(90) + (x == bar || x == bar + 1 ? 120 : 0));
        }

        return new("toy", [1, side, side], pixels, labels, [.. Enumerable.Range(0, classes).Select(c => $"bar {c}")]);
    }

    public static ClassifierRecipe Recipe { get; } = new()
    {
        Domain = "toy",
        Dataset = "toy",
        Width = 8,
        Epochs = 10,
        Batch = 24,
        Augmentation = new() { Shift = 0.5, Rotation = 3, Zoom = 0.02, Colour = 0.05 },
    };

    public static DomainClassifier Train(ImageSet images, int threads = 0, long seed = 3, int? steps = null)
    {
        var training = new ClassifierTraining(images, Recipe, seed, threads);
        foreach (ClassifierStep step in training.Run())
            if (step.Number == steps) break;
        return training.Finish(Make(150, 77), "test");
    }
}
