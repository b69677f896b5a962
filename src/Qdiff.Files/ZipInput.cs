using System.Buffers.Binary;
using System.IO.Compression;

namespace Qdiff;

/// <summary>
/// Zip archives from elsewhere. What an archive or an entry claims is checked before memory is taken for it, an entry's length
/// and check sum afterwards: <see cref="ZipArchive"/> does neither.
/// </summary>
public static class ZipInput
{
    /// <summary>Deflate makes at most 1,032 bytes of one.</summary>
    const long LargestExpansion = 1032;

    /// <summary>Bytes that an entry takes in memory, for each byte of it in the archive's list.</summary>
    const int ListedExpansion = 16;

    /// <summary>Opens an archive for reading; disposing of it closes the stream, unless that is to be left open.</summary>
    /// <exception cref="InvalidDataException">It is no zip archive.</exception>
    /// <exception cref="InputException">Its list of files is too long.</exception>
    public static ZipArchive Open(Stream file, string where, bool leaveOpen = false)
    {
        if (ListStart(file) is long start)
            ReadingBudget.Require((file.Length - start) * ListedExpansion, $"The list of files in {where}");
        file.Position = 0;
        return new(file, ZipArchiveMode.Read, leaveOpen, new EntryNameEncoding());
    }

    /// <summary>Reads an entry through a function of its content and of its length.</summary>
    /// <param name="archive">The length of the archive.</param>
    /// <param name="where">What messages call the entry.</param>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    /// <exception cref="InputException">It is encrypted or too large.</exception>
    public static T Read<T>(ZipArchiveEntry entry, long archive, string where, Func<Stream, long, T> read)
    {
        if (entry.IsEncrypted) throw new InputException($"{where} is encrypted, which is not read.");
        bool possible = entry.CompressedLength >= 0 && entry.Length >= 0 && entry.CompressedLength <= archive
            && entry.Length <= entry.CompressedLength * LargestExpansion;
        if (!possible)
            throw new InvalidDataException($"{where} is damaged: it claims {entry.Length} bytes, packed to "
                + $"{entry.CompressedLength}, in a file of {archive}.");
        ReadingBudget.Require(entry.Length, entry.CompressedLength, where);
        using Stream unpacked = entry.Open();
        using CheckedStream content = new(unpacked);
        T result = read(content, entry.Length);
        if (content.ReadByte() >= 0 || content.Count != entry.Length)
            throw new InvalidDataException($"{where} is damaged: it does not have the {entry.Length} bytes that it claims.");
        if (content.Check != entry.Crc32)
            throw new InvalidDataException($"{where} is damaged: it has the check sum {content.Check:X8}, not {entry.Crc32:X8} "
                + "as written.");
        return result;
    }

    /// <summary>Where the list of files begins, as the record at the archive's end says; null if it cannot be found.</summary>
    internal static long? ListStart(Stream file)
    {
        // The record of 22 bytes may be followed by a comment of up to 65,535; in front of it stands, in large archives, the
        // place of a longer record.
        int count = (int)Math.Min(file.Length, 20 + 22 + 65_535);
        byte[] tail = new byte[count];
        file.Position = file.Length - count;
        file.ReadExactly(tail);
        // As ZipArchive looks for it: what resembles a record within the last 21 bytes is none, but part of a comment.
        int end = tail.AsSpan(0, Math.Max(0, count - 18)).LastIndexOf("PK\x05\x06"u8);
        if (end < 0) return null;
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        bool isLarge = start == uint.MaxValue || Number(4) == ushort.MaxValue || Number(10) == ushort.MaxValue;
        if (isLarge && end >= 20 && tail.AsSpan(end - 20).StartsWith("PK\x06\x07"u8))
        {
            long record = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - 20 + 8));
            if (record < 0 || record > file.Length - 56) return null;
            byte[] large = new byte[56];
            file.Position = record;
            file.ReadExactly(large);
            start = BinaryPrimitives.ReadInt64LittleEndian(large.AsSpan(48));
        }

        return start >= 0 && start <= file.Length ? start : null;

        // Of this disk at 4, of the entries at 10.
        int Number(int at) => BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + at));
    }
}
