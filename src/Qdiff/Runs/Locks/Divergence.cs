namespace Qdiff;

/// <summary>
/// The note in a run's folder that its training diverged, so that of those who share a comparison not each finds it out anew. It
/// would: steps are the same whoever does them. It goes when the run is gone on with.
/// </summary>
static class Divergence
{
    /// <summary>The file in the run folder.</summary>
    public const string FileName = ".diverged";

    /// <summary>Keeps what was said.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Keep(string run, TrainingDivergedException e) => WholeFile.Write(PathIn(run), e.Message + "\n");

    /// <summary>What was said, or null if the run did not diverge when it was last trained.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static string? In(string run) => File.Exists(PathIn(run)) ? TextFile.Read(PathIn(run)).Trim() : null;

    /// <summary>Forgets it.</summary>
    public static void Clear(string run) => File.Delete(PathIn(run));

    static string PathIn(string run) => Path.Combine(run, FileName);
}
