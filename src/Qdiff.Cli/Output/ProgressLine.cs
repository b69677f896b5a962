using System.Diagnostics;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary>
/// One line that says how far long work is: rewritten in place on an interactive terminal, otherwise printed anew every few
/// seconds, so that logs stay readable. Goes to standard error; results go to standard output.
/// </summary>
sealed class ProgressLine(bool quiet) : IDisposable
{
    static readonly TimeSpan s_plainEvery = TimeSpan.FromSeconds(5), s_liveEvery = TimeSpan.FromMilliseconds(200),
        s_patience = TimeSpan.FromSeconds(1);
    readonly bool live = Terminal.ErrorWidth is not null;
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Lock gate = new();
    TimeSpan next = TimeSpan.Zero, began = TimeSpan.Zero;
    int width;
    double start = double.NaN, last;
    Timer? waiting;
    object? doing;

    /// <summary>
    /// Tells that <paramref name="done"/> of the work (0 … 1) is done; <paramref name="text"/> is asked only when something is
    /// shown, and is given the remaining time.
    /// </summary>
    public void Report(double done, Func<TimeSpan?, string> text)
    {
        if (quiet) return;
        lock (gate)
        {
            waiting?.Dispose();
            (waiting, doing) = (null, null);
            TimeSpan now = watch.Elapsed;
            // The first report of each piece of work: what was done before does not count in the rate.
            if (double.IsNaN(start) || done < last) (start, began) = (done, now);
            last = done;
            if (now < next && done < 1) return;
            next = now + (live ? s_liveEvery : s_plainEvery);
            TimeSpan? remaining = done > start ? (now - began) * ((1 - done) / (done - start)) : null;
            Show(text(remaining));
        }
    }

    /// <summary>Tells how much of a piece of work is done, from 0 to 1; one that has no parts to count stays at 0.</summary>
    public void Report(string what, double done)
    {
        if (done == 0) Doing(what);
        else Report(done, remaining => string.Create(CultureInfo.InvariantCulture,
            $"{what}: {done:P0}, {Short(remaining)} left"));
    }

    /// <summary>
    /// Tells what is being done that has no parts to count, or null when it is done; shown if it takes longer than a second
    /// (in a log, longer than a few).
    /// </summary>
    public void Doing(string? what)
    {
        if (quiet) return;
        lock (gate)
        {
            // Told once more of the same, it still is the same.
            if (what is not null && what.Equals(doing)) return;
            waiting?.Dispose();
            (waiting, doing) = (null, what);
            if (what is not null) waiting = new Timer(Tell, what, live ? s_patience : s_plainEvery,
                Timeout.InfiniteTimeSpan);
        }

        void Tell(object? told)
        {
            lock (gate)
            {
                // It may have been done, and something else begun, while this waited.
                if (waiting is not null && doing == told) Show($"{told} ...");
            }
        }
    }

    /// <summary>Does work that has no parts to count, and says what it is if it takes longer than a second.</summary>
    public static T While<T>(string what, bool quiet, Func<T> work)
    {
        using var line = new ProgressLine(quiet);
        line.Doing(what);
        return work();
    }

    void Show(string line)
    {
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

    /// <summary>A duration in two units: 3 min 20 s.</summary>
    public static string Short(TimeSpan? time) => time is not { } t ? "?"
        : t.TotalHours >= 1 ? $"{(int)t.TotalHours} h {t.Minutes} min"
        : t.TotalMinutes >= 1 ? $"{t.Minutes} min {t.Seconds} s"
        : FormattableString.Invariant($"{t.TotalSeconds:0.#} s");

    /// <summary>Ends the line.</summary>
    public void Dispose()
    {
        Doing(null);
        if (live && width > 0) Terminal.Error.Write("\n");
        width = 0;
    }
}
