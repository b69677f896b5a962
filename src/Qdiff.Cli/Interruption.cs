using System.Runtime.InteropServices;

namespace Qdiff.Cli;

/// <summary>
/// Turns what ends programs (ctrl-C, a closed terminal, a batch system's notice) into a token, so that work is saved before the
/// program ends with 130. Signals that arrive within two seconds are one: terminals and batch systems send several. A later one
/// ends the program at once, for saving may hang on a broken disk. Where several processes work together they are caught until
/// the program ends: launchers kill all if one is killed, and the first may still be saving when another one is through.
/// </summary>
sealed class Interruption : IDisposable
{
    public const int ExitCode = 130;

    static readonly TimeSpan s_together = TimeSpan.FromSeconds(2), s_patience = TimeSpan.FromSeconds(2);
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;
    readonly Lock gate = new();
    long first = -1;
    Timer? giveUp;
    bool isDone;

    public Interruption() => registrations = [.. Signals().Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    public CancellationToken Token => source.Token;

    public bool IsRequested => source.IsCancellationRequested;

    /// <summary>
    /// Whether there is something in memory that has to be saved. Without, nothing is lost when the program ends in the middle
    /// (all files are written whole), and it does if the work does not notice the token soon: it may hang on a pipe, or
    /// calculate.
    /// </summary>
    public bool Saves { get; set; }

    public void Dispose()
    {
        if (Ranks.Processes.Size > 1)
        {
            Saves = true;
            return;
        }

        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        lock (gate)
        {
            isDone = true;
            giveUp?.Dispose();
            source.Dispose();
        }
    }

    /// <summary>SIGUSR1, SIGUSR2 and SIGXCPU have no names here; batch systems send them when the time is nearly up.</summary>
    static IEnumerable<PosixSignal> Signals()
    {
        PosixSignal[] named = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        int[] numbers = OperatingSystem.IsLinux() ? [10, 12, 24]
            : OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? [30, 31, 24] : [];
        return [.. named, .. numbers.Select(number => (PosixSignal)number)];
    }

    internal void Handle(PosixSignalContext context)
    {
        lock (gate)
        {
            if (isDone) return;
            long now = Environment.TickCount64;
            if (first < 0)
            {
                first = now;
                giveUp = new(_ => GiveUp(), null, s_patience, Timeout.InfiniteTimeSpan);
            }

            context.Cancel = now - first < s_together.TotalMilliseconds;
        }

        // Outside the lock: what hears of it may take its time.
        if (!context.Cancel) return;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work was through in this very moment.
        }
    }

    void GiveUp()
    {
        lock (gate)
            if (isDone || Saves) return;
        Environment.Exit(ExitCode);
    }
}
