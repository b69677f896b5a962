namespace Qdiff;

/// <summary>Another process took a run over, since this one had given no sign of life for long. What it had saved is kept, and
/// the other goes on from there.</summary>
public sealed class RunTakenOverException : IOException
{
    /// <summary>With the run and who has it.</summary>
    public RunTakenOverException(string message) : base(message)
    {
    }
}
