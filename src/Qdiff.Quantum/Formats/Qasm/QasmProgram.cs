using System.Text;

namespace Qdiff.Quantum;

/// <summary>
/// What an OpenQASM file says: the circuit, what its inputs and weights are called there, and what looks like a mistake.
/// </summary>
public sealed record QasmProgram(
    Circuit Circuit, IReadOnlyList<string> InputNames, IReadOnlyList<string> WeightNames, IReadOnlyList<string> Warnings)
{
    /// <summary>More than any circuit that can be read: 100,000 gates take 3 MB.</summary>
    const int MaxBytes = 16 << 20;

    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">It cannot be read; the message begins with line and column.</exception>
    public static QasmProgram Read(string text) => new QasmInterpreter(new(text)).Run();

    /// <summary>Reads a file; nothing that it names is opened.</summary>
    /// <exception cref="FormatException">It cannot be read; the message begins with the path, line and column.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static QasmProgram ReadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        var bytes = new byte[Math.Min(MaxBytes + 1, file.CanSeek && file.Length > 0 ? file.Length + 1 : MaxBytes + 1)];
        int count = 0;
        for (int read; count < bytes.Length && (read = file.Read(bytes, count, bytes.Length - count)) > 0;) count += read;
        if (count > MaxBytes) throw new FormatException($"{path}: The file is larger than 16 MiB, the most that is read.");
        // Names are ASCII or UTF-8; a comment in another encoding must not matter.
        string text = Encoding.UTF8.GetString(bytes, 0, count);
        if (text.AsSpan(0, Math.Min(text.Length, 4096)).Contains('\0'))
            throw new FormatException($"{path}: This is not a text.");
        try
        {
            return Read(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }
}
