using System.Buffers.Binary;
using Google.Protobuf;

namespace Qdiff;

/// <summary>What a record of an event file says of a step: numbers and images by tag, as TensorBoard's writers of several
/// programs put them.</summary>
/// <remarks>
/// The messages Event, Summary and SessionLog, and of TensorFlow 2, which writes everything as tensors, TensorProto and
/// SummaryMetadata: tensorflow/core/util/event.proto, framework/summary.proto and framework/tensor.proto.
/// </remarks>
sealed class EventSummary
{
    const int Float = 1, Double = 2;

    /// <summary>A session's status; it also says when it saves and when it ends, which takes nothing back.</summary>
    public const int Started = 1;

    static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    readonly List<(string Tag, double Value)> numbers = [];
    readonly List<(string Tag, byte[] Png)> images = [];

    /// <summary>The step.</summary>
    public long Step { get; private set; }

    /// <summary>Whether a session begins here: what earlier ones say of this and later steps does not count.</summary>
    public bool Begins { get; private set; }

    /// <summary>Numbers by tag.</summary>
    public IReadOnlyList<(string Tag, double Value)> Numbers => numbers;

    /// <summary>Images by tag, the first of each where there are several; only those in PNG.</summary>
    public IReadOnlyList<(string Tag, byte[] Png)> Images => images;

    /// <summary>Reads a record's data; null if it is none of ours to understand.</summary>
    public static EventSummary? Of(byte[] record)
    {
        var read = new EventSummary();
        try
        {
            Fields(record, (tag, input) =>
            {
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case 2:
                        read.Step = input.ReadInt64();
                        return true;
                    case 5:
                        Fields(input.ReadBytes().ToByteArray(), (entry, summary) =>
                        {
                            if (WireFormat.GetTagFieldNumber(entry) != 1) return false;
                            read.Take(summary.ReadBytes().ToByteArray());
                            return true;
                        });
                        return true;
                    case 7:
                        Fields(input.ReadBytes().ToByteArray(), (entry, session) =>
                        {
                            if (WireFormat.GetTagFieldNumber(entry) != 1) return false;
                            read.Begins = session.ReadEnum() == Started;
                            return true;
                        });
                        return true;
                    default:
                        return false;
                }
            });
            return read;
        }
        catch (InvalidProtocolBufferException)
        {
            // A record of another program that is framed like ours.
            return null;
        }
    }

    /// <summary>One entry: a tag and its value in one of the forms.</summary>
    void Take(byte[] entry)
    {
        string name = "";
        double? number = null;
        byte[]? image = null;
        Fields(entry, (tag, input) =>
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    name = input.ReadString();
                    return true;
                case 2:
                    number = input.ReadFloat();
                    return true;
                case 4:
                    image = PictureOf(input.ReadBytes().ToByteArray());
                    return true;
                case 8:
                    (number, image) = TensorOf(input.ReadBytes().ToByteArray());
                    return true;
                default:
                    return false;
            }
        });
        if (number is { } value) numbers.Add((name, value));
        if (image is not null) images.Add((name, image));
    }

    static byte[]? PictureOf(byte[] image)
    {
        byte[]? encoded = null;
        Fields(image, (tag, input) =>
        {
            if (WireFormat.GetTagFieldNumber(tag) != 4) return false;
            encoded = input.ReadBytes().ToByteArray();
            return true;
        });
        return encoded is not null && encoded.AsSpan().StartsWith(s_png) ? encoded : null;
    }

    /// <summary>A tensor of one number, or of texts among which a image stands behind its width and height.</summary>
    static (double? Number, byte[]? Image) TensorOf(byte[] tensor)
    {
        int type = 0;
        byte[] content = [];
        List<double> values = [];
        byte[]? image = null;
        Fields(tensor, (tag, input) =>
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    type = input.ReadEnum();
                    return true;
                case 4:
                    content = input.ReadBytes().ToByteArray();
                    return true;
                case (5 or 6) and var field:
                    // One after another, or packed into one field.
                    byte[] packed = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
                        ? input.ReadBytes().ToByteArray()
                        : field == 5 ? BitConverter.GetBytes(input.ReadFloat()) : BitConverter.GetBytes(input.ReadDouble());
                    values.AddRange(NumbersOf(packed, field == 5 ? Float : Double));
                    return true;
                case 8:
                    byte[] text = input.ReadBytes().ToByteArray();
                    if (image is null && text.AsSpan().StartsWith(s_png)) image = text;
                    return true;
                default:
                    return false;
            }
        });
        if (content.Length > 0) values = [.. NumbersOf(content, type)];
        return (values is [var only] ? only : null, image);
    }

    static IEnumerable<double> NumbersOf(byte[] bytes, int type)
    {
        int size = type switch { Float => 4, Double => 8, _ => int.MaxValue };
        for (int at = 0; at <= bytes.Length - size; at += size)
            yield return type == Float ? BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at))
                : BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at));
    }

    /// <summary>Goes through the fields of a message; those that <paramref name="read"/> does not read are passed over.</summary>
    static void Fields(byte[] message, Func<uint, CodedInputStream, bool> read)
    {
        using var input = new CodedInputStream(message);
        for (uint tag; (tag = input.ReadTag()) != 0;)
            if (!read(tag, input)) input.SkipLastField();
    }
}
