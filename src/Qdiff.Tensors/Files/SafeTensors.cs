using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Qdiff.Tensors;

/// <summary>
/// Named arrays and text metadata in a safetensors file: 8 bytes of header length, a JSON header, then the bytes of all arrays
/// without gaps. Reading is strict and never allocates what the file's real length does not bear out.
/// </summary>
/// <remarks>Format: https://github.com/huggingface/safetensors, section "Format".</remarks>
public sealed class SafeTensors
{
    readonly Dictionary<string, StoredArray> byName = new(StringComparer.Ordinal);
    readonly List<string> names = [];

    /// <summary>These arrays, in this order.</summary>
    public SafeTensors(IEnumerable<KeyValuePair<string, StoredArray>> arrays,
        IEnumerable<KeyValuePair<string, string>>? metadata = null)
        : this("safetensors", arrays, metadata ?? [])
    {
    }

    SafeTensors(string source, IEnumerable<KeyValuePair<string, StoredArray>> arrays,
        IEnumerable<KeyValuePair<string, string>> metadata)
    {
        Source = source;
        Metadata = [.. metadata];
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string key, _) in Metadata)
            if (!keys.Add(key)) throw new ArgumentException($"The metadata have the key '{key}' twice.", nameof(metadata));
        foreach ((string name, StoredArray array) in arrays)
        {
            if (name == SafeTensorsHeader.MetadataKey)
                throw new ArgumentException($"'{name}' is reserved for metadata.", nameof(arrays));
            if (!byName.TryAdd(name, array)) throw new ArgumentException($"There are two arrays named '{name}'.", nameof(arrays));
            names.Add(name);
        }
    }

    /// <summary>Names in the order of the header.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Text about the file, in the order of the header.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; }

    /// <summary>The file it was read from, for messages.</summary>
    public string Source { get; }

    /// <summary>The array of this name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public StoredArray this[string name] => byName.GetValueOrDefault(name)
        ?? throw new InvalidDataException($"{Source} has no array '{name}'; it has {names.Count}: {Preview()}.");

    /// <summary>The array of this name, if there is one.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredArray? array) => byName.TryGetValue(name, out array);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another format; the message says where and how.</exception>
    public static SafeTensors Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>
    /// Reads everything from here to the end of a stream that knows its length; <paramref name="source"/> names it in messages.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged or of another format; the message says where and how.</exception>
    public static SafeTensors Read(Stream stream, string source)
    {
        ReadingBudget.Require(stream.Length - stream.Position, source);
        SafeTensorsHeader header = SafeTensorsHeader.Read(stream, source);
        var arrays = new Dictionary<string, StoredArray>(StringComparer.Ordinal);
        // The header was checked to list the bytes without gaps, so reading in order of offset visits the file once.
        foreach (SafeTensorsHeader.Entry entry in header.Entries.OrderBy(entry => entry.Begin))
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)(entry.End - entry.Begin));
            try
            {
                stream.ReadExactly(bytes);
            }
            catch (EndOfStreamException e)
            {
                throw new InvalidDataException($"{source} ends within the array '{entry.Name}'.", e);
            }

            arrays.Add(entry.Name, new(entry.Type, entry.Shape, bytes));
        }

        return new(source, header.Entries.Select(entry => KeyValuePair.Create(entry.Name, arrays[entry.Name])), header.Metadata);
    }

    /// <summary>Writes a file, replacing one that is there when the new one is complete.</summary>
    public void Write(string path) => WholeFile.Write(path, Write);

    /// <summary>Writes the arrays in their order; equal content gives equal bytes.</summary>
    public void Write(Stream stream)
    {
        byte[] header = SafeTensorsHeader.Format(names.Select(name => KeyValuePair.Create(name, byName[name])), Metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (string name in names) stream.Write(byName[name].Bytes.Span);
    }

    string Preview() => names.Count == 0 ? "none" : string.Join(", ", names.Take(8)) + (names.Count > 8 ? ", …" : "");
}
