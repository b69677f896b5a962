using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff sample RUN|--pretrained NAME</c>: draws images from a trained run, of chosen classes, with guidance,
/// or on their way from noise.</summary>
static class SampleVerb
{
    const int GifFrames = 32;

    public static Command Create(Catalog catalog)
    {
        var source = new RunArguments(catalog, "run", "A run folder, or the folder of a network for each class.");
        var count = new Option<int?>("--count", "-n") { Description = "Images to draw; the configuration's number by default." };
        var seed = new Option<long?>("--seed") { Description = "Image i depends on this seed and i alone." };
        var first = new Option<long>("--first") { Description = "Number of the first image.", DefaultValueFactory = _ => 0 };
        var classes =
            new Option<string[]>("--class")
            {
                Description = "Classes by name or number, in turn; all in turn by default. May be repeated.",
                DefaultValueFactory = _ => []
            };
        var guidance = new GuidanceArguments();
        var measuring = new NoiseArguments();
        var sampler = new SamplerArguments(catalog);
        var steps = new Option<int?>("--steps") { Description = "Timesteps visited." };
        var weights = new WeightsArguments();
        var strip = new Option<int?>("--strip")
        { Description = "Draw the denoising trajectory of each image, in so many frames from left to right." };
        var estimates = new Option<bool>("--estimates")
        { Description = "In a trajectory, show the estimate of the clean image instead of the noisy image." };
        var output = new Option<string?>("--output",
            "-o")
        {
            Description =
            "File: .png for a grid or strip, .gif for the denoising trajectory, .npz for the values; RUN/samples/ by default."
        };
        var force = new Option<bool>("--force") { Description = "Replace a file that holds other images." };
        var sample = new Command("sample", "Draw images from a trained run.")
        { count, seed, first, classes, steps, strip, estimates, output, force };
        source.AddTo(sample);
        weights.AddTo(sample);
        sampler.AddTo(sample);
        guidance.AddTo(sample);
        measuring.AddWithoutSeedTo(sample);
        sample.SetAction(parsed =>
        {
            bool quiet = parsed.GetValue<bool>(Tool.Quiet);
            CircuitMeasurement? measurement = measuring.MeasurementOf(parsed);
            using var interruption = new Interruption();
            IReadOnlyList<(int? Label, RunFolder Run)> networks = source.Open(parsed);
            string[] asked = parsed.GetValue(classes) ?? [];
            // Of networks for a class each the class chooses the network, which itself knows no classes.
            if (networks[0].Label is not null) (networks, asked) = (ClassNetworks.Chosen(networks, asked), []);
            RunFolder folder = networks[0].Run;
            SamplingConfig config = sampler.Apply(parsed, folder.Experiment.Config.Sampling);
            config = guidance.Apply(parsed, config) with
            {
                Count = parsed.GetValue(count) ?? config.Count,
                Seed = parsed.GetValue(seed) ?? config.Seed,
                Steps = parsed.GetValue(steps) ?? config.Steps,
            };
            if (config.Count < 1) throw new InputException($"--count {config.Count}: draw at least one image.");
            if (parsed.GetValue(first) < 0 || parsed.GetValue(first) > long.MaxValue - config.Count)
                throw new InputException($"--first {parsed.GetValue(first)}: images are counted from 0, to 2^63 at most.");
            if (networks.Count > 1 && weights.AreGiven(parsed))
                throw new InputException("--step, --raw, --from and --allow-earlier choose the weights of one network; choose "
                    + "its class with --class.");
            ClassNetworks? eachClass = networks.Count == 1 ? null
                : TrainVerb.Waiting("reading the weights", quiet, () => new ClassNetworks(networks, run => TrainedRun.Open(run)));
            TrainedRun trained = eachClass?.First
                ?? TrainVerb.Waiting("reading the weights", quiet, () => weights.Open(parsed, folder));
            ClassChoice choice = eachClass?.Choice ?? ClassChoice.Create(trained.Network, folder.Manifest.Data, asked);
            int? frames = parsed.GetValue(strip);
            long start = parsed.GetValue(first);
            SampleRecipe recipe = SampleRecipe.Create(trained, config, choice.Labels);
            string target = parsed.GetValue(output) ?? Path.Combine(eachClass is null ? folder.Path
                : RunArguments.PlaceOf(networks), "samples", FileName());
            string kind = Path.GetExtension(target).ToLowerInvariant();
            if (kind is not (".png" or ".npz" or ".gif"))
                throw new InputException($"--output {target}: write a .png, a .gif or an .npz file.");
            if (parsed.GetValue(output) is not null) OutputFile.Require("--output", target);
            else if (Ranks.Processes.IsFirst) OutputFile.RequireWritable(target);
            if (parsed.GetValue(estimates) && frames is null && kind != ".gif")
                throw new InputException("--estimates belongs to the denoising trajectory: add --strip FRAMES or an --output "
                    + "that ends in .gif.");
            if (frames is not null && kind != ".png")
                throw new InputException($"--strip draws a .png, not {target}; a .gif shows the trajectory without --strip.");

            if (eachClass is not null && (frames is not null || kind == ".gif"))
                throw new InputException("A denoising trajectory is of one network; choose its class with --class.");

            Ranks.Processes.RequireSameProgram();
            Ranks.Processes.RequireEqual("weights or settings", $"{recipe.Key} {start} {config.Count} {frames} {kind}"
                + measuring.NameOf(parsed));
            // Before hours of drawing.
            measurement?.Require(trained.Network);
            if (kind != ".npz") SampleSheet.RequireRoom(trained.Network.Image, (long)config.Count * (frames ?? 1));

            bool x0 = parsed.GetValue(estimates);
            KeyValuePair<string, string>[] texts = [new("Software", "Qdiff"), new("Description",
                string.Create(CultureInfo.InvariantCulture,
                    $"samples from {start}: {recipe.Words}{measuring.NameOf(parsed).Replace('-', ' ')}"))];
            byte[] content;
            if (kind == ".gif" || frames is not null)
            {
                IReadOnlyList<DenoisingFrame> way = Trajectory(trained, config, measurement, start, frames ?? GifFrames, x0,
                    quiet, choice, interruption.Token);
                content = kind == ".png" ? Png.Encode(SampleSheet.Strip(trained.Network.Image, way, choice, start), texts)
                    : Gif.Encode([.. way.Select(frame => SampleSheet.Draw(trained.Network.Image, frame.Images, choice, start))],
                        delay: 8, lastDelay: 200);
            }
            else
            {
                float[] images = eachClass is null ? Generate(trained, config, start, quiet, choice, interruption.Token,
                    measurement)
                    : eachClass.Generate(config.Count, start, (one, own, from) => Generate(one, config with { Count = own }, from,
                        quiet, ClassChoice.Create(one.Network, one.Folder.Manifest.Data, []), interruption.Token, measurement,
                        eachClass.Count));
                content = kind == ".npz" ? Numbers(trained.Network.Image, images, choice, start)
                    : Png.Encode(SampleSheet.Draw(trained.Network.Image, images, choice, start), texts);
            }

            if (!Ranks.Processes.IsFirst) return 0;
            target = ResultFile.Write(target, content, replace: parsed.GetValue(force),
                makeFolder: parsed.GetValue(output) is null);
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(new
                {
                    File = target,
                    config.Count,
                    config.Seed,
                    config.Sampler,
                    Step = trained.WeightsFile is null ? trained.Step : (long?)null,
                    Weights = trained.WeightsFile,
                    config.Guidance,
                    Classes = choice.Labels.Select(choice.NameOf)
                });
            else Print.Line(target);
            return 0;

            string FileName() => recipe.Name
                + (start == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-from-{start}"))
                + string.Create(CultureInfo.InvariantCulture, $"-n-{config.Count}")
                + (parsed.GetValue(classes) is { Length: > 0 } && choice.Labels.Count > 0
                    ? $"-class-{ClassNumbers(choice.Labels)}" : "")
                + measuring.NameOf(parsed)
                + (frames is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-strip-{frames}"))
                + (parsed.GetValue(estimates) ? "-estimates" : "") + ".png";
        });
        return sample;
    }

    /// <summary>Draws with progress; an interruption throws <see cref="OperationCanceledException"/>.</summary>
    public static float[] Generate(TrainedRun trained, SamplingConfig config, long first, bool quiet, ClassChoice classes,
        CancellationToken cancellationToken, CircuitMeasurement? measurement = null, int stride = 1)
    {
        using var line = new ProgressLine(quiet);
        return Generator(trained, config, measurement, stride).Generate(trained.Weights, config.Seed, config.Count, first,
            classes.Of, done => Sampling(line, config, done), cancellationToken);
    }

    /// <summary>Of many classes only how many they are and a number made of them all: names of files have an end.</summary>
    static string ClassNumbers(IReadOnlyList<int> labels)
    {
        string all = string.Join('-', labels);
        return all.Length <= 40 ? all
            : $"{labels.Count}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all)))[..8]}";
    }

    static IReadOnlyList<DenoisingFrame> Trajectory(TrainedRun trained, SamplingConfig config,
        CircuitMeasurement? measurement, long first, int frames, bool estimates, bool quiet, ClassChoice classes,
            CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(quiet);
        return Generator(trained, config, measurement).Trajectory(trained.Weights, config.Seed, config.Count, frames, first,
            estimates, classes.Of, done => Sampling(line, config, done), cancellationToken);
    }

    static void Sampling(ProgressLine line, SamplingConfig config, double done) =>
        line.Report(done, remaining => string.Create(CultureInfo.InvariantCulture,
            $"sampling {config.Count:N0} images, {config.Sampler}: {done:P0}, {ProgressLine.Short(remaining)} left"));

    static SampleGenerator Generator(TrainedRun trained, SamplingConfig config, CircuitMeasurement? measurement,
        int stride = 1) =>
        new(trained.Network, trained.Schedule, trained.Prediction, config.ToSampler(trained.Catalog, trained.Schedule),
            Ranks.Processes.Threads)
        {
            Processes = Ranks.Processes,
            Stride = stride,
            Guidance = config.ToGuidance(),
            Measurement = measurement,
            Device = trained.Catalog.Device,
        };

    static byte[] Numbers(Shape image, float[] samples, ClassChoice classes, long first)
    {
        int count = samples.Length / image.Count;
        List<KeyValuePair<string, StoredArray>> arrays = [new("images", StoredArray.Create([count, .. image.ToArray()],
            samples))];
        if (classes.Labels.Count > 0)
            arrays.Add(new("labels", StoredArray.Create([count],
                [.. Enumerable.Range(0, count).Select(i => (long)classes.Of(first + i))])));
        var file = new MemoryStream();
        Npz.Write(file, arrays);
        return file.ToArray();
    }
}
