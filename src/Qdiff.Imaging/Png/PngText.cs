using System.Text;

namespace Qdiff.Imaging;

/// <summary>The text chunks of PNG: tEXt for Latin-1, iTXt (UTF-8, not compressed) for everything else.</summary>
static class PngText
{
    /// <summary>The kind and the content of the chunk for a text.</summary>
    public static (string Kind, byte[] Data) Chunk(string keyword, string text)
    {
        if (keyword.Length is 0 or > 79 || !keyword.All(c => c is >= ' ' and <= '~') || keyword != keyword.Trim())
            throw new ArgumentException("A PNG keyword has 1 to 79 printable ASCII characters, without outer blanks; got "
                + $"'{keyword}'.", nameof(keyword));
        if (text.Contains('\0'))
            throw new ArgumentException($"The PNG text '{keyword}' contains a zero character.", nameof(text));
        bool latin1 = text.All(c => c is '\n' or (>= ' ' and <= '~') or (>= '\u00A0' and <= '\u00FF'));
        return latin1
            ? ("tEXt", Encoding.Latin1.GetBytes($"{keyword}\0{text}"))
            // After the keyword: not compressed, method 0, no language, no translated keyword.
            : ("iTXt", Encoding.UTF8.GetBytes($"{keyword}\0\0\0\0\0{text}"));
    }

    /// <summary>All texts of a file that can be read.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(byte[] file, string where)
    {
        var texts = new List<KeyValuePair<string, string>>();
        PngChunks chunks = new(file, where);
        while (chunks.MoveNext())
            if (chunks.Kind == "tEXt" && chunks.Data.IndexOf((byte)0) is > 0 and int end)
                texts.Add(new(Encoding.Latin1.GetString(chunks.Data[..end]),
                    Encoding.Latin1.GetString(chunks.Data[(end + 1)..])));
            else if (chunks.Kind == "iTXt" && International(chunks.Data) is KeyValuePair<string, string> text)
                texts.Add(text);
        return texts;
    }

    static KeyValuePair<string, string>? International(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        if (end <= 0 || data.Length < end + 3 || data[end + 1] != 0) return null;
        ReadOnlySpan<byte> rest = data[(end + 3)..];
        for (int skip = 0; skip < 2; skip++)
        {
            int next = rest.IndexOf((byte)0);
            if (next < 0) return null;
            rest = rest[(next + 1)..];
        }

        return new(Encoding.Latin1.GetString(data[..end]), Encoding.UTF8.GetString(rest));
    }
}
