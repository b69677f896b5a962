namespace Qdiff.Cli;

/// <summary>Lists in a sentence.</summary>
static class Words
{
    /// <summary><c>a, b or c</c>.</summary>
    public static string Or(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
}
