using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Qdiff;

/// <summary>The JSON of run folders: one way of writing, strict reading.</summary>
static partial class RunJson
{
    /// <summary>For whole files.</summary>
    public static JsonSerializerOptions File { get; } = Options(indented: true);

    /// <summary>For lines of a log.</summary>
    public static JsonSerializerOptions Line { get; } = Options(indented: false);

    /// <summary>Reads a file of a run folder.</summary>
    /// <exception cref="InputException">It is missing or not what it should be.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return Whole(JsonSerializer.Deserialize<T>(WithoutMark(TextFile.ReadBytes(path)), File));
        }
        catch (JsonException e)
        {
            throw new InputException($"{path} cannot be read: {Said(e)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            || e is InputException && !e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text without the byte order mark that editors of Windows put before it, which is none of JSON's.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> json) =>
        json.StartsWith("\uFEFF"u8) ? json["\uFEFF"u8.Length..] : json;

    /// <summary>What is wrong, in the words of the file and not of the program's types.</summary>
    public static string Said(JsonException e) => Missing.Match(e.Message) is { Success: true } missing
            ? $"it has no {missing.Groups[1].Value.Replace("'", "")}."
        : e.Message.Contains("could not be converted", StringComparison.Ordinal)
            ? $"{Place(e)} is of another kind than belongs there."
        : e.Message.Contains("nullability annotation", StringComparison.Ordinal) ? $"{Place(e)} is null."
        : e.Message.Contains("does not contain any JSON tokens", StringComparison.Ordinal) ? "it is empty."
        : e.Message;

    /// <summary>What was read, if it is there with all its parts.</summary>
    /// <exception cref="JsonException">It is null, or a list of it holds null.</exception>
    public static T Whole<T>(T? read)
    {
        if (read is null) throw new JsonException("null instead of an object.");
        return NullElement.Find(read) is { } list ? throw new JsonException($"there is null in the list {list}.") : read;
    }

    static string Place(JsonException e) => e.Path is null or "$" ? "it" : $"what stands at {e.Path.TrimStart('$', '.')}";

    [GeneratedRegex("was missing required properties including: (.*?)\\.$", RegexOptions.CultureInvariant)]
    static partial Regex Missing { get; }

    static JsonSerializerOptions Options(bool indented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = indented,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };
}
