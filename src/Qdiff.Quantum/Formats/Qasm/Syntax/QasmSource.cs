using System.Runtime.CompilerServices;

namespace Qdiff.Quantum;

/// <summary>The text of a program, from a file or not, and errors that say where in it.</summary>
sealed class QasmSource(string text, string? path = null)
{
    int[]? lineStarts;

    public string Text { get; } = text;

    public FormatException Error(int at, string message) => new($"{Place(at)}: {message}");

    /// <summary>Refuses what would end the process: a stack that overflows cannot be caught.</summary>
    public void CheckStack(int at)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Error(at, "Blocks, calls and expressions are nested too deep for the stack; write them flatter.");
    }

    /// <summary>Runs what may be refused for reasons that know no place.</summary>
    /// <exception cref="FormatException">It was refused; the message says where.</exception>
    public T Located<T>(int at, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ArgumentException e)
        {
            throw Error(at, $"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..].TrimEnd('.')}.");
        }
        catch (OverflowException)
        {
            throw Error(at, "A whole number is beyond 64 bits.");
        }
    }

    public void Located(int at, Action action) => Located(at, () =>
    {
        action();
        return 0;
    });

    public string Place(int at)
    {
        at = Math.Min(at, Text.Length);
        // Found once: thousands of warnings have each a place.
        lineStarts ??= [0, .. Enumerable.Range(1, Text.Length).Where(i => Text[i - 1] == '\n')];
        int found = Array.BinarySearch(lineStarts, at), line = found < 0 ? ~found : found + 1;
        int column = at - lineStarts[line - 1] + 1;
        return path is null ? $"Line {line}, column {column}" : $"{path}:{line}:{column}";
    }

    /// <summary>A token in a message: short, and without characters that steer a terminal.</summary>
    public static string Quote(string token)
    {
        string shown = string.Concat(token.Take(40).Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
        return $"\"{shown}{(token.Length > 40 ? "…" : "")}\"";
    }
}
