using Qdiff.Imaging;

namespace Qdiff;

/// <summary>
/// The image files among the files of folders. Which of them are PNG or JPEG, their first bytes tell, not their names; those of
/// other formats are counted.
/// </summary>
sealed class ImageFiles
{
    static readonly string[] s_read = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif"];

    static readonly string[] s_other =
    [
        ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif", ".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl", ".ppm", ".pgm",
        ".pbm", ".pnm", ".tga", ".ico", ".psd", ".svg", ".exr", ".hdr", ".dng",
    ];

    readonly SortedDictionary<string, int> left = new(StringComparer.Ordinal);

    /// <summary>Whether a name ends like that of an image that is read.</summary>
    public static bool HasImageName(string name) => s_read.Contains(EndingOf(name));

    /// <summary>The images in a folder with what their headers say, in ordinal order of their names.</summary>
    public List<(string Path, ImageHeader Header)> In(string folder)
    {
        List<(string, ImageHeader)> images = [];
        foreach ((string name, string path) in DataFolder.Files(folder))
        {
            string ending = EndingOf(name);
            bool isOther = s_other.Contains(ending);
            if (!isOther && !s_read.Contains(ending)) continue;
            if (isOther && InputFile.LengthOf(path) == 0) Leave(ending);
            else if (ImageHeader.IsStub(path)) Leave($"{ending} (cut off)");
            else if (ImageHeader.Read(path) is { } header) images.Add((path, header));
            else if (isOther || IsOfOtherFormat(path)) Leave(ending);
            else throw new InputException($"{path} is no PNG or JPEG file: it does not start with the signature of either.");
        }

        return images;

        void Leave(string what) => left[what] = left.GetValueOrDefault(what) + 1;
    }

    /// <summary>What was left out so far, in words: <c>5 .webp, 2 .bmp</c>; null if nothing was.</summary>
    public string? Left() => left.Count == 0 ? null
        : string.Join(", ", left.OrderByDescending(ending => ending.Value)
            .Select(ending => Invariant($"{ending.Value:N0} {ending.Key}")));

    /// <summary>
    /// Whether a file is an image of another format, whatever it is called: WebP, GIF, BMP, TIFF or the HEIF family.
    /// </summary>
    static bool IsOfOtherFormat(string path)
    {
        using FileStream file = InputFile.Open(path);
        Span<byte> start = stackalloc byte[12];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return (start.StartsWith("RIFF"u8) && start.EndsWith("WEBP"u8)) || start.StartsWith("GIF8"u8) || start.StartsWith("BM"u8)
            || start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8)
            || (start.Length == 12 && start[4..8].SequenceEqual("ftyp"u8));
    }

    static string EndingOf(string name) => Path.GetExtension(name).ToLowerInvariant();
}
