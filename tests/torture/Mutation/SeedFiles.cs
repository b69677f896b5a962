using System.Text;
using Qdiff.Tensors;

/// <summary>Good inputs: files in this program, numbers, and what a run leaves in its folder.</summary>
static class SeedFiles
{
    /// <summary>A file of this program.</summary>
    public static byte[] Embedded(string name)
    {
        using Stream stream = typeof(SeedFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"This program holds no {name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>All files of this program with an ending.</summary>
    public static IReadOnlyList<byte[]> Ending(string ending) => [.. typeof(SeedFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Embedded)];

    /// <summary>Bytes that look like pixels.</summary>
    public static byte[] Pixels(int count)
    {
        byte[] pixels = new byte[count];
        new RandomStream(3, "pixels", count).NextBytes(pixels);
        return pixels;
    }

    /// <summary>An IDX file of bytes.</summary>
    public static byte[] Idx(params int[] sizes)
    {
        byte[] head = [0, 0, 8, (byte)sizes.Length,
            .. sizes.SelectMany(size => new[] { (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size })];
        return [.. head, .. Pixels(sizes.Aggregate((a, b) => a * b))];
    }

    /// <summary>An array file of NumPy, with a header of ours or as somebody else may write it.</summary>
    public static byte[] Npy(string type, string order, string shape, int bytes)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': ({shape}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. Pixels(bytes)];
    }

    /// <summary>What a writer writes.</summary>
    public static byte[] Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
