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

    // The limit of the reference implementation.
    const long MaxLength = 100_000_000;

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
        if (length > (ulong)(available - 8) || length > MaxLength)
        {
            throw new InvalidDataException($"{source} is no safetensors file or was cut off: it claims a header of {length} "
                + $"bytes, "
                + $"but {available - 8} bytes follow (and {MaxLength} is the limit).");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return Parse(document.RootElement, available - 8 - (long)length, source);
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

    static SafeTensorsHeader Parse(JsonElement root, long dataLength, string source)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException($"an object is expected, not {root.ValueKind}.");
        List<Entry> entries = [];
        List<KeyValuePair<string, string>> metadata = [];
        foreach (JsonProperty property in Distinct(root, "the header"))
        {
            if (property.Name == MetadataKey)
                metadata = [.. Distinct(property.Value, MetadataKey)
                    .Select(p => KeyValuePair.Create(p.Name, StringOf(p.Value, p.Name)))];
            else
                entries.Add(ParseEntry(property.Name, property.Value, dataLength));
        }

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

    static Entry ParseEntry(string name, JsonElement value, long dataLength)
    {
        var fields = Distinct(value, $"'{name}'").ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        foreach (string field in fields.Keys)
            if (field is not ("dtype" or "shape" or "data_offsets"))
                throw new JsonException($"'{name}' has an unknown field '{field}'.");
        JsonElement Field(string field) => fields.TryGetValue(field, out JsonElement found)
            ? found
            : throw new JsonException($"'{name}' has no {field}.");

        string type = StringOf(Field("dtype"), "dtype");
        // Enum.TryParse alone would also take numbers.
        if (!Enum.GetNames<ElementType>().Contains(type))
            throw new JsonException($"'{name}' has the element type {type}, which cannot be read; known are "
                + $"{string.Join(", ", Enum.GetNames<ElementType>())}.");
        ElementType elements = Enum.Parse<ElementType>(type);
        int[] shape = [.. Field("shape").EnumerateArray().Select(size => size.TryGetInt32(out int n) && n >= 0
            ? n
            : throw new JsonException($"'{name}' has a size of {size}; sizes go from 0 to {int.MaxValue}."))];
        long[] offsets = [.. Field("data_offsets").EnumerateArray().Select(offset => offset.TryGetInt64(out long n)
            ? n
            : throw new JsonException($"'{name}' has an offset {offset} that is no integer."))];
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

    static IEnumerable<JsonProperty> Distinct(JsonElement value, string where)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new JsonException($"{where} must be an object, not {value.ValueKind}.");
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (!seen.Add(property.Name)) throw new JsonException($"{where} has the key '{property.Name}' twice.");
            yield return property;
        }
    }

    static string StringOf(JsonElement value, string where) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new JsonException($"{where} must be a string, not {value.ValueKind}.");
}
