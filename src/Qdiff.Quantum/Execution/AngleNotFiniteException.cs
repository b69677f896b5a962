namespace Qdiff.Quantum;

/// <summary>An input of a circuit is infinite or no number, as where a network that computed it has diverged, or a formula has no
/// value for the numbers in it.</summary>
public sealed class AngleNotFiniteException : ArgumentException
{
    /// <summary>With what to say, and the parameter that holds the input.</summary>
    public AngleNotFiniteException(string message, string parameter) : base(message, parameter)
    {
    }
}
