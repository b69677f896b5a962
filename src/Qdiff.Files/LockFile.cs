using System.Diagnostics;

namespace Qdiff;

/// <summary>
/// A file that one at a time has open: a lock of the system's own, which ends with its process however that ends.
/// </summary>
static class LockFile
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30), s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The open file, made if it is not there; null if somebody else has it, in this process or another.</summary>
    /// <exception cref="IOException">It cannot be opened for another reason.</exception>
    public static FileStream? TryOpen(string path, FileOptions options = FileOptions.None)
    {
        try
        {
            // Written at once, so that what it says is never behind.
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        }
        catch (IOException e) when (IsTaken(e))
        {
            return null;
        }
    }

    /// <summary>For short work on a file: waits until nobody else does such work. The lock's file goes with the lock.</summary>
    /// <exception cref="IOException">The folder cannot be written, or somebody keeps the lock.</exception>
    public static FileStream Wait(string file)
    {
        string path = file + ".lock";
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (TryOpen(path, FileOptions.DeleteOnClose) is { } opened) return opened;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{file} cannot be written: "
                    + e.Message.Replace($" : '{Path.GetFullPath(path)}'", "", StringComparison.Ordinal), e);
            }

            if (watch.Elapsed > s_patience)
                throw new IOException($"{file} cannot be written: another program has kept {path} open for "
                    + FormattableString.Invariant($"{s_patience.TotalSeconds:0} seconds."));
            Thread.Sleep(s_pause);
        }
    }

    /// <summary>EWOULDBLOCK of Linux and of the BSDs, and a sharing violation of Windows.</summary>
    internal static bool IsTaken(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33
        : e.HResult == (OperatingSystem.IsLinux() ? 11 : 35);
}
