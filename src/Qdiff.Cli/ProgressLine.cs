using System.Diagnostics;

namespace Qdiff.Cli;

/// <summary>
/// One line that says how far long work is: rewritten in place on an interactive terminal, otherwise printed anew every few
/// seconds, so that logs stay readable. Goes to standard error; results go to standard output.
/// </summary>
sealed class ProgressLine(bool quiet) : IDisposable
{
    static readonly TimeSpan s_plainEvery = TimeSpan.FromSeconds(5), s_liveEvery = TimeSpan.FromMilliseconds(200);
    readonly bool live = Terminal.ErrorWidth is not null;
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Lock gate = new();
    TimeSpan next = TimeSpan.Zero;
    int width;
    double start = double.NaN;

    /// <summary>
    /// Tells that <paramref name="done"/> of the work (0 … 1) is done; <paramref name="text"/> is asked only when something is
    /// shown, and is given the remaining time.
    /// </summary>
    public void Report(double done, Func<TimeSpan?, string> text)
    {
        if (quiet) return;
        lock (gate)
        {
            if (double.IsNaN(start)) start = done;
            TimeSpan now = watch.Elapsed;
            if (now < next && done < 1) return;
            next = now + (live ? s_liveEvery : s_plainEvery);
            // What was done before this program started does not count in the rate.
            TimeSpan? remaining = done > start ? now * ((1 - done) / (done - start)) : null;
            string line = text(remaining);
            if (live)
            {
                line = VisibleText.Line(line);
                int room = Terminal.ErrorWidth ?? line.Length;
                if (line.Length > room) line = line[..room];
                Terminal.Error.WriteOver(line.PadRight(width));
                width = line.Length;
            }
            else Print.Message(line);
        }
    }

    /// <summary>A duration in two units: 3 min 20 s.</summary>
    public static string Short(TimeSpan? time) => time is not { } t ? "?"
        : t.TotalHours >= 1 ? $"{(int)t.TotalHours} h {t.Minutes} min"
        : t.TotalMinutes >= 1 ? $"{t.Minutes} min {t.Seconds} s"
        : FormattableString.Invariant($"{t.TotalSeconds:0.#} s");

    /// <summary>Ends the line.</summary>
    public void Dispose()
    {
        if (live && width > 0) Terminal.Error.Write("\n");
        width = 0;
    }
}
