namespace Qdiff.Tensors;

/// <summary>Refuses a second caller at once where two at a time would spoil each other's work.</summary>
/// <param name="refusal">What the second caller is told.</param>
sealed class OneCaller(string refusal)
{
    int inside;

    /// <summary>Lets one caller in until the visit is disposed.</summary>
    public Visit Enter() => Interlocked.Exchange(ref inside, 1) == 0 ? new(this) : throw new InvalidOperationException(refusal);

    public readonly struct Visit(OneCaller place) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref place.inside, 0);
    }
}
