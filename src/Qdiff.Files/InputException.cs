namespace Qdiff;

/// <summary>
/// Something the user gave is wrong: a file, a folder, a name, a setting. The message is the whole story (what, where, how to
/// mend), without a stack trace.
/// </summary>
public class InputException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What would mend it, where somebody has a name for that.</summary>
    public Remedy Remedy { get; set; }

    /// <summary>What the remedy is about, such as the name of a data set; null for what the message is about.</summary>
    public string? Subject { get; set; }

    /// <summary>Further lines for people, such as one for each address that was tried; empty where one is enough.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>A value that the user gave and a function refused: the function's reason without its argument's name.</summary>
    public static InputException Because(string what, ArgumentException refusal)
    {
        string reason = refusal.Message.Split('\n')[0].TrimEnd();
        return new($"{what}: {reason.Replace($" (Parameter '{refusal.ParamName}')", "", StringComparison.Ordinal)}", refusal);
    }
}
