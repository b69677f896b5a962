namespace Qdiff;

/// <summary>
/// The request to save a run and stop, for whoever trains it in whatever process on whatever machine: a file in its folder that
/// is looked for after every step. It names nobody, so nothing in it can be wrong or be somebody else's process. What is found
/// when a training begins was meant for an earlier one and is removed. Once heard it is kept under another name until the run is
/// gone on with: job scripts tell by it somebody's wish from the end of their time.
/// </summary>
static class StopRequest
{
    /// <summary>The file in the run folder, and its name once it was heard.</summary>
    public const string FileName = ".stop", HeardFile = ".stopped";

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

    /// <summary>Says that it was heard.</summary>
    public static void Heard(string run) => File.Move(PathIn(run), Path.Combine(run, HeardFile), overwrite: true);

    /// <summary>Takes it back, heard or not.</summary>
    public static void Clear(string run)
    {
        File.Delete(PathIn(run));
        File.Delete(Path.Combine(run, HeardFile));
    }

    static string PathIn(string run) => Path.Combine(run, FileName);
}
