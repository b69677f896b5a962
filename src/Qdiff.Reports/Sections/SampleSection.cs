using System.Globalization;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>The samples over the training, the last ones on their way from noise, and the training images nearest to
/// them.</summary>
static class SampleSection
{
    /// <summary>Bytes of images that a page takes: of frames, and of a sheet.</summary>
    const int FrameBudget = 700_000, SheetBudget = 350_000;

    public static Html Of(RunContent run, RunFolder? folder, ReportOptions options, CancellationToken cancellationToken)
    {
        (List<(long Step, string File)>? frames, List<(long Step, string File)>? sheets) = Images(run);
        Html over = frames is { Count: > 0 } || sheets is { Count: > 0 } ? Frames(frames ?? [], sheets ?? [], run)
            : Piece.Missing(frames is null || sheets is null ? "The samples cannot be read." : "No samples have been drawn yet.");
        return $"{over}{Last(run, folder, options, cancellationToken)}";
    }

    /// <summary>The last image of a run that is sound and small enough for a page, and the weights that it was drawn with, in
    /// words, if they are known; null if it has none.</summary>
    public static (long Step, byte[] Png, string? Weights)? LastImage(RunContent run)
    {
        (List<(long Step, string File)>? frames, List<(long Step, string File)>? sheets) = Images(run);
        bool isFrame = frames is { Count: > 0 };
        if ((isFrame ? frames : sheets) is not [.., var last] || Fitting([last], SheetBudget, run).Shown is not [var shown])
            return null;
        bool? isRaw = isFrame ? PlanOf(run)?.AverageIsYoung(shown.Step) : false;
        return (shown.Step, shown.Png, isRaw switch
        {
            true => "raw weights",
            false => "average of the weights",
            null => null,
        });
    }

    /// <summary>The last image of a run, under the name that the run has on the page.</summary>
    public static Html Figure(string name, (long Step, byte[] Png, string? Weights) image) => $"""
        <figure>{Piece.Picture(image.Png, Invariant($"Samples of {name} after step {image.Step:N0}"))}
        <figcaption>{name}, step {image.Step:N0}{(image.Weights is null ? "" : $", {image.Weights}")}</figcaption></figure>

        """;

    /// <summary>The seed of the noise that all images of a run were drawn from; null if it is not known, or was changed
    /// midway.</summary>
    public static long? NoiseSeed(RunContent run) => run.Experiment?.Config.Sampling.Seed is { } seed
        && !(run.Manifest?.Seeds.TryGetValue("sampling", out long first) == true && first != seed) ? seed : null;

    /// <summary>The frames of its film and its sheets, by step; null what cannot be read.</summary>
    static (List<(long Step, string File)>? Frames, List<(long Step, string File)>? Sheets) Images(RunContent run)
    {
        string samples = run.PathOf("samples");
        return (run.Try(() => Sheets(Path.Combine(samples, "frames"))), run.Try(() => Sheets(samples)));
    }

    /// <summary>What says which frames are of raw weights; null if that is not known.</summary>
    static SamplePlan? PlanOf(RunContent run)
    {
        if (run.Experiment is not { Config: var config } || run.Manifest is not { } manifest) return null;
        return new(config, manifest.Data.Count, config.Transfer.KeepAverageCount ? StepsBefore() : 0);

        // As the checkpoints know it: the source need not have been trained here. No training has more steps than an int counts.
        long StepsBefore() => run.Checkpoints is [.., var latest]
            && run.Try(() => CheckpointContent.StateOf(latest)) is { } state ? Math.Min(state.SourceSteps, int.MaxValue)
            : config.Transfer.StepsBefore;
    }

    /// <summary>The image files <c>step-000123.png</c> of a folder, by step.</summary>
    static List<(long Step, string File)> Sheets(string folder)
    {
        List<(long Step, string File)> found = [];
        if (!Directory.Exists(folder)) return found;
        foreach (string file in Directory.EnumerateFiles(folder, "step-*.png"))
            if (long.TryParse(Path.GetFileNameWithoutExtension(file)["step-".Length..], NumberStyles.None,
                CultureInfo.InvariantCulture, out long step)) found.Add((step, file));
        found.Sort();
        return found;
    }

    static Html Frames(List<(long Step, string File)> frames, List<(long Step, string File)> sheets, RunContent run)
    {
        // A film of the sheets where there are no frames.
        bool filmed = frames.Count > 0;
        (List<(long Step, byte[] Png)> shown, int left) = Fitting(filmed ? frames : sheets, FrameBudget, run);
        Html film = shown.Count == 0 ? Html.None : $"""
            <h3>Over the training</h3>
            <p>{(NoiseSeed(run) is null ? "" : "The same noise in every sheet, so what changes is the training. ")}
            {DrawnWith(shown, filmed, run)}
            {(left > 0 ? $"{left} more sheets are in the run's folder." : "")}</p>
            <div class="frames" id="film" data-label="Step">
            {shown.Select(Frame)}
            </div>

            """;
        if (!filmed || sheets is not [.., var last]) return film;
        (List<(long Step, byte[] Png)> sheet, _) = Fitting([last], SheetBudget, run);
        return sheet is not [(long step, byte[] png)] ? film : $"""
            {film}<h3>After step {step:N0}</h3>
            <figure class="frames wide">{Piece.Picture(png, Invariant($"A sheet of samples after step {step:N0}"))}
            <figcaption>Drawn with the running average of the weights.</figcaption></figure>

            """;
    }

    /// <summary>Which weights the images over the training are of: frames are of the raw ones while their average holds much of
    /// its beginnings, sheets always of the average.</summary>
    static string DrawnWith(List<(long Step, byte[] Png)> shown, bool areFrames, RunContent run)
    {
        const string average = "Drawn with the running average of the weights";
        if (!areFrames) return average + ".";
        if (PlanOf(run) is not { } plan) return average + ", or with the raw ones while that was young.";
        long[] raw = [.. shown.Select(frame => frame.Step).Where(plan.AverageIsYoung)];
        return raw.Length == 0 ? average + "."
            : raw.Length == shown.Count ? "Drawn with the raw weights: their running average held much of its beginnings."
            : $"Up to step {Piece.N(raw[^1])} drawn with the raw weights, then with their running average, which held much of "
                + "its beginnings before.";
    }

    static Html Frame((long Step, byte[] Png) frame) => $"""
        <div class="frame" data-title="step {frame.Step:N0}">{Piece.Picture(frame.Png,
            Invariant($"Samples after step {frame.Step:N0}"))}</div>

        """;

    /// <summary>The images, evenly spread and the last one among them, that together take no more than so many bytes.</summary>
    static (List<(long Step, byte[] Png)> Shown, int Left) Fitting(List<(long Step, string File)> all, int budget, RunContent run)
    {
        List<(long Step, byte[] Png)> read = [];
        foreach ((long step, string file) in all)
            if (run.Try(() => Sound(file)) is { } png) read.Add((step, png));
        int sound = read.Count, count = sound;
        List<(long Step, byte[] Png)> shown = read;
        while (shown.Sum(sheet => (long)sheet.Png.Length) > budget && count > 1)
        {
            count--;
            shown = [.. Enumerable.Range(0, count)
                .Select(i => read[count == 1 ? ^1 : (int)((long)i * (sound - 1) / (count - 1))])];
        }

        return shown.Sum(sheet => (long)sheet.Png.Length) > 3L * budget ? ([], sound) : (shown, sound - shown.Count);
    }

    /// <summary>The file's bytes, if it is a whole image.</summary>
    static byte[] Sound(string file)
    {
        Png.Read(file);
        return InputFile.ReadAll(file);
    }

    static Html Last(RunContent run, RunFolder? folder, ReportOptions options, CancellationToken cancellationToken)
    {
        if (!options.DrawsSamples)
            return Piece.Missing("No denoising trajectory and no nearest training images: this report was made without drawing "
                + "samples.");
        if (folder is null) return Piece.Missing("No denoising trajectory: the run cannot be opened.");
        if (run.Checkpoints.Count == 0) return Piece.Missing("No denoising trajectory: there is no checkpoint yet.");
        options.Doing?.Invoke("drawing samples on their way from noise");
        if (run.Try(() => LastSamples.Draw(folder, cancellationToken)) is not { } last)
            return Piece.Missing("No denoising trajectory: the last checkpoint cannot be sampled.");
        return $"""
            <h3>From noise to image</h3>
            <figure class="frames wide">{Piece.Picture(Png.Encode(last.Strip), Invariant(
                $"{LastSamples.Count} samples in rows, from noise on the left to the finished image on the right"))}
            <figcaption>Samples 0 to {LastSamples.Count - 1} of the weights of step {last.Step:N0} ({last.Sampler}); the
            numbers above are timesteps.</figcaption></figure>
            {Neighbours(run, folder, last, options)}
            """;
    }

    static Html Neighbours(RunContent run, RunFolder folder, LastSamples last, ReportOptions options)
    {
        options.Doing?.Invoke("looking for the training images nearest to the samples");
        ImageSet? training = options.Training
            ?? run.Try(() => folder.Experiment.Config.Data.Load(folder.Experiment.Catalog));
        const string notShown = "The training images nearest to these samples are not shown: ";
        if (training is null || training.Shape != last.Images.Shape || training.Count < 2)
            return Piece.Missing(notShown + "the training images are not at hand.");
        if (training.Hash != folder.Manifest.Data.Hash)
            return Piece.Missing(notShown + "the images where the run's data were are others now.");
        (Raster sheet, double[] samples, double[] real) = last.Nearest(training);
        return $"""
            <h3>Nearest training images</h3>
            <figure class="frames wide">{Piece.Picture(Png.Encode(sheet),
                "The same samples, and below each the training images that differ least from it")}
            <figcaption>Below each sample the training images that differ least from it, pixel by pixel. The nearest differs by
            {Median(samples):0.0} grey levels of 255 (root mean square, median over the samples); training images differ from
            their own nearest by {Median(real):0.0} (median of {real.Length}). A copy would differ by nearly nothing; pixels say
            little of other likeness.</figcaption></figure>

            """;
    }

    static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
