using System.CommandLine;
using System.Globalization;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff sample RUN</c>: draws images from a trained run, of chosen classes, with guidance, or on their way from
/// noise.</summary>
static class SampleVerb
{
    const int GifFrames = 32;

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run folder." };
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
        var sampler = new Option<string?>("--sampler") { Description = "ddpm, ddim, heun or dpm++2m." };
        var steps = new Option<int?>("--steps") { Description = "Timesteps visited." };
        var step = new Option<long?>("--step") { Description = "Draw from the checkpoint of this step; the latest by default." };
        var raw = new Option<bool>("--raw") { Description = "Draw with the raw weights instead of their average." };
        var strip = new Option<int?>("--strip")
        { Description = "Draw each image on its way from noise, in so many frames from left to right." };
        var estimates = new Option<bool>("--estimates")
        { Description = "On the way, show what the network takes the image for instead of the noisy image." };
        var output = new Option<string?>("--output",
            "-o")
        {
            Description =
            "File: .png for a grid or strip, .gif for the way from noise, .npz for the numbers; RUN/samples/ by default."
        };
        var sample = new Command("sample", "Draw images from a trained run.")
        { run, count, seed, first, classes, sampler, steps, step, raw, strip, estimates, output };
        guidance.AddTo(sample);
        sample.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            RunFolder folder = RunFolder.Open(parsed.GetRequiredValue(run));
            SamplingConfig config = folder.Experiment.Config.Sampling;
            if (parsed.GetValue(sampler) is { } name) config = config.With(Sampler.Named(name).Method);
            config = guidance.Apply(parsed, config) with
            {
                Count = parsed.GetValue(count) ?? config.Count,
                Seed = parsed.GetValue(seed) ?? config.Seed,
                Steps = parsed.GetValue(steps) ?? config.Steps,
            };
            if (config.Count < 1) throw new InputException($"--count {config.Count}: draw at least one image.");
            if (parsed.GetValue(first) < 0 || parsed.GetValue(first) > long.MaxValue - config.Count)
                throw new InputException($"--first {parsed.GetValue(first)}: images are counted from 0, to 2^63 at most.");
            TrainedRun trained = TrainedRun.Open(folder, parsed.GetValue(step), parsed.GetValue(raw),
                Print.Warning);
            ClassChoice choice = ClassChoice.Of(trained.Network, folder.Manifest.Data, parsed.GetValue(classes) ?? []);
            int? frames = parsed.GetValue(strip);
            long start = parsed.GetValue(first);
            string classed = parsed.GetValue(classes) is { Length: > 0 } ? $"-class-{string.Join('-', choice.Labels)}" : "";
            string guided = config.Guidance == 1 ? ""
                : string.Create(CultureInfo.InvariantCulture, $"-guidance-{config.Guidance}");
            string target = parsed.GetValue(output) ?? Path.Combine(folder.Samples, string.Create(CultureInfo.InvariantCulture,
                $"{config.Sampler}-step-{trained.Step:000000}-seed-{config.Seed}-{config.Count}{classed}{guided}"
                    + $"{(frames is null ? "" : "-strip")}.png"));
            string kind = Path.GetExtension(target).ToLowerInvariant();
            if (kind is not (".png" or ".npz" or ".gif"))
                throw new InputException($"--output {target}: write a .png, a .gif or an .npz file.");
            OutputFile.Require("--output", target);
            if (parsed.GetValue(estimates) && frames is null && kind != ".gif")
                throw new InputException("--estimates belongs to the way from noise: add --strip FRAMES or an --output that ends "
                    + "in .gif.");
            if (frames is not null && kind != ".png")
                throw new InputException($"--strip draws a .png, not {target}; a .gif shows the way without --strip.");

            // Before hours of drawing.
            if (kind != ".npz") SampleSheet.RequireRoom(trained.Network.Image, (long)config.Count * (frames ?? 1));

            bool quiet = parsed.GetValue(Tool.Quiet), x0 = parsed.GetValue(estimates);
            KeyValuePair<string, string>[] texts = [new("Software", "Qdiff"), new("Description", FormattableString.Invariant(
                $"seed {config.Seed}, samples from {start}, {config.Sampler}, guidance {config.Guidance}, step {trained.Step}"))];
            if (kind == ".gif" || frames is not null)
            {
                IReadOnlyList<DenoisingFrame> way = Trajectory(trained, config, start, frames ?? GifFrames, x0, choice,
                    interruption.Token);
                if (kind == ".png") Png.Save(SampleSheet.Strip(trained.Network.Image, way, choice, start), target, texts);
                else Gif.Save([.. way.Select(frame => SampleSheet.Draw(trained.Network.Image, frame.Images, choice, start))],
                    target, delay: 8, lastDelay: 200);
            }
            else
            {
                float[] images = Generate(trained, config, start, quiet, choice, interruption.Token);
                if (kind == ".npz") SaveNumbers(target, trained.Network.Image, images, choice, start);
                else Png.Save(SampleSheet.Draw(trained.Network.Image, images, choice, start), target, texts);
            }

            if (parsed.GetValue(Tool.Json))
                Print.Json(new
                {
                    File = target,
                    config.Count,
                    config.Seed,
                    config.Sampler,
                    trained.Step,
                    config.Guidance,
                    Classes = choice.Labels.Select(choice.NameOf)
                });
            else Print.Line(target);
            return 0;
        });
        return sample;
    }

    /// <summary>Draws with progress; an interruption throws <see cref="OperationCanceledException"/>.</summary>
    public static float[] Generate(TrainedRun trained, SamplingConfig config, long first, bool quiet, ClassChoice classes,
        CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(quiet);
        return Generator(trained, config).Generate(trained.Weights, config.Seed, first, config.Count, classes.Of, Report,
            cancellationToken);

        void Report(double done) => line.Report(done, remaining => string.Create(CultureInfo.InvariantCulture,
            $"sampling {config.Count:N0} images, {config.Sampler}: {done:P0}, {ProgressLine.Short(remaining)} left"));
    }

    static IReadOnlyList<DenoisingFrame> Trajectory(TrainedRun trained, SamplingConfig config, long first, int frames,
        bool estimates, ClassChoice classes, CancellationToken cancellationToken) =>
        Generator(trained, config).Trajectory(trained.Weights, config.Seed, first, config.Count, frames, estimates, classes.Of,
            cancellationToken);

    static SampleGenerator Generator(TrainedRun trained, SamplingConfig config) =>
        new(trained.Network, trained.Schedule, trained.Prediction, config.ToSampler(trained.Schedule)) { Guidance = config.ToGuidance() };

    static void SaveNumbers(string path, Shape image, float[] samples, ClassChoice classes, long first)
    {
        int count = samples.Length / image.Count;
        List<KeyValuePair<string, StoredArray>> arrays = [new("images", StoredArray.Of([count, .. image.ToArray()], samples))];
        if (classes.Labels.Count > 0)
            arrays.Add(new("labels", StoredArray.Of([count],
                [.. Enumerable.Range(0, count).Select(i => (long)classes.Of(first + i))])));
        Npz.Write(path, arrays);
    }
}
