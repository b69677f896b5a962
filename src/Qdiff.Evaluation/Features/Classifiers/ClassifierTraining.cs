using Qdiff.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Qdiff.Evaluation;

/// <summary>
/// Trains a classifier and yields its steps; progress, saving and stopping belong to the caller. Order, augmentation and initial
/// weights are pure functions of the seed and sums run in the order of the tiles, so the result does not depend on the number of
/// threads. For one caller at a time: a second is refused.
/// </summary>
/// <remarks>Adam with decoupled weight decay: Loshchilov and Hutter, arXiv 1711.05101, algorithm 2.</remarks>
public sealed class ClassifierTraining
{
    const double ClipNorm = 1;
    static readonly Adam s_adam = new();
    static readonly ExponentialAverage s_average = new() { CopySteps = 10, Every = 1, MaxDecay = 0.999 };

    readonly ImageSet images;
    readonly ClassifierRecipe recipe;
    readonly long seed;
    readonly DataOrder order;
    readonly TileWorkers workers;
    readonly WeightGradient gradient;
    readonly Weights weights;
    readonly float[] firstMoment, secondMoment;
    readonly int[] indices, tileHits;
    readonly double[] tileLosses;
    readonly Func<long, double> rate;
    readonly OneCaller stepping = new("This classifier is doing a step for another caller, and does one at a time.");
    int step;

    /// <summary>Prepares to train a new network on labelled images.</summary>
    /// <param name="threads">0 for one a processor.</param>
    /// <exception cref="InputException">Images without labels or class names, or of a size that no classifier takes.</exception>
    public ClassifierTraining(ImageSet images, ClassifierRecipe recipe, long seed = 0, int threads = 0)
    {
        if (!images.HasLabels) throw new InputException($"{images.Name} has no labels; a classifier learns from labelled "
            + "images. In a folder, sub-folders are classes.");
        if (recipe.Epochs < 1 || recipe.Batch < 1 || !(recipe.LearningRate > 0) || !(recipe.WeightDecay >= 0))
            throw new InputException("A classifier needs at least 1 epoch, 1 image a step, a learning rate above 0 and no "
                + $"negative weight decay; got {recipe.Epochs}, "
                + Invariant($"{recipe.Batch}, {recipe.LearningRate} and {recipe.WeightDecay}."));
        (this.images, this.recipe, this.seed) = (images, recipe, seed);
        Network = new(images.Shape, Math.Max(images.ClassNames.Count, images.Labels.ToArray().Max() + 1), recipe.Width,
            recipe.Blocks);
        order = new(images.Count, seed);
        workers = new(threads);
        gradient = new(Network.Parameters);
        weights = new Weights(Network.Parameters).Initialise(seed);
        Average = weights.Copy();
        (firstMoment, secondMoment) = (new float[Network.Parameters.Scalars], new float[Network.Parameters.Scalars]);
        indices = new int[recipe.Batch];
        int tiles = TileWorkers.TilesOf(recipe.Batch);
        (tileLosses, tileHits) = (new double[tiles], new int[tiles]);
        Steps = checked((int)Math.Max(1, (long)recipe.Epochs * images.Count / recipe.Batch));
        rate = LearningRate.WarmUp(Steps / 20, LearningRate.Cosine(recipe.LearningRate, Steps - Steps / 20));
    }

    /// <summary>What is trained.</summary>
    public ClassifierNetwork Network { get; }

    /// <summary>The running average of the weights, which is what a classifier is made of.</summary>
    public Weights Average { get; }

    /// <summary>Steps of the whole training.</summary>
    public int Steps { get; }

    /// <summary>Does the remaining steps.</summary>
    /// <exception cref="InputException">The loss is not finite: the learning rate is too high for these images.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop; all steps that were yielded are done.</exception>
    public IEnumerable<ClassifierStep> Run(CancellationToken cancellationToken = default)
    {
        while (step < Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Step();
        }
    }

    /// <summary>The classifier that the training has come to, tested on images that it has not seen.</summary>
    /// <param name="command">What trains it again, for its card.</param>
    /// <exception cref="InputException">Held-out images without labels or of another shape or set of classes.</exception>
    public DomainClassifier Finish(ImageSet heldOut, string command, CancellationToken cancellationToken = default)
    {
        string[] names = [.. Enumerable.Range(0, Network.Classes)
            .Select(k => k < images.ClassNames.Count ? images.ClassNames[k] : $"{k}")];
        var card = new ClassifierCard
        {
            Domain = recipe.Domain,
            Dataset = recipe.Dataset,
            Training = ClassifierCard.ImagesUsed.Of(images),
            HeldOut = ClassifierCard.ImagesUsed.Of(heldOut),
            ClassNames = names,
            Confusion = [],
            Seed = seed,
            Epochs = recipe.Epochs,
            Command = command,
            Image = Network.Image.ToArray(),
            Width = Network.Width,
            Blocks = Network.Blocks,
            WeightsHash = "",
        };
        Weights weights = Average.Copy();
        ClassAccuracy accuracy = new DomainClassifier(card, Network, weights)
            .Check(heldOut, workers.Threads, cancellationToken: cancellationToken);
        return new(card with { Confusion = ClassifierCard.Rows(accuracy) }, Network, weights);
    }

    ClassifierStep Step()
    {
        using OneCaller.Visit visit = stepping.Enter();
        using IDisposable change = weights.BeginChange(), changedAverage = Average.BeginChange();
        // Forward and backward, tile by tile.
        order.Fill(step, indices);
        workers.Gradient(weights, tileLosses.Length, gradient, Tile);
        double loss = 0;
        foreach (double share in tileLosses) loss += share;
        double norm = GradientClipping.ByNorm(gradient.Values, ClipNorm);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new InputException(Invariant(
                $"Training on {images.Name} diverged at step {step + 1}: loss {loss}, gradient norm ")
                + Invariant($"{norm}. Lower the recipe's learning rate, which is {recipe.LearningRate}."));

        // Update the weights, then their running average.
        double now = rate(step);
        if (recipe.WeightDecay > 0) TensorPrimitives.Multiply(weights.Values, (float)(1 - now * recipe.WeightDecay),
            weights.Values);
        s_adam.Step(weights.Values, gradient.Values, firstMoment, secondMoment, now, step + 1);
        weights.Refresh();
        s_average.Update(Average.Values, weights.Values, step);
        Average.Refresh();
        step++;
        return new(step, Steps, loss, (double)tileHits.Sum() / recipe.Batch);
    }

    void Tile(Workspace space, int tile)
    {
        int first = tile * Tensor.Samples, count = Math.Min(Tensor.Samples, recipe.Batch - first);
        Span<int> labels = stackalloc int[count];
        Tensor x = space.Input(images.Shape);
        for (int i = 0; i < count; i++)
        {
            int index = indices[first + i];
            labels[i] = images.Labels[index];
            recipe.Augmentation.Fill(images.Image(index), images.Shape, new(seed, "augmentation", step, first + i),
                x.Values[i..]);
        }

        (_, Tensor logits) = Network.Apply(x);
        Tensor loss = Operation.CrossEntropy(logits, labels);
        Span<float> shares = stackalloc float[Tensor.Samples];
        (double sum, int hits) = (0, 0);
        for (int i = 0; i < count; i++)
        {
            sum += loss.Values[i];
            if (Largest(logits, i) == labels[i]) hits++;
            shares[i] = 1f / recipe.Batch;   // idle samples keep 0
        }

        (tileLosses[tile], tileHits[tile]) = (sum / recipe.Batch, hits);
        space.Backward(loss, shares);
    }

    static int Largest(Tensor logits, int sample)
    {
        int best = 0;
        for (int k = 1; k < logits.Count; k++)
            if (logits.Values[k * Tensor.Samples + sample] > logits.Values[best * Tensor.Samples + sample]) best = k;
        return best;
    }
}
