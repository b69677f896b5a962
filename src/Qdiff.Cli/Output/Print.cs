using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qdiff.Cli;

/// <summary>
/// The one place where the program prints: results (text, tables, JSON) on standard output, messages on standard error.
/// </summary>
static class Print
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>A line of a result, or several.</summary>
    public static void Line(string text) => Terminal.Output.WriteLine(text);

    /// <summary>A result as it is, such as a file's content.</summary>
    public static void Text(string text) => Terminal.Output.Write(text);

    /// <summary>A line about what goes on.</summary>
    public static void Message(string text) => Terminal.Error.WriteLine(VisibleText.Line(PastedCommand.InMessage(text)));

    /// <summary>A line about something that is not as it should be.</summary>
    public static void Warning(string text) => Message("qdiff: " + text);

    /// <summary>A paragraph in lines of at most 100 columns that begin with so many blanks; long words stay whole.</summary>
    public static void Wrapped(string text, int indent)
    {
        const int Columns = 100;
        string line = new(' ', indent);
        foreach (string word in text.Split(' '))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > Columns)
            {
                Line(line);
                line = new(' ', indent);
            }

            line += (line.Length > indent ? " " : "") + word;
        }

        Line(line);
    }

    public static string ToJson(object value) => JsonSerializer.Serialize(value, s_json);

    public static void Json(object value) => Line(ToJson(value));

    /// <summary>Says on standard error what is to be known of how images were read.</summary>
    public static void Notes(ImageSet images)
    {
        foreach (string note in images.Notes) Warning($"{images.Name}: {note}");
    }

    /// <summary>Columns as wide as their widest cell; a heading that starts with &gt; aligns its column to the right.</summary>
    public static void Table(string[] headings, IEnumerable<string[]> rows)
    {
        bool[] right = [.. headings.Select(h => h.StartsWith('>'))];
        List<string[]> all =
            [[.. headings.Select(h => h.TrimStart('>'))], .. rows.Select(row => row.Select(VisibleText.Line).ToArray())];
        int[] widths = [.. headings.Select((_, c) => all.Max(row => row[c].Length))];
        foreach (string[] row in all)
            Line(string.Join("  ",
                row.Select((cell, c) => right[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
    }
}
