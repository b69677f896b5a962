namespace Qdiff.Quantum;

/// <summary>
/// What an OpenQASM file says: the circuit, what its inputs and weights are called there, and what looks like a mistake.
/// </summary>
public sealed record QasmProgram(
    Circuit Circuit, IReadOnlyList<string> InputNames, IReadOnlyList<string> WeightNames, IReadOnlyList<string> Warnings)
{
    /// <summary>The classical bits that are declared outside blocks, in their order.</summary>
    public IReadOnlyList<QasmRegister> Registers { get; init; } = [];

    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">It cannot be read; the message begins with line and column.</exception>
    public static QasmProgram Read(string text) => new QasmInterpreter(new(text)).Run();

    /// <summary>Reads a file; nothing that it names is opened.</summary>
    /// <exception cref="FormatException">It cannot be read; the message begins with path:line:column.</exception>
    /// <exception cref="InputException">It is longer than any circuit: 100,000 gates take 3 MB.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    // Of a comment in another encoding some letters are lost; names are ASCII or UTF-8.
    public static QasmProgram ReadFile(string path) => Read(TextFile.Read(path), path);

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="FormatException">It cannot be read; the message begins with path:line:column.</exception>
    public static QasmProgram Read(string text, string path)
    {
        if (text.AsSpan(0, Math.Min(text.Length, 4096)).Contains('\0'))
            throw new FormatException($"{path}: This is not a text.");
        return new QasmInterpreter(new(text, path)).Run();
    }
}
