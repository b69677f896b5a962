using System.CommandLine;
using System.Globalization;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff sample RUN</c>: draws images from a trained run.</summary>
static class SampleVerb
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run folder." };
        var count = new Option<int?>("--count", "-n") { Description = "Images to draw; the configuration's number by default." };
        var seed = new Option<long?>("--seed") { Description = "Image i depends on this seed and i alone." };
        var first = new Option<long>("--first") { Description = "Number of the first image.", DefaultValueFactory = _ => 0 };
        var sampler = new Option<string?>("--sampler") { Description = "ddpm, ddim, heun or dpm++2m." };
        var steps = new Option<int?>("--steps") { Description = "Timesteps visited." };
        var step = new Option<long?>("--step") { Description = "Draw from the checkpoint of this step; the latest by default." };
        var raw = new Option<bool>("--raw") { Description = "Draw with the raw weights instead of their average." };
        var output = new Option<string?>("--output", "-o") { Description = "File: .png for a grid, .npz for the numbers; RUN/samples/ by default." };
        var sample = new Command("sample", "Draw images from a trained run.") { run, count, seed, first, sampler, steps, step, raw, output };
        sample.SetAction(parsed =>
        {
            RunFolder folder = RunFolder.Open(parsed.GetRequiredValue(run));
            SamplingConfig config = folder.Experiment.Config.Sampling;
            if (parsed.GetValue(sampler) is { } name) config = config with { Sampler = name, Steps = null, Spacing = Sampler.Named(name).Spacing };
            config = config with { Count = parsed.GetValue(count) ?? config.Count, Seed = parsed.GetValue(seed) ?? config.Seed, Steps = parsed.GetValue(steps) ?? config.Steps };
            if (config.Count < 1) throw new InputException($"--count {config.Count}: draw at least one image.");
            if (parsed.GetValue(first) < 0) throw new InputException($"--first {parsed.GetValue(first)}: images are counted from 0.");
            TrainedRun trained = TrainedRun.Open(folder, parsed.GetValue(step), parsed.GetValue(raw),
                warning => Console.Error.WriteLine("qdiff: " + warning));
            string target = parsed.GetValue(output) ?? Path.Combine(folder.Samples, string.Create(CultureInfo.InvariantCulture,
                $"{config.Sampler}-step-{trained.Step:000000}-seed-{config.Seed}-{config.Count}.png"));
            float[] images = Generate(trained, config, parsed.GetValue(first), parsed.GetValue(Tool.Quiet));
            Save(target, trained.Network.Image, images, config, trained.Step);
            if (parsed.GetValue(Tool.Json)) Print.Json(new { File = target, config.Count, config.Seed, config.Sampler, trained.Step });
            else Console.WriteLine(target);
            return 0;
        });
        return sample;
    }

    /// <summary>Draws with progress; an interruption throws <see cref="OperationCanceledException"/>.</summary>
    public static float[] Generate(TrainedRun trained, SamplingConfig config, long first, bool quiet)
    {
        using var interruption = new Interruption();
        using var line = new ProgressLine(quiet);
        Sampler method = config.ToSampler();
        var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction, method);
        return generator.Generate(trained.Weights, config.Seed, first, config.Count, i => (int)(i % Math.Max(1, trained.Network.Classes)), Report, interruption.Token);

        void Report(double done) => line.Report(done, remaining => string.Create(CultureInfo.InvariantCulture,
            $"sampling {config.Count:N0} images, {method.Method}: {done:P0}, {ProgressLine.Short(remaining)} left"));
    }

    public static void Save(string path, Shape image, float[] samples, SamplingConfig config, long step)
    {
        if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            Npz.Write(path, [KeyValuePair.Create("images", StoredArray.Of([samples.Length / image.Count, .. image.ToArray()], samples))]);
            return;
        }

        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) throw new InputException($"--output {path}: write a .png or an .npz file.");
        ImageGrid.Save(ImageSet.FromSamples("samples", image, samples), path, new() { Scale = 2 },
            [new("Software", "Qdiff"), new("Description", FormattableString.Invariant($"seed {config.Seed}, {config.Sampler}, step {step}"))]);
    }
}
