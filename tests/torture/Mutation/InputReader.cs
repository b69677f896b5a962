/// <summary>Something that reads what comes from outside, and good examples of that.</summary>
/// <param name="Name">The kind of input.</param>
/// <param name="Ending">How its files end.</param>
/// <param name="Seeds">Good inputs.</param>
/// <param name="Read">Reads one; may refuse it by an <see cref="Qdiff.InputException"/>.</param>
public sealed record InputReader(string Name, string Ending, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read)
{
    /// <summary>Whether inputs are text.</summary>
    public bool IsText { get; init; }

    /// <summary>Other refusals that the reader documents.</summary>
    public IReadOnlyList<Type> Refusals { get; init; } = [];

    /// <summary>
    /// Makes check sums and frames right again, or packs what the seeds hold: half of the inputs then come behind the checks that
    /// would stop them at the door.
    /// </summary>
    public Func<byte[], byte[]>? Mend { get; init; }
}
