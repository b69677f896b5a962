using System.Buffers.Binary;
using System.Text;

namespace Qdiff.Imaging;

/// <summary>Walks over the chunks of a PNG file; every length and check sum is verified on the way.</summary>
ref struct PngChunks(ReadOnlySpan<byte> file, string where)
{
    readonly ReadOnlySpan<byte> file = file;
    ReadOnlySpan<byte> rest = file;
    bool started;

    /// <summary>The eight bytes that every PNG file starts with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Four letters.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>The content of the chunk.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Where in the file the content is.</summary>
    public Range Place { get; private set; }

    /// <summary>Goes on to the next chunk; false after IEND.</summary>
    public bool MoveNext()
    {
        if (!started)
        {
            if (!rest.StartsWith(Signature))
                throw new InputException($"{where} is no PNG file: it does not start with the PNG signature.");
            rest = rest[Signature.Length..];
            started = true;
        }

        if (Kind == "IEND") return false;
        if (rest.Length < 12) throw new InputException($"{where} is cut off: it ends without an IEND chunk.");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        Kind = Encoding.Latin1.GetString(rest.Slice(4, 4));
        if (length > rest.Length - 12)
            throw new InputException($"{where} is cut off: its chunk {Name} announces {length} bytes, but only "
                + $"{rest.Length - 12} follow.");
        Data = rest.Slice(8, (int)length);
        int start = file.Length - rest.Length + 8;
        Place = start..(start + (int)length);
        uint said = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
        uint found = Crc32.Of(rest.Slice(4, 4 + (int)length));
        if (said != found)
            throw new InputException($"{where} is damaged: its chunk {Name} has the check sum {found:X8}, not {said:X8} as "
                + "written.");
        rest = rest[(12 + (int)length)..];
        return true;
    }

    /// <summary>Only letters reach a message: a damaged file must not write to the terminal.</summary>
    readonly string Name => Kind.All(char.IsAsciiLetter) ? Kind : "(no name)";
}
