using System.Numerics.Tensors;
using Qdiff.Quantum;
using Qdiff.Tensors;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff;

/// <summary>
/// Draws images from a trained network on all threads. Sample i is the same alone and in any batch, on any number of threads.
/// Safe to share: all callers together use its threads and their memory, and take turns tile by tile.
/// </summary>
/// <example>
/// <code>
/// var sampler = new SampleGenerator(network, schedule, Prediction.Epsilon, new DdimSampler { Steps = 50 });
/// float[] samples = sampler.Generate(state.Average, seed: 7, count: 16);
/// ImageGrid.Save(ImageSet.FromSamples("samples", network.Image, samples), "samples.png");
/// </code>
/// </example>
public sealed class SampleGenerator(Network network, NoiseSchedule schedule, Prediction prediction, Sampler sampler,
    int threads = 0)
{
    Weights? calibratedFor;
    long calibratedAt;

    /// <summary>Threads and their memory; other work may share them.</summary>
    public TileWorkers Workers { get; init; } = new(threads);

    /// <summary>What the network predicts on instead of the processors, which keep the samples, their noise and the sampler;
    /// null for nothing. Samples then have the bits of the device, whoever else is drawn with them.</summary>
    public Device? Device { get; init; }

    /// <summary>Who else draws: each process takes its share of the tiles and gets all images, whose bits do not depend on how
    /// many processes they are. All ask for the same images.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.Single;

    /// <summary>How the network's circuits are read; null for exact expectations.</summary>
    public CircuitMeasurement? Measurement { get; init; }

    /// <summary>From the number of one image to that of the next: networks of a class each that draw in turn have every k-th,
    /// each from noise of its own.</summary>
    public int Stride { get; init => field = Require.AtLeast(value, 1); } = 1;

    /// <summary>How much a conditional network follows its label.</summary>
    public Guidance Guidance { get; init; } = new();

    /// <summary>The mean errors that the network's predictions are freed of; null for none. See
    /// <see cref="Calibrated"/>.</summary>
    public Calibration? Calibration { get; private set; }

    /// <summary>The mean images that drawing begins from; null for the network's own estimates. See
    /// <see cref="StartingFromMean(ImageSet, IReadOnlyList{int})"/>.</summary>
    public MeanStart? MeanStart { get; private set; }

    /// <summary>The same generator, which begins from the mean image (<see cref="Qdiff.MeanStart"/>).</summary>
    /// <param name="images">Those that the network was trained on, with labels if it takes any.</param>
    /// <param name="labels">The classes that will be drawn, of a conditional network; all that the images have by
    /// default.</param>
    /// <exception cref="InputException">The images have another shape or lack a label, or of the sampler's timesteps all would be
    /// the mean's or none.</exception>
    public SampleGenerator StartingFromMean(ImageSet images, IReadOnlyList<int>? labels = null)
    {
        RequireNullLabel();
        RequireTrainedOn(images, "begin from the mean of");
        IReadOnlyList<int> classes = DrawnClasses(labels ?? ClassesOf(images));
        return StartingFromMean(MeanStart.Of(images, classes), classes);
    }

    /// <summary>The same from means that are known.</summary>
    /// <param name="start">Those of the images that the network was trained on.</param>
    /// <param name="labels">The classes that will be drawn, of a conditional network; all that have a mean by default.</param>
    /// <exception cref="InputException">They are of another shape or lack a class, or of the sampler's timesteps all would be the
    /// mean's or none.</exception>
    public SampleGenerator StartingFromMean(MeanStart start, IReadOnlyList<int>? labels = null)
    {
        RequireNullLabel();
        if (start.Shape != network.Image)
            throw new InputException($"The network draws images of {network.Image}; to begin from a mean image of {start.Shape} "
                + "is impossible.");
        if (DrawnClasses(labels ?? start.Classes).Except(start.Classes).ToArray() is [var lacking, ..])
            throw new InputException($"To begin from the mean image of class {lacking} it takes that image; there are those of "
                + $"the classes {string.Join(", ", start.Classes)}.");
        MeanStart.Require(schedule, sampler.Table(schedule));
        var beginning = (SampleGenerator)MemberwiseClone();
        beginning.MeanStart = start;
        return beginning;
    }

    /// <summary>
    /// The same generator, which takes the network's mean errors off its predictions. They are measured now, at the sampler's
    /// timesteps; that costs as much as drawing so many images for each label, in each process. For these weights and no others.
    /// </summary>
    /// <param name="images">Images like those that the network was trained on, with labels if it takes any.</param>
    /// <param name="count">How many of them for each label, some more than once if there are fewer.</param>
    /// <param name="labels">The classes that will be drawn, of a conditional network; all that the images have by
    /// default.</param>
    /// <param name="progress">Is told how much of the whole is done, from 0 to 1.</param>
    /// <exception cref="InputException">The images have another shape or lack a label, or the network's circuits are
    /// measured.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleGenerator Calibrated(Weights weights, ImageSet images, int count = Calibration.UsualImages,
        IReadOnlyList<int>? labels = null, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        RequireNullLabel();
        Device?.RequireAlone(Processes);
        if (Measurement is not null)
            throw new InputException("The mean errors of a network whose circuits are measured are not known to this version: "
                + "calibrate, or draw by shots or under noise, but not both.");
        RequireTrainedOn(images, "calibrate it with");
        using DeviceNetwork? there = Device?.Load(network, weights, schedule.Steps);
        var measurement = new CalibrationMeasurement(network, weights, schedule, prediction, images)
        {
            Workers = there is null ? Workers : new(there.Callers),
            There = there,
        };
        int[] timesteps = [.. sampler.Table(schedule).ToArray().Order()];
        long version = weights.Version;
        var calibrated = (SampleGenerator)MemberwiseClone();
        try
        {
            calibrated.Calibration = measurement.Run(count, timesteps, DrawnLabels(labels, images), progress,
                cancellationToken);
        }
        catch (AngleNotFiniteException e)
        {
            throw WithoutSamples(e);
        }

        (calibrated.calibratedFor, calibrated.calibratedAt) = (weights, version);
        return calibrated;
    }

    /// <summary>The labels that the network will be asked for.</summary>
    IReadOnlyList<int> DrawnLabels(IReadOnlyList<int>? classes, ImageSet images)
    {
        if (network.Classes == 0) return [Calibration.NoLabel];
        List<int> labels = [.. DrawnClasses(classes ?? ClassesOf(images))];
        if (Guidance.Scale != 1 && network.NullLabel is { } none) labels.Add(none);
        return labels;
    }

    /// <summary>Those of these classes that the network will be asked for: all or none.</summary>
    IReadOnlyList<int> DrawnClasses(IReadOnlyList<int> classes) => network.Classes == 0 || Guidance.Scale == 0 ? [] : classes;

    static int[] ClassesOf(ImageSet images) => [.. images.Labels.ToArray().Distinct().Order()];

    void RequireTrainedOn(ImageSet images, string purpose)
    {
        if (images.Shape != network.Image)
            throw new InputException($"The network draws images of {network.Image}; to {purpose} those of {images.Name}, which "
                + $"have {images.Shape}, is impossible.");
        if (network.Classes > 0 && !images.HasLabels)
            throw new InputException($"The network is conditional; to {purpose} images they need labels, and {images.Name} has "
                + "none.");
    }

    /// <summary>
    /// Samples <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of <paramref name="seed"/>, one
    /// after another, [count][channels][height][width] in −1 … 1; with a <see cref="Stride"/> every so manyth from
    /// <paramref name="first"/> on.
    /// </summary>
    /// <param name="labels">Gives sample i its class, for a conditional network; asked for all samples of this process by the
    /// caller's thread, before any is drawn.</param>
    /// <param name="progress">Is told after each step of each tile how much of the whole is done, from 0 to 1; from several
    /// threads.</param>
    /// <exception cref="ArgumentException">The network has no such label.</exception>
    /// <exception cref="InputException">What it draws is no finite number, it cannot be drawn so, or does not fit into
    /// memory.</exception>
    /// <exception cref="OperationCanceledException">It, or another of the processes, was asked to stop.</exception>
    /// <exception cref="InvalidOperationException">Another thread is changing the weights, by a training step, say: draw from a
    /// <see cref="Weights.Copy"/> of them.</exception>
    public float[] Generate(Weights weights, long seed, int count, long first = 0, Func<long, int>? labels = null,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireNumbers(count, first);
        RequireRoom(network.Image, count);
        var images = new float[(long)count * network.Image.Count];
        Run(weights, seed, count, first, labels, progress, cancellationToken, (state, start, members) =>
        {
            if (state.T == NoiseSchedule.Clean) CopySamples(state.X, members, images, start);
        });
        Collect(images);
        return images;
    }

    /// <summary>
    /// The denoising trajectory of the same images: the estimate x̂₀ or the noisy x_t after each of <paramref name="frames"/>
    /// steps that are spread evenly over the sampler's, the last being the finished images.
    /// </summary>
    /// <param name="estimates">The estimates x̂₀ instead of x_t.</param>
    /// <param name="labels">Gives sample i its class, as for <see cref="Generate"/>.</param>
    /// <param name="progress">Is told after each step of each tile how much of the whole is done, from 0 to 1.</param>
    /// <exception cref="InputException">As for <see cref="Generate"/>, or there are less than two frames.</exception>
    public IReadOnlyList<DenoisingFrame> Trajectory(Weights weights, long seed, int count, int frames, long first = 0,
        bool estimates = false, Func<long, int>? labels = null, Action<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        TimestepTable table = sampler.Table(schedule);
        if (frames < 2) throw new InputException($"A strip of {frames} frames shows no trajectory; draw at least 2.");
        frames = Math.Min(frames, table.Count + 1);
        RequireNumbers(count, first);
        RequireRoom(network.Image, count, frames);
        int[] steps = [.. Enumerable.Range(0, frames).Select(i => (int)((long)i * table.Count / (frames - 1)))];
        DenoisingFrame[] shown = [.. steps.Select(step =>
            // An estimate was made where the step began that led here.
            new DenoisingFrame(table[estimates && step > 0 && step < table.Count ? step - 1 : step],
                new float[(long)count * network.Image.Count]))];
        Run(weights, seed, count, first, labels, progress, cancellationToken, (state, start, members) =>
        {
            int frame = Array.IndexOf(steps, state.Step);
            // Before the first step there is no estimate yet, and after the last both are the image.
            if (frame >= 0)
                CopySamples(estimates && state.Step > 0 && state.T != NoiseSchedule.Clean ? state.X0 : state.X, members,
                    shown[frame].Images, start);
        });
        foreach (DenoisingFrame frame in shown) Collect(frame.Images);
        return shown;
    }

    /// <summary>Takes each tile from noise to images and shows it at the start and after each step; from several
    /// threads.</summary>
    void Run(Weights weights, long seed, int count, long first, Func<long, int>? labels, Action<double>? progress,
        CancellationToken cancellationToken, Action<SampledTile, int, int> show)
    {
        RequireDrawable(weights, labels);
        using DeviceNetwork? there = Device?.Load(network, weights, schedule.Steps);
        // Whoever waits for a device needs no processor: so many callers at once that it always has the next to do.
        TileWorkers workers = there is null ? Workers : new(there.Callers);
        var tilePrediction = new TilePrediction(network, weights, there);
        (int firstTile, int tiles) = Processes.Share(TileWorkers.TilesOf(count));
        long steps = (long)tiles * sampler.Table(schedule).Count, done = 0;
        try
        {
            Processes.Together(Draw);
        }
        catch (AngleNotFiniteException e)
        {
            throw WithoutSamples(e);
        }

        void Draw()
        {
            int begin = firstTile * Tensor.Samples, end = (int)Math.Min(count, begin + (long)tiles * Tensor.Samples);
            int[] asked = labels is null || network.Classes == 0 ? [] : LabelsOf(labels, first, begin, end);
            workers.Run(weights, tiles, (space, tile) => DrawTile(space, tile, asked), cancellationToken);
        }

        void DrawTile(Workspace space, int tile, int[] asked)
        {
            int start = (firstTile + tile) * Tensor.Samples, members = Math.Min(Tensor.Samples, count - start);
            long[] numbers = [.. Enumerable.Range(0, members).Select(i => first + (long)(start + i) * Stride)];
            int[] classes = asked.Length == 0 ? [] : asked.AsSpan(tile * Tensor.Samples, members).ToArray();
            long passes = 0;
            int[] none = [.. classes.Select(_ => network.NullLabel ?? 0)];
            TileNetwork guided = Guidance.Compose(
                (xt, t, output) => Predict(xt, t, output, classes), (xt, t, output) => Predict(xt, t, output, none));
            SampledTile state = sampler.Start(new Denoiser(guided, schedule, prediction), seed, numbers, network.Image.Count);
            show(state, start, members);
            while (state.Advance())
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Invoke((double)Interlocked.Increment(ref done) / steps);
                show(state, start, members);
            }

            void Predict(ReadOnlySpan<float> xt, int timestep, Span<float> output, int[] labels)
            {
                if (MeanStart is { } mean && MeanStart.Covers(schedule, timestep))
                {
                    mean.Predict(schedule, prediction, xt, timestep, labels, network.NullLabel, members, output);
                    return;
                }

                MeasuredPass? pass = Measurement is null ? null : space.Tool<MeasuredPass>();
                pass?.Begin(Measurement!, seed, numbers, passes++);
                try
                {
                    tilePrediction.Predict(space, xt, timestep, labels, members, output);
                }
                finally
                {
                    pass?.End();
                }

                Calibration?.TakeOff(timestep, labels, members, output);
            }
        }
    }

    /// <summary>The labels of the samples at places <paramref name="begin"/> to below <paramref name="end"/>.</summary>
    int[] LabelsOf(Func<long, int> labels, long first, int begin, int end)
    {
        var asked = new int[Math.Max(0, end - begin)];
        for (int i = 0; i < asked.Length; i++)
        {
            long sample = first + (long)(begin + i) * Stride;
            asked[i] = labels(sample);
            if ((uint)asked[i] >= (uint)network.Labels)
                throw new ArgumentException($"Label {asked[i]} is outside 0 … {network.Labels - 1}, and sample {sample} is to "
                    + "have it.", nameof(labels));
        }

        return asked;
    }

    /// <summary>Refuses numbers of samples that are below 0 or have no room in a long.</summary>
    void RequireNumbers(int count, long first)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, long.MaxValue - (count - 1L) * Stride);
    }

    /// <summary>Refuses what cannot be drawn, or not so.</summary>
    void RequireDrawable(Weights weights, Func<long, int>? labels)
    {
        if (network.Classes > 0 && labels is null)
            throw new InputException($"The network is conditional on {network.Classes} classes: say which to sample.");
        RequireNullLabel();
        if (calibratedFor is not null && calibratedFor != weights)
            throw new ArgumentException("These are other weights than those that the generator was calibrated for.",
                nameof(weights));
        if (calibratedFor is not null && calibratedAt != weights.Version)
            throw new ArgumentException("The weights have changed since the generator was calibrated for them: calibrate it "
                + "anew, or draw from a copy of those.", nameof(weights));
        if (Measurement is not null) CircuitMeasurement.RequireProcessors(Device, Workers);
        Measurement?.Require(network);
        Device?.RequireAlone(Processes);
    }

    void RequireNullLabel()
    {
        if (Guidance.Scale != 1 && network.NullLabel is null)
            throw new InputException(Invariant(
                $"Guidance of scale {Guidance.Scale} needs a network that was trained without labels too: ")
                + $"train with training.labelDropout above 0 (0.1 is usual), or use scale 1.");
    }

    static InputException WithoutSamples(AngleNotFiniteException e) =>
        new("A circuit of the network is fed what is no number, so that there are no samples: its weights are of a training that "
            + "diverged, or a formula of its angles is outside its range.", e);

    void Collect(float[] images) =>
        Processes.Collect<float>(images, TileWorkers.TilesOf(images.Length / network.Image.Count),
            Tensor.Samples * network.Image.Count);

    /// <summary>Says before hours of work that the samples will not fit into memory.</summary>
    /// <exception cref="InputException">They do not.</exception>
    internal static void RequireRoom(Shape image, long count, int frames = 1)
    {
        // Once as they are drawn, and once more as they are written: as bytes, with a label each and the file's own words.
        long each = 2L * sizeof(float) * image.Count * frames, available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        const int Words = 1 << 20;
        long most = Math.Min(available / each,
            (Array.MaxLength - Words) / ((long)sizeof(float) * image.Count * frames + sizeof(long)));
        if (count > most)
            throw new InputException(Invariant(
                $"{count:N0} samples of {image} take {each * (double)count / (1 << 30):N1} GiB of memory at once; here at most ")
                + Invariant($"{most:N0} fit. Ask for fewer, or draw them in parts."))
            { Remedy = Remedy.DrawInParts };
    }

    /// <summary>Refuses what is no number: as pixels it would be black, and be shown and measured like an image.</summary>
    void CopySamples(ReadOnlySpan<float> tile, int members, float[] images, int start)
    {
        int pixels = network.Image.Count;
        for (int i = 0; i < members; i++)
        {
            Span<float> image = images.AsSpan((start + i) * pixels, pixels);
            for (int e = 0; e < pixels; e++) image[e] = tile[e * Tensor.Samples + i];
            if (!TensorPrimitives.IsFiniteAll<float>(image))
                throw new InputException("The network draws what is no finite number, so that there are no samples: its weights "
                    + "are of a training that diverged, or the sampler's steps grow without bound.");
        }
    }
}
