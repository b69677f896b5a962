using System.Globalization;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary>
/// Shows a training while it goes on: a live view on a terminal, otherwise a plain line every few seconds, so that logs stay
/// readable.
/// </summary>
sealed class TrainingDisplay(TrainingRun run, bool quiet) : IDisposable
{
    static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(250), s_patience = TimeSpan.FromSeconds(1);
    readonly ProgressLine? line = Terminal.ErrorWidth is null || quiet ? new(quiet) : null;
    readonly List<double> losses = [];
    readonly Lock gate = new();
    readonly SmoothedValue loss = new(), seconds = new();
    long next, imageStep = -1;
    Raster? image;
    string? doing;
    Timer? waiting;
    LiveView? view;

    /// <summary>The loss of the last step, and the smoothed one; null before the first.</summary>
    public (double Last, double Smoothed)? Loss { get; private set; }

    /// <summary>Takes in the steps that earlier sessions did, so that the smoothed loss does not depend on where they
    /// ended.</summary>
    public void Begin()
    {
        if (run.State.Step == 0 || !Ranks.Processes.IsFirst) return;
        try
        {
            foreach (TrainingStep step in StepLog.Read(run.Folder.StepsFile)) Add(step.Loss);
        }
        catch (InputException)
        {
            // A log that is too long to be looked at keeps no training from going on.
        }
    }

    /// <summary>Tells of a step that was done.</summary>
    public void Report(TrainingStep step)
    {
        lock (gate)
        {
            Add(step.Loss);
            seconds.Add(step.Seconds);
            if (line is not null)
            {
                line.Report((double)step.Number / run.Config.Training.Steps, _ => string.Create(CultureInfo.InvariantCulture,
                    $"step {step.Number:N0}/{run.Config.Training.Steps:N0}  loss {loss.Value:F4}  "
                        + $"{1 / seconds.Value:F2} steps/s  {ProgressLine.Short(run.Remaining)} left"));
                return;
            }

            losses.Add(step.Loss);
            // A line of blocks has no more of them than this; older losses are averaged two by two.
            if (losses.Count >= 1024) Halve(losses);
            if (Environment.TickCount64 < next && step.Number < run.Config.Training.Steps) return;
            next = Environment.TickCount64 + (long)s_every.TotalMilliseconds;
            Look();
            view = new()
            {
                Steps = (step.Number, run.Config.Training.Steps),
                Loss = loss.Value,
                Rate = 1 / seconds.Value,
                Remaining = run.Remaining,
                Curve = Curve(),
                Samples = image,
            };
            Show(view);
        }
    }

    /// <summary>Tells what is being done besides the steps, or null when it is done; shown if it takes longer than a
    /// second.</summary>
    public void Doing(string? what)
    {
        line?.Doing(what);
        if (line is not null) return;
        lock (gate)
        {
            waiting?.Dispose();
            (doing, waiting) = (what,
                what is null ? null : new Timer(_ => Tell(what), null, s_patience, Timeout.InfiniteTimeSpan));
        }

        void Tell(string told)
        {
            lock (gate)
                if (doing == told) Show((view ?? Nothing()) with { Doing = told });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        line?.Dispose();
        lock (gate)
        {
            waiting?.Dispose();
            doing = null;
            // The numbers stay; the image, which is in the run's folder, makes room for what follows.
            if (view is not null) Terminal.Error.Keep((view with { Samples = null }).Lines(Width, 0, coloured: false));
            view = null;
        }
    }

    void Add(double last)
    {
        loss.Add(last);
        Loss = (last, loss.Value);
    }

    static int Width => Terminal.ErrorWidth ?? 80;

    static void Show(LiveView view) =>
        Terminal.Error.ShowBlock(view.Lines(Width, Terminal.ErrorHeight, Terminal.ShowsColours));

    LiveView Nothing() => new() { Steps = (run.State.Step, run.Config.Training.Steps), Loss = double.NaN, Rate = 0 };

    double[] Curve()
    {
        int size = Math.Max(1, losses.Count / 32);
        return [.. losses.Chunk(size).Select(part => part.Average())];
    }

    static void Halve(List<double> values)
    {
        for (int i = 0; i < values.Count / 2; i++) values[i] = (values[2 * i] + values[2 * i + 1]) / 2;
        values.RemoveRange(values.Count / 2, values.Count - values.Count / 2);
    }

    /// <summary>Looks whether there are new samples: the upper row of the last frame, where there are frames.</summary>
    void Look()
    {
        string frames = Path.Combine(run.Folder.Path, "samples", "frames");
        if (!Terminal.ShowsColours || !Directory.Exists(frames)) return;
        try
        {
            string? last = Directory.GetFiles(frames, "step-*.png").Order(StringComparer.Ordinal).LastOrDefault();
            if (last is null || !long.TryParse(Path.GetFileNameWithoutExtension(last)[5..], NumberStyles.None,
                CultureInfo.InvariantCulture, out long step) || step == imageStep) return;
            imageStep = step;
            image = UpperRow(Png.Read(last));
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            // An image that cannot be shown here costs nothing; the run says itself what it could not draw.
        }
    }

    /// <summary>The upper quarter of a square of sixteen samples; of another image all.</summary>
    internal static Raster UpperRow(Raster frame)
    {
        if (Math.Abs(frame.Width - frame.Height) > frame.Height / 8) return frame;
        Raster row = new(frame.Width, Math.Max(1, frame.Height / 4), frame.Channels);
        for (int y = 0; y < row.Height; y++) frame.Row(y).CopyTo(row.Row(y));
        return row;
    }
}
