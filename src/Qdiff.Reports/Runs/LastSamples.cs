using System.Numerics.Tensors;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>
/// A few samples of a run's last checkpoint on their way from noise, and the training images nearest to them. They are drawn when
/// the report is made, for a run keeps neither: one tile through the sampler of the run's sheets, so the same images as there.
/// </summary>
sealed record LastSamples(long Step, string Sampler, Raster Strip)
{
    /// <summary>Samples, and frames from noise to image.</summary>
    public const int Count = 8, Frames = 9;

    /// <summary>Training images that are shown of each sample.</summary>
    public const int Neighbours = 3;

    /// <summary>The images that were drawn.</summary>
    public required ImageSet Images { get; init; }

    /// <summary>Draws them.</summary>
    /// <exception cref="InputException">There is no checkpoint, or it does not fit the configuration beside it.</exception>
    public static LastSamples Draw(RunFolder folder, CancellationToken cancellationToken)
    {
        TrainedRun trained = TrainedRun.Open(folder, allowEarlier: true);
        ExperimentConfig config = folder.Experiment.Config;
        Sampler sampler = new SamplePlan(config, folder.Manifest.Data.Count).Sampler;
        ClassChoice classes = ClassChoice.Create(trained.Network, folder.Manifest.Data, []);
        var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction, sampler, threads: 1)
        {
            Guidance = config.Sampling.ToGuidance(),
        };
        IReadOnlyList<DenoisingFrame> frames = generator.Trajectory(trained.Weights, config.Sampling.Seed, Count, Frames,
            labels: classes.Of, cancellationToken: cancellationToken);
        int steps = sampler.Table(trained.Schedule).Count;
        return new(trained.Step, Invariant($"{sampler.Name}, {steps} steps, seed {config.Sampling.Seed}"),
            SampleSheet.Strip(trained.Network.Image, frames, classes))
        {
            Images = ImageSet.FromSamples("samples", trained.Network.Image, frames[^1].Images),
        };
    }

    /// <summary>The training images that differ least from each sample, pixel by pixel.</summary>
    /// <returns>A row of the samples and below it a row for each nearest, second and third; the difference of each sample from
    /// its nearest image, and of as many training images from theirs: root mean squares in grey levels of 255.</returns>
    public (Raster Sheet, double[] Samples, double[] Training) Nearest(ImageSet training)
    {
        int shown = Math.Min(Neighbours, training.Count);
        // As many training images, spread over the set, say what is near.
        int[] some = [.. Enumerable.Range(0, Math.Min(Count, training.Count))
            .Select(i => (int)((i + 0.5) * training.Count / Math.Min(Count, training.Count)))];
        (int Which, double Difference)[][] found = new (int, double)[Images.Count + some.Length][];
        Parallel.For(0, found.Length, i => found[i] = i < Images.Count
            ? Closest(Images.Image(i), training, shown, except: -1)
            : Closest(training.Image(some[i - Images.Count]), training, 1, some[i - Images.Count]));

        List<byte> pixels = [];
        for (int i = 0; i < Images.Count; i++) pixels.AddRange(Images.Image(i));
        for (int rank = 0; rank < shown; rank++)
            for (int i = 0; i < Images.Count; i++) pixels.AddRange(training.Image(found[i][rank].Which));
        string[] rows = ["sample", "nearest", "second", "third"];
        Raster sheet = ImageGrid.Draw(new("neighbours", Images.Shape, [.. pixels]),
            new() { Columns = Images.Count, Scale = 2, RowTitles = rows[..(shown + 1)] });
        double[] differences = [.. found.Select(near => near.Length == 0 ? double.NaN : near[0].Difference)];
        return (sheet, differences[..Images.Count], differences[Images.Count..]);
    }

    static (int Which, double Difference)[] Closest(ReadOnlySpan<byte> image, ImageSet training, int count, int except)
    {
        float[] wanted = new float[image.Length], other = new float[image.Length];
        TensorPrimitives.ConvertTruncating(image, wanted.AsSpan());
        List<(int Which, double Difference)> best = [];
        for (int i = 0; i < training.Count; i++)
        {
            if (i == except) continue;
            TensorPrimitives.ConvertTruncating(training.Image(i), other.AsSpan());
            double difference = TensorPrimitives.Distance<float>(wanted, other) / Math.Sqrt(wanted.Length);
            if (best.Count == count && difference >= best[^1].Difference) continue;
            int place = best.FindIndex(known => difference < known.Difference);
            best.Insert(place < 0 ? best.Count : place, (i, difference));
            if (best.Count > count) best.RemoveAt(count);
        }

        return [.. best];
    }
}
