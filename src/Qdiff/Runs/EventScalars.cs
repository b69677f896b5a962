using System.Buffers.Binary;
using Google.Protobuf;

namespace Qdiff;

/// <summary>Reads curves back from the event files of a folder.</summary>
static class EventScalars
{
    /// <summary>No record of a number is nearly as long; longer ones hold pictures.</summary>
    const int LongestRecord = 4096;

    /// <summary>
    /// The numbers of this tag by step, also while they are being written. Records that cannot be read end their file; where a
    /// later session began again at a step, what earlier ones say of that and later steps does not count.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SortedDictionary<long, double> Read(string folder, string tag)
    {
        SortedDictionary<long, double> curve = [];
        if (!Directory.Exists(folder)) return curve;
        foreach (string path in Directory.GetFiles(folder, EventFile.Prefix + "*").Order(StringComparer.Ordinal))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            foreach (byte[] record in Records(file)) Take(record, tag, curve);
        }

        return curve;
    }

    /// <summary>The data of the short records, as far as they are whole.</summary>
    static IEnumerable<byte[]> Records(FileStream file)
    {
        byte[] head = new byte[12], data = new byte[LongestRecord], check = new byte[4];
        while (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) != EventRecord.MaskedCheck(head.AsSpan(0, 8))) yield break;
            if (length < 0 || length > file.Length - file.Position - check.Length) yield break;
            if (length > LongestRecord)
            {
                file.Seek(length + check.Length, SeekOrigin.Current);
                continue;
            }

            Memory<byte> content = data.AsMemory(0, (int)length);
            file.ReadExactly(content.Span);
            file.ReadExactly(check);
            if (BinaryPrimitives.ReadUInt32LittleEndian(check) != EventRecord.MaskedCheck(content.Span)) yield break;
            yield return content.ToArray();
        }
    }

    static void Take(byte[] record, string tag, SortedDictionary<long, double> curve)
    {
        try
        {
            long step = 0;
            bool begins = false;
            List<double> values = [];
            Fields(record, (field, input) =>
            {
                switch (field)
                {
                    case 2:
                        step = input.ReadInt64();
                        return true;
                    case 5:
                        Fields(input.ReadBytes().ToByteArray(), (entry, summary) =>
                        {
                            if (entry != 1) return false;
                            if (Value(summary.ReadBytes().ToByteArray(), tag) is { } value) values.Add(value);
                            return true;
                        });
                        return true;
                    case 7:
                        begins = true;
                        return false;
                    default:
                        return false;
                }
            });
            if (begins)
                foreach (long later in curve.Keys.Where(key => key >= step).ToArray()) curve.Remove(later);
            foreach (double value in values) curve[step] = value;
        }
        catch (InvalidProtocolBufferException)
        {
            // A record of another program that is framed like ours; its numbers are none of ours.
        }
    }

    /// <summary>The number of an entry with this tag.</summary>
    static double? Value(byte[] entry, string tag)
    {
        (string name, double? value) = ("", null);
        Fields(entry, (field, input) =>
        {
            switch (field)
            {
                case 1:
                    name = input.ReadString();
                    return true;
                case 2:
                    value = input.ReadFloat();
                    return true;
                default:
                    return false;
            }
        });
        return name == tag ? value : null;
    }

    /// <summary>Goes through the fields of a message; those that <paramref name="read"/> does not read are passed over.</summary>
    static void Fields(byte[] message, Func<int, CodedInputStream, bool> read)
    {
        using var input = new CodedInputStream(message);
        for (uint tag; (tag = input.ReadTag()) != 0;)
            if (!read(WireFormat.GetTagFieldNumber(tag), input)) input.SkipLastField();
    }
}
