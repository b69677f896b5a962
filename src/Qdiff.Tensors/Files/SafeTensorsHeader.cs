using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Qdiff.Tensors;

/// <summary>The JSON header of a safetensors file: parsed and checked against the length of the file, or written.</summary>
sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsHeader.Entry> Entries,
    IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    public const string MetadataKey = "__metadata__";

    // Two hundred thousand tensors. The reference implementation allows 100 MB, of which nobody has need.
    const long MaxLength = 16_000_000;

    static readonly Dictionary<string, ElementType> s_types =
        Enum.GetValues<ElementType>().ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    delegate void FieldReader(ref Utf8JsonReader json, string name);

    /// <summary>One array: bytes <c>Begin</c> to <c>End</c> after the header.</summary>
    public sealed record Entry(string Name, ElementType Type, int[] Shape, long Begin, long End);

    public static SafeTensorsHeader Read(Stream stream, string source)
    {
        long available = stream.Length - stream.Position;
        if (available < 8)
            throw new InvalidDataException($"{source} is no safetensors file: it has {available} bytes, the length of the "
                + "header alone takes 8.");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(available - 8))
            throw new InvalidDataException($"{source} is no safetensors file or was cut off: it claims a header of {length} "
                + $"bytes, but {available - 8} bytes follow.");
        if (length > MaxLength)
            throw new InvalidDataException($"{source} has a header of {length} bytes; at most {MaxLength} are read.");

        var json = new byte[length];
        stream.ReadExactly(json);
        try
        {
            return Parse(json, available - 8 - (long)length, source);
        }
        // Text that is no valid UTF-8 shows as InvalidOperationException when a string is asked for.
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{source} has a damaged safetensors header: {e.Message}", e);
        }
    }

    public static byte[] Format(IEnumerable<KeyValuePair<string, StoredArray>> arrays,
        IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata) writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            long begin = 0;
            foreach ((string name, StoredArray array) in arrays)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", array.Type.ToString());
                writer.WriteStartArray("shape");
                foreach (int size in array.Shape) writer.WriteNumberValue(size);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(begin);
                writer.WriteNumberValue(begin += array.Bytes.Length);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        // Spaces up to a multiple of 8, so that the data start aligned.
        var header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        buffer.WrittenSpan.CopyTo(header);
        header.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    static SafeTensorsHeader Parse(ReadOnlySpan<byte> bytes, long dataLength, string source)
    {
        List<Entry> entries = [];
        List<KeyValuePair<string, string>> metadata = [];
        // Token by token: a document of a header would take fifteen times its length.
        Utf8JsonReader json = new(bytes, new JsonReaderOptions { MaxDepth = 8 });
        json.Read();
        HashSet<string> names = new(StringComparer.Ordinal), keys = new(StringComparer.Ordinal);
        ReadObject(ref json, "the header", (ref Utf8JsonReader value, string name) =>
        {
            if (!names.Add(name)) throw Twice("the header", name);
            if (name == MetadataKey)
                ReadObject(ref value, MetadataKey, (ref Utf8JsonReader text, string key) =>
                {
                    if (!keys.Add(key)) throw Twice(MetadataKey, key);
                    metadata.Add(new(key, StringOf(ref text, key)));
                });
            else
                entries.Add(ReadEntry(ref value, name, dataLength));
        });
        // Whatever follows the object makes the reader throw.
        json.Read();

        long end = 0;
        string before = "the header";
        foreach (Entry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end)
            {
                throw new InvalidDataException($"{source}: the array '{entry.Name}' starts at byte {entry.Begin} of the data "
                    + $"but {before} ends at {end}; "
                    + (entry.Begin < end ? "arrays must not overlap." : "there must be no gap."));
            }

            (end, before) = (entry.End, $"'{entry.Name}'");
        }

        return end == dataLength
            ? new(entries, metadata)
            : throw new InvalidDataException($"{source}: the arrays end at byte {end} of the data, but the file has "
                + $"{dataLength}; it was cut off or has something appended.");
    }

    static Entry ReadEntry(ref Utf8JsonReader json, string name, long dataLength)
    {
        string? type = null;
        int[]? shape = null;
        long[]? offsets = null;
        ReadObject(ref json, $"'{name}'", (ref Utf8JsonReader value, string field) =>
        {
            switch (field)
            {
                case "dtype" when type is not null: throw Twice($"'{name}'", field);
                case "shape" when shape is not null: throw Twice($"'{name}'", field);
                case "data_offsets" when offsets is not null: throw Twice($"'{name}'", field);
                case "dtype": type = StringOf(ref value, "dtype"); break;
                case "shape":
                    shape = [.. Numbers(ref value, name, field).Select(size => size is >= 0 and <= int.MaxValue
                        ? (int)size
                        : throw new JsonException($"'{name}' has a size of {size}; sizes go from 0 to {int.MaxValue}."))];
                    break;
                case "data_offsets": offsets = [.. Numbers(ref value, name, field)]; break;
                default: throw new JsonException($"'{name}' has an unknown field '{field}'.");
            }
        });
        if (type is null || shape is null || offsets is null)
            throw new JsonException($"'{name}' has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}.");
        if (!s_types.TryGetValue(type, out ElementType elements))
            throw new JsonException($"'{name}' has the element type {type}, which cannot be read; known are "
                + $"{string.Join(", ", s_types.Keys)}.");
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > dataLength)
            throw new JsonException($"'{name}' has data_offsets [{string.Join(", ", offsets)}]; two are expected, rising, "
                + $"within the {dataLength} bytes of data.");

        long bytes = BytesOf(name, elements, shape);
        return bytes == offsets[1] - offsets[0]
            ? new(name, elements, shape, offsets[0], offsets[1])
            : throw new JsonException($"'{name}' is {type} of shape [{StoredArray.Text(shape)}], {bytes} bytes, but its "
                + $"data_offsets span {offsets[1] - offsets[0]}.");
    }

    static long BytesOf(string name, ElementType type, int[] shape)
    {
        try
        {
            long bytes = StoredArray.CountOf(shape) * StoredArray.SizeOf(type);
            return bytes <= Array.MaxLength
                ? bytes
                : throw new JsonException($"'{name}' has {bytes} bytes; one array can have {Array.MaxLength}.");
        }
        catch (ArgumentException e)
        {
            throw new JsonException($"'{name}': {e.Message}", e);
        }
    }

    static JsonException Twice(string where, string key) => new($"{where} has the key '{key}' twice.");

    /// <summary>Walks over the object that begins here.</summary>
    static void ReadObject(ref Utf8JsonReader json, string where, FieldReader read)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"an object is expected for {where}, not {json.TokenType}.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            read(ref json, key);
        }
    }

    static List<long> Numbers(ref Utf8JsonReader json, string name, string field)
    {
        List<long> numbers = [];
        if (json.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"the {field} of '{name}' must be a list, not {json.TokenType}.");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            numbers.Add(json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long number) ? number
                : throw new JsonException($"the {field} of '{name}' holds something that is no integer."));
        return numbers;
    }

    static string StringOf(ref Utf8JsonReader json, string where) => json.TokenType == JsonTokenType.String
        ? json.GetString()!
        : throw new JsonException($"{where} must be a string, not {json.TokenType}.");
}
