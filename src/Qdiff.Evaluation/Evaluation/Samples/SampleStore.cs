using System.Globalization;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The samples of a run's checkpoint, kept in <c>RUN/samples/evaluation/KEY/000000.npz …</c>, 256 a file. Sample i is a function
/// of the recipe and i alone, so that a store can be interrupted, gone on with and extended at will. Safe to share: callers take
/// turns.
/// </summary>
public sealed class SampleStore
{
    /// <summary>Samples in a file.</summary>
    public const int ChunkSize = 256;

    readonly TrainedRun trained;
    readonly SamplingConfig sampling;
    readonly ClassChoice classes;
    readonly Action<string>? warn;
    readonly ProcessGroup processes;
    readonly int place, of;
    readonly string? dataFolder;
    readonly SemaphoreSlim turn = new(1);
    bool cannotKeep;

    SampleStore(string path, SampleRecipe recipe, TrainedRun trained, SamplingConfig sampling, ClassChoice classes,
        Action<string>? warn, ProcessGroup processes, int place, int of, string? dataFolder) =>
        (Path, Recipe, this.trained, this.sampling, this.classes, this.warn, this.processes, this.place, this.of,
            this.dataFolder) = (path, recipe, trained, sampling, classes, warn, processes, place, of, dataFolder);

    /// <summary>Its folder, made with the first samples.</summary>
    public string Path { get; }

    /// <summary>What determines the samples.</summary>
    public SampleRecipe Recipe { get; }

    /// <summary>The store of these samples of a run. Nothing is drawn yet.</summary>
    /// <param name="warn">Is told of files that are damaged and therefore drawn anew.</param>
    /// <param name="processes">Who draws together; the first reads and keeps the samples, all take the same ones.</param>
    /// <param name="place">Of several networks that draw in turn, which this is, from 0.</param>
    /// <param name="of">How many they are: sample i begins with noise number <paramref name="place"/> + i times this, so that no
    /// two networks share any.</param>
    /// <param name="dataFolder">Where the images are that a network is calibrated on, if not where its configuration
    /// says.</param>
    public static SampleStore Open(RunFolder folder, TrainedRun trained, SamplingConfig sampling,
        Action<string>? warn = null, ProcessGroup? processes = null, int place = 0, int of = 1, string? dataFolder = null)
    {
        ClassChoice classes = ClassChoice.Create(trained.Network, folder.Manifest.Data, []);
        SampleRecipe recipe = SampleRecipe.Create(trained, sampling, classes.Labels, place, of);
        return new(System.IO.Path.Combine(folder.PathOf("samples"), "evaluation", recipe.Key), recipe, trained, sampling, classes,
            warn, processes ?? ProcessGroup.Single, place, of, dataFolder);
    }

    /// <summary>
    /// Samples 0 … <paramref name="count"/> − 1, with labels if the network is conditional: sample i has the (i mod k)-th of its
    /// k classes. Those that are not there are drawn and kept; an interruption loses at most the few that are being drawn.
    /// </summary>
    /// <param name="progress">Is told how much of the whole is there, from 0 to 1; from any thread.</param>
    public ImageSet Take(int count, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (count < 1) throw new InputException($"{count} samples are none to evaluate; ask for at least 2.");
        turn.Wait(cancellationToken);
        try
        {
            return TakeAlone(count, progress, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    ImageSet TakeAlone(int count, Action<double>? progress, CancellationToken cancellationToken)
    {
        int size = trained.Network.Image.Count;
        SampleGenerator.RequireRoom(trained.Network.Image, count);
        var pixels = new byte[checked(count * size)];
        SampleGenerator? generator = null;
        double calibrated = 0, told = 0;
        // Two tiles a thread: all threads are busy, and an interruption loses little.
        int unit = (int)Math.Min(ChunkSize, 2L * Tensor.Samples * processes.Threads * processes.Size);
        if (trained.Catalog.Device is not null) unit = ChunkSize;
        // Where processes have different numbers of threads, all draw as many at once as the first would.
        processes.FromFirst(new Span<int>(ref unit));
        for (int first = 0; first < count; first += ChunkSize)
        {
            int wanted = Math.Min(ChunkSize, count - first);
            byte[] chunk = processes.FromFirst(() => Read(first));
            if (chunk.Length >= wanted * size) Tell((double)(first + wanted) / count);
            while (chunk.Length < wanted * size)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int have = chunk.Length / size, more = Math.Min(unit, wanted - have), done = first + have;
                generator ??= Generator(count - done);
                float[] drawn = generator.Generate(trained.Weights, sampling.Seed, more, place + (long)done * of, classes.Of,
                    part => Tell((done + part * more) / count), cancellationToken);
                chunk = [.. chunk, .. drawn.Select(ImageSet.ToPixel)];
                if (processes.IsFirst) Write(first, chunk);
            }

            chunk.AsSpan(0, wanted * size).CopyTo(pixels.AsSpan(first * size));
        }

        return new($"{count} samples, {Recipe.Words}", trained.Network.Image, pixels, classes.LabelsOf(count));

        // What was there before the calibration, which takes its share, counts on.
        void Tell(double done) => progress?.Invoke(told = Math.Max(told, calibrated + (1 - calibrated) * done));

        SampleGenerator Generator(int missing)
        {
            // As much work as drawing so many images for each class.
            double images = (double)sampling.Calibration * Math.Max(1, classes.Labels.Count);
            double share = images / (images + missing);
            SampleGenerator made = trained.Calibrate(
                new(trained.Network, trained.Schedule, trained.Prediction,
                    sampling.ToSampler(trained.Catalog, trained.Schedule), processes.Threads)
                { Guidance = sampling.ToGuidance(), Processes = processes, Device = trained.Catalog.Device, Stride = of },
                sampling, dataFolder, classes.Labels, part => progress?.Invoke(told = Math.Max(told, share * part)),
                cancellationToken);
            calibrated = share;
            return made;
        }
    }

    string FileOf(int first) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{first:000000}.npz"));

    /// <summary>The pixels of the samples in a file, or none.</summary>
    byte[] Read(int first)
    {
        string file = FileOf(first);
        if (!File.Exists(file)) return [];
        try
        {
            StoredArray images = Npz.Read(file, name => name == "images") is [var entry] ? entry.Value
                : throw new InvalidDataException($"{file} has no images.");
            bool fits = images.Type == ElementType.U8 && images.Shape.Count == 4 && images.Shape[0] <= ChunkSize
                && images.Shape.Skip(1).SequenceEqual(trained.Network.Image.ToArray());
            return fits ? images.Bytes.ToArray() : throw new InvalidDataException($"{file} does not hold this run's samples.");
        }
        catch (Exception e) when (e is InvalidDataException or InputException or IOException or UnauthorizedAccessException)
        {
            warn?.Invoke($"{e.Message.TrimEnd('.')}; these samples are drawn anew.");
            return [];
        }
    }

    void Write(int first, byte[] pixels)
    {
        int count = pixels.Length / trained.Network.Image.Count;
        List<KeyValuePair<string, StoredArray>> arrays =
            [new("images", StoredArray.Create([count, .. trained.Network.Image.ToArray()], (ReadOnlySpan<byte>)pixels))];
        if (classes.LabelsOf(count, first) is { } labels)
            arrays.Add(new("labels", StoredArray.Create([count],
                (ReadOnlySpan<long>)[.. labels.Select(label => (long)label)])));
        if (cannotKeep) return;
        try
        {
            WholeFile.Write(FileOf(first), stream => Npz.Write(stream, arrays), makeFolder: true);
        }
        catch (IOException e)
        {
            // Keeping them saves time, no more.
            cannotKeep = true;
            warn?.Invoke($"Samples are drawn but not kept in {Path}: {(e.InnerException ?? e).Message}");
        }
    }
}
