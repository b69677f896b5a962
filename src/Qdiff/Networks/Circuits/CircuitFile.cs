using System.Security.Cryptography;
using System.Text;
using Qdiff.Quantum;

namespace Qdiff;

/// <summary>An OpenQASM file that was read: its content counts, wherever it was.</summary>
public sealed class CircuitFile
{
    CircuitFile(string path, string text)
    {
        (Path, Text) = (path, text);
        try
        {
            Program = QasmProgram.Read(text, path);
        }
        catch (FormatException e)
        {
            throw new InputException(e.Message, e);
        }

        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Where it was read.</summary>
    public string Path { get; }

    /// <summary>Its content.</summary>
    public string Text { get; }

    /// <summary>What it says.</summary>
    public QasmProgram Program { get; }

    /// <summary>SHA-256 of the content.</summary>
    public string Hash { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">There is none, or it cannot be read; the message says where.</exception>
    public static CircuitFile Read(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{path} is a folder; an OpenQASM file is needed.");
        if (!File.Exists(path)) throw new InputException($"There is no circuit file {path}.{NearestPath.Hint(path)}");
        try
        {
            return new(path, TextFile.Read(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether this can only be the path of a file, not the name of a circuit.</summary>
    public static bool IsPath(string name) => name.Contains('/') || name.Contains(System.IO.Path.DirectorySeparatorChar)
        || name.EndsWith(".qasm", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".qasm3", StringComparison.OrdinalIgnoreCase);
}
