namespace Qdiff;

/// <summary>An address did not give a file. <paramref name="again"/>: it may if asked again.</summary>
sealed class MirrorException(string reason, bool again, Exception? cause = null) : Exception(reason, cause)
{
    /// <summary>Whether another try makes sense.</summary>
    public bool Again => again;
}
