using Google.Protobuf;

namespace Qdiff;

/// <summary>
/// Writes fields of protocol buffer messages by number, so that no generated classes are needed for the few we have.
/// </summary>
static class ProtobufMessage
{
    /// <summary>The bytes of a message with this content.</summary>
    public static byte[] Build(Action<CodedOutputStream> content)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        content(output);
        output.Flush();
        return bytes.ToArray();
    }

    public static void WriteNumber(this CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    public static void WriteSingle(this CodedOutputStream output, int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }

    public static void WriteDouble(this CodedOutputStream output, int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    public static void WriteText(this CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    public static void WriteData(this CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }

    public static void WriteMessage(this CodedOutputStream output, int field, Action<CodedOutputStream> content) =>
        output.WriteData(field, Build(content));
}
