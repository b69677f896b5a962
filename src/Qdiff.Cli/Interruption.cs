using System.Runtime.InteropServices;

namespace Qdiff.Cli;

/// <summary>Turns ctrl-C and a termination request into a token, so that work can be saved before the program ends with
/// 130.</summary>
sealed class Interruption : IDisposable
{
    public const int ExitCode = 130;
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration interrupt, terminate;

    public Interruption()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => source.Token;

    public bool IsRequested => source.IsCancellationRequested;

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        source.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        // A second signal ends the program at once: saving may hang on a broken disk.
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
