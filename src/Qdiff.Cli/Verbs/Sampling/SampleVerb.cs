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
sealed class SampleVerb(Catalog catalog)
{
    const int GifFrames = 32;

    const int MostScale = 64;

    readonly RunArguments source = new(catalog, "run", "A run folder, or the folder of a network for each class.");
    readonly Option<int?> count = new("--count", "-n") { Description = "Images to draw; the configuration's number by default." };
    readonly Option<long?> seed = new("--seed") { Description = "Image i depends on this seed and i alone." };
    readonly Option<long> first = new("--first") { Description = "Number of the first image.", DefaultValueFactory = _ => 0 };
    readonly Option<string[]> classes = new("--class")
    {
        Description = "Classes by name or number, in turn; all in turn by default. May be repeated.",
        DefaultValueFactory = _ => []
    };
    readonly GuidanceArguments guidance = new();
    readonly CalibrationArguments calibration = new();
    readonly Option<string?> dataDir = CommonOptions.DataDir();
    readonly NoiseArguments measuring = new();
    readonly SamplerArguments sampler = new(catalog);
    readonly Option<int?> steps = new("--steps") { Description = "Timesteps visited." };
    readonly WeightsArguments weights = new();
    readonly Option<int?> strip = new("--strip")
    { Description = "Draw the denoising trajectory of each image, in so many frames from left to right." };
    readonly Option<bool> estimates = new("--estimates")
    { Description = "In a trajectory, show the estimate of the clean image instead of the noisy image." };
    readonly Option<string?> output = new("--output", "-o")
    {
        Description = "File: .png for a grid or strip, .gif for the denoising trajectory, .npz for the values; RUN/samples/ by "
            + "default."
    };
    readonly Option<int?> scale = new("--scale")
    { Description = "Pixels of the file for one pixel of an image, in both directions; 2 by default." };
    readonly Option<bool> force = new("--force") { Description = "Replace a file that holds other images." };

    /// <summary>What draws, which classes, how, and where the usual file lies.</summary>
    sealed record Asked(TrainedRun Trained, ClassNetworks? EachClass, ClassChoice Choice, SamplingConfig Config, string Place)
    {
        public required CircuitMeasurement? Measurement { get; init; }
        public required long First { get; init; }
        public required int? Frames { get; init; }
        public required string? DataFolder { get; init; }
        public required bool Estimates { get; init; }
        public required int? Scale { get; init; }
        public required bool Quiet { get; init; }

        public Shape Image => Trained.Network.Image;

        public int Enlarged => Scale ?? 2;
    }

    public static Command Create(Catalog catalog)
    {
        var verb = new SampleVerb(catalog);
        var sample = new Command("sample", "Draw images from a trained run.")
        {
            verb.count, verb.seed, verb.first, verb.classes, verb.steps, verb.strip, verb.estimates, verb.output, verb.scale,
            verb.force, verb.dataDir
        };
        verb.source.AddTo(sample);
        verb.weights.AddTo(sample);
        verb.sampler.AddTo(sample);
        verb.guidance.AddTo(sample);
        verb.calibration.AddTo(sample);
        verb.measuring.AddWithoutSeedTo(sample);
        sample.SetAction(verb.Run);
        return sample;
    }

    int Run(ParseResult parsed)
    {
        using var interruption = new Interruption();
        Asked asked = Open(parsed);
        SampleRecipe recipe = SampleRecipe.Create(asked.Trained, asked.Config, asked.Choice.Labels);
        string target = parsed.GetValue(output) ?? Path.Combine(asked.Place, "samples", FileName(parsed, asked, recipe));
        string kind = Path.GetExtension(target).ToLowerInvariant();
        Require(asked, target, kind, isNamed: parsed.GetValue(output) is not null);
        Ranks.Processes.RequireSameProgram();
        Ranks.Processes.RequireEqual("weights or settings",
            $"{recipe.Key} {asked.First} {asked.Config.Count} {asked.Frames} {kind}{measuring.NameOf(parsed)}");
        asked.Measurement?.Require(asked.Trained.Network);
        RequireRoom(asked, kind);
        string words = string.Create(CultureInfo.InvariantCulture,
            $"samples from {asked.First}: {recipe.Words}{measuring.NameOf(parsed).Replace('-', ' ')}");
        byte[] content = Content(asked, kind, words, interruption.Token);
        if (!Ranks.Processes.IsFirst) return 0;
        target = ResultFile.Write(target, content, replace: parsed.GetValue(force), makeFolder: parsed.GetValue(output) is null);
        if (parsed.GetValue<bool>(Tool.Json)) Print.Json(Result(asked, target));
        else Print.Line(target);
        return 0;
    }

    Asked Open(ParseResult parsed)
    {
        bool quiet = parsed.GetValue<bool>(Tool.Quiet);
        CircuitMeasurement? measurement = measuring.MeasurementOf(parsed);
        IReadOnlyList<(int? Label, RunFolder Run)> networks = source.Open(parsed);
        string[] named = parsed.GetValue(classes) ?? [];
        // Of networks for a class each the class chooses the network, which itself knows no classes.
        if (networks[0].Label is not null) (networks, named) = (ClassNetworks.Chosen(networks, named), []);
        RunFolder folder = networks[0].Run;
        SamplingConfig config = Sampling(parsed, folder.Experiment.Config);
        if (networks.Count > 1 && weights.AreGiven(parsed))
            throw new InputException("--step, --raw, --from and --allow-earlier choose the weights of one network; choose its "
                + "class with --class.");
        ClassNetworks? eachClass = networks.Count == 1 ? null
            : ProgressLine.While("reading the weights", quiet, () => new ClassNetworks(networks, run => TrainedRun.Open(run)));
        TrainedRun trained = eachClass?.First
            ?? ProgressLine.While("reading the weights", quiet, () => weights.Open(parsed, folder));
        ClassChoice choice = eachClass?.Choice ?? ClassChoice.Create(trained.Network, folder.Manifest.Data, named);
        return new(trained, eachClass, choice, config, eachClass is null ? folder.Path : RunArguments.PlaceOf(networks))
        {
            Measurement = measurement,
            First = parsed.GetValue(first),
            Frames = parsed.GetValue(strip),
            DataFolder = parsed.GetValue(dataDir),
            Estimates = parsed.GetValue(estimates),
            Scale = parsed.GetValue(scale),
            Quiet = quiet,
        };
    }

    /// <summary>How the images are drawn and how many.</summary>
    SamplingConfig Sampling(ParseResult parsed, ExperimentConfig experiment)
    {
        SamplingConfig config = calibration.Apply(parsed,
            guidance.Apply(parsed, sampler.Apply(parsed, experiment.Sampling), experiment.Diffusion.Steps));
        config = config with
        {
            Count = parsed.GetValue(count) ?? config.Count,
            Seed = parsed.GetValue(seed) ?? config.Seed,
            Steps = parsed.GetValue(steps) ?? config.Steps,
        };
        if (config.Count < 1) throw new InputException($"--count {config.Count}: draw at least one image.");
        return parsed.GetValue(first) >= 0 && parsed.GetValue(first) <= long.MaxValue - config.Count ? config
            : throw new InputException($"--first {parsed.GetValue(first)}: images are counted from 0, to 2^63 at most.");
    }

    /// <summary>Refuses, before hours of drawing, what the file cannot be.</summary>
    static void Require(Asked asked, string target, string kind, bool isNamed)
    {
        if (kind is not (".png" or ".npz" or ".gif"))
            throw new InputException($"--output {target}: write a .png, a .gif or an .npz file.");
        if (isNamed) OutputFile.Require("--output", target);
        else if (Ranks.Processes.IsFirst) OutputFile.RequireWritable(target);
        if (asked.Scale is < 1 or > MostScale)
            throw new InputException($"--scale {asked.Scale}: a pixel is drawn as 1 to {MostScale} in both directions.");
        if (asked.Scale is not null && kind == ".npz")
            throw new InputException("--scale is of images, and an .npz file has numbers; leave it out or write a .png or .gif.");
        if (asked.Estimates && asked.Frames is null && kind != ".gif")
            throw new InputException("--estimates belongs to the denoising trajectory: add --strip FRAMES or an --output that "
                + "ends in .gif.");
        if (asked.Frames is not null && kind != ".png")
            throw new InputException($"--strip draws a .png, not {target}; a .gif shows the trajectory without --strip.");
        if (asked.EachClass is not null && (asked.Frames is not null || kind == ".gif"))
            throw new InputException("A denoising trajectory is of one network; choose its class with --class.");
    }

    /// <summary>Refuses, before hours of drawing, more images than the file has room for.</summary>
    static void RequireRoom(Asked asked, string kind)
    {
        if (asked.Frames is { } frames)
            SampleSheet.RequireStripRoom(asked.Image, asked.Config.Count, frames,
                asked.Config.ToSampler(asked.Trained.Catalog, asked.Trained.Schedule).Table(asked.Trained.Schedule),
                asked.Choice, asked.First, asked.Enlarged);
        else if (kind != ".npz")
            SampleSheet.RequireRoom(asked.Image, asked.Config.Count, asked.Choice, asked.First, kind == ".gif",
                asked.Enlarged);
    }

    /// <summary>The file's content.</summary>
    static byte[] Content(Asked asked, string kind, string words, CancellationToken cancellationToken)
    {
        KeyValuePair<string, string>[] texts = [new("Software", "Qdiff"), new("Description", words)];
        if (kind == ".gif" || asked.Frames is not null)
        {
            IReadOnlyList<DenoisingFrame> way = Drawing(asked.Trained, asked.Config, asked.Choice, asked.First)
                .Trajectory(asked.Frames ?? GifFrames, asked.Estimates, cancellationToken);
            return kind == ".png" ? Png.Encode(SampleSheet.Strip(asked.Image, way, asked.Choice, asked.First, asked.Enlarged),
                texts)
                : Gif.Encode([.. way.Select(frame =>
                    SampleSheet.Draw(asked.Image, frame.Images, asked.Choice, asked.First, asked.Enlarged))],
                    delay: 8, lastDelay: 200);
        }

        float[] images = asked.EachClass is not { } networks
            ? Drawing(asked.Trained, asked.Config, asked.Choice, asked.First).Images(cancellationToken)
            : networks.Generate(asked.Config.Count, asked.First, (one, own, from) =>
                Drawing(one, asked.Config with { Count = own }, ClassChoice.Create(one.Network, one.Folder.Manifest.Data, []),
                    from).Images(cancellationToken));
        return kind == ".npz" ? Numbers(asked.Image, images, asked.Choice, asked.First)
            : Png.Encode(SampleSheet.Draw(asked.Image, images, asked.Choice, asked.First, asked.Enlarged), texts);

        SampleDrawing Drawing(TrainedRun trained, SamplingConfig config, ClassChoice choice, long from) =>
            new(trained, config, choice, asked.Quiet)
            {
                First = from,
                Measurement = asked.Measurement,
                DataFolder = asked.DataFolder,
                Stride = asked.EachClass?.Count ?? 1,
            };
    }

    static object Result(Asked asked, string file) => new
    {
        File = file,
        asked.Config.Count,
        asked.Config.Seed,
        asked.Config.Sampler,
        Step = asked.Trained.WeightsFile is null ? asked.Trained.Step : (long?)null,
        Weights = asked.Trained.WeightsFile,
        asked.Config.Guidance,
        Classes = asked.Choice.Labels.Select(asked.Choice.NameOf),
    };

    string FileName(ParseResult parsed, Asked asked, SampleRecipe recipe) => recipe.Name
        + (asked.First == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-from-{asked.First}"))
        + string.Create(CultureInfo.InvariantCulture, $"-n-{asked.Config.Count}")
        + (parsed.GetValue(classes) is { Length: > 0 } && asked.Choice.Labels.Count > 0
            ? $"-class-{ClassNumbers(asked.Choice.Labels)}" : "")
        + measuring.NameOf(parsed)
        + (asked.Frames is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-strip-{asked.Frames}"))
        + (asked.Estimates ? "-estimates" : "") + ".png";

    /// <summary>Of many classes only how many they are and a number made of them all: names of files have an end.</summary>
    static string ClassNumbers(IReadOnlyList<int> labels)
    {
        string all = string.Join('-', labels);
        return all.Length <= 40 ? all
            : $"{labels.Count}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all)))[..8]}";
    }

    static byte[] Numbers(Shape image, float[] samples, ClassChoice classes, long first)
    {
        int count = samples.Length / image.Count;
        List<KeyValuePair<string, StoredArray>> arrays = [new("images", StoredArray.Create([count, .. image.ToArray()],
            samples))];
        if (classes.LabelsOf(count, first) is { } labels)
            arrays.Add(new("labels", StoredArray.Create([count], [.. labels.Select(label => (long)label)])));
        var file = new MemoryStream();
        Npz.Write(file, arrays);
        return file.ToArray();
    }
}
