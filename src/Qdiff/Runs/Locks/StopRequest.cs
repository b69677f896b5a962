namespace Qdiff;

/// <summary>
/// The request to save a run and stop, for whoever trains it in whatever process on whatever machine: a file in its folder that
/// is looked for after every step. It names nobody, so nothing in it can be wrong or be somebody else's process. What is found
/// when a training begins was meant for an earlier one and is removed.
/// </summary>
static class StopRequest
{
    /// <summary>The file in the run folder.</summary>
    public const string FileName = ".stop";

    /// <summary>Asks whoever trains the run.</summary>
    /// <returns>Whether somebody does; else nothing is asked.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static bool Make(string run)
    {
        if (!RunLock.IsTaken(run)) return false;
        WholeFile.Write(PathIn(run), "save and stop\n");
        return true;
    }

    /// <summary>Whether somebody has asked.</summary>
    public static bool IsThere(string run) => File.Exists(PathIn(run));

    /// <summary>Takes it back, or says that it was heard.</summary>
    public static void Clear(string run)
    {
        if (IsThere(run)) File.Delete(PathIn(run));
    }

    static string PathIn(string run) => Path.Combine(run, FileName);
}
