using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qdiff.Cli;

/// <summary>Text tables and JSON on standard output.</summary>
static class Print
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static string ToJson(object value) => JsonSerializer.Serialize(value, s_json);

    public static void Json(object value) => Console.WriteLine(ToJson(value));

    /// <summary>Columns as wide as their widest cell; a heading that starts with &gt; aligns its column to the right.</summary>
    public static void Table(string[] headings, IEnumerable<string[]> rows)
    {
        bool[] right = [.. headings.Select(h => h.StartsWith('>'))];
        List<string[]> all = [[.. headings.Select(h => h.TrimStart('>'))], .. rows];
        int[] widths = [.. headings.Select((_, c) => all.Max(row => row[c].Length))];
        foreach (string[] row in all)
            Console.WriteLine(string.Join("  ",
                row.Select((cell, c) => right[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
    }
}
