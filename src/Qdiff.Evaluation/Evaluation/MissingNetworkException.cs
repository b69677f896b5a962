namespace Qdiff.Evaluation;

/// <summary>An evaluation needs a feature network that was not given.</summary>
/// <param name="message">What needs it.</param>
/// <param name="isInception">Whether it is the Inception network; else it is the data set's classifier.</param>
public sealed class MissingNetworkException(string message, bool isInception) : InputException(message)
{
    /// <summary>Whether it is the Inception network; else it is the data set's classifier.</summary>
    public bool IsInception => isInception;
}
