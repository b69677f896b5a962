using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qdiff;

/// <summary>The JSON of run folders: one way of writing, strict reading.</summary>
static class RunJson
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
            return Whole(JsonSerializer.Deserialize<T>(TextFile.ReadBytes(path), File));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException
            || e is InputException && !e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What was read, if it is there with all its parts.</summary>
    /// <exception cref="JsonException">It is null, or a list of it holds null.</exception>
    public static T Whole<T>(T? read)
    {
        if (read is null) throw new JsonException("null instead of an object.");
        return NullElement.Find(read) is { } list ? throw new JsonException($"there is null in the list {list}.") : read;
    }

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
