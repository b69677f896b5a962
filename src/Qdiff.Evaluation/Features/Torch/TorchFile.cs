using System.Globalization;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The tensors of a file that PyTorch's <c>torch.save</c> wrote of a state dictionary, in the old format (pickles, then the
/// storages) or the present one (a zip archive). Nothing in the file is executed: beyond plain values only dictionaries, tensors
/// and storages are known, and anything else is refused by name. Sizes are checked against the file's real length before memory
/// is taken for them.
/// </summary>
/// <remarks>The formats are those of torch/serialization.py: _legacy_load and _load.</remarks>
public sealed class TorchFile
{
    /// <summary>How many times its own length a file's tensors may take in memory: tied weights are written once and read
    /// twice.</summary>
    const int Largest = 2;

    static readonly BigInteger s_magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    readonly Dictionary<string, StoredArray> tensors = new(StringComparer.Ordinal);
    readonly string source;
    readonly Dictionary<string, TorchStorage> storages = new(StringComparer.Ordinal);

    TorchFile(string source) => this.source = source;

    /// <summary>Each tensor, in C order whatever the file's strides, by its name in the state dictionary.</summary>
    public IReadOnlyDictionary<string, StoredArray> Tensors => tensors;

    /// <summary>Whether a file begins like one of <c>torch.save</c>.</summary>
    public static bool IsOne(string path)
    {
        if (File.Exists(path) && InputFile.LengthOf(path) == 0) return false;
        using FileStream file = InputFile.Open(path);
        Span<byte> start = stackalloc byte[4];
        int count = file.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        return count == 4 && (start[0] == 0x80 && start[1] is > 0 and < 6 && start[2] == 0x8a || IsZip(start));
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is damaged, of another format, or holds more than tensors.</exception>
    public static TorchFile Read(string path) => Read(InputFile.ReadAll(path), path);

    /// <summary>Reads the bytes of a file; <paramref name="source"/> names it in messages.</summary>
    /// <exception cref="InputException">It is damaged, of another format, or holds more than tensors.</exception>
    public static TorchFile Read(byte[] bytes, string source)
    {
        // The file, the storages in it, and tensors made of them.
        ReadingBudget.Require((2 + Largest) * (long)bytes.Length, source);
        var file = new TorchFile(source);
        try
        {
            object? root = IsZip(bytes) ? file.ReadArchive(bytes) : file.ReadLegacy(bytes);
            file.Materialise(root, (long)bytes.Length * Largest);
        }
        catch (Exception e) when (e is InvalidCastException or InvalidDataException)
        {
            throw file.Damaged("a value is not of the kind that stands there", e);
        }

        return file;
    }

    static bool IsZip(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\x03\x04"u8);

    object? ReadLegacy(byte[] bytes)
    {
        PickleReader header = new(bytes, 0, source);
        if (header.Read() is not BigInteger magic || magic != s_magic)
            throw Damaged("it does not begin with PyTorch's magic number");
        if (header.Read() is not 1001L) throw Damaged("its protocol is not 1001");
        header.Read();
        PickleReader body = Body(bytes, header.Position);
        object? root = body.Read();
        PickleReader keys = new(bytes, body.Position, source);
        if (keys.Read() is not List<object?> order) throw Damaged("the list of its storages is missing");
        int position = keys.Position;
        foreach (object? key in order)
        {
            if (key is not string name || !storages.TryGetValue(name, out TorchStorage? storage))
                throw Damaged("it lists a storage that no tensor uses");
            if (bytes.Length - position < 8) throw Damaged($"it ends before the storage {Quoted(name)}");
            long count = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(position));
            position += 8;
            if (count != storage.Count)
                throw Damaged($"the storage {Quoted(name)} should have {storage.Count} numbers and has {count}");
            long length = storage.Bytes;
            if (length > bytes.Length - position)
                throw Damaged($"the storage {Quoted(name)} needs {length} bytes and {bytes.Length - position} are left");
            storage.Data = bytes.AsMemory(position, (int)length);
            position += (int)length;
        }

        return root;
    }

    object? ReadArchive(byte[] bytes)
    {
        using ZipArchive archive = ZipInput.Open(new MemoryStream(bytes, writable: false), source);
        ZipArchiveEntry pickle = archive.Entries.FirstOrDefault(entry =>
            entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw Damaged("the archive has no data.pkl");
        string folder = pickle.FullName[..^"data.pkl".Length];
        long room = bytes.Length;
        if (archive.GetEntry($"{folder}byteorder") is { } order && Content(order).AsSpan().StartsWith("big"u8))
            throw new InputException($"{source} was written on a machine that puts the high byte first, which is not read. "
                + "Save it again on another, or as safetensors.");
        object? root = Body(Content(pickle), 0).Read();
        foreach ((string key, TorchStorage storage) in storages)
        {
            ZipArchiveEntry entry = archive.GetEntry($"{folder}data/{key}")
                ?? throw Damaged($"the storage {Quoted(key)} is missing");
            byte[] data = Content(entry);
            if (data.Length != storage.Bytes)
                throw Damaged($"the storage {Quoted(key)} should have {storage.Bytes} bytes and has {data.Length}");
            storage.Data = data;
        }

        return root;

        // PyTorch stores without compression, so that all entries together are no longer than the file.
        byte[] Content(ZipArchiveEntry entry)
        {
            if (entry.Length != entry.CompressedLength || (room -= entry.Length) < 0)
                throw Damaged($"its entry {Quoted(entry.FullName)} is compressed, or longer than the file");
            var content = new byte[entry.Length];
            using Stream stream = entry.Open();
            if (stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length)
                throw Damaged($"its entry {Quoted(entry.FullName)} is cut off");
            // The class library does not compare it, and a wrong weight would show in no other way. PyTorch can be told to leave
            // it out (set_crc32_options), which makes it 0.
            if (entry.Crc32 != 0 && Crc32.Of(content) != entry.Crc32)
                throw Damaged($"the check sum of its entry {Quoted(entry.FullName)} does not fit; copy or fetch the file again");
            return content;
        }
    }

    PickleReader Body(byte[] bytes, int position) => new(bytes, position, source) { Call = Call, Persistent = Storage };

    object? Call(PickleGlobal function, object?[] arguments) => (function.ToString(), arguments) switch
    {
        ("collections.OrderedDict", []) => new PickleDictionary(),
        ("torch._utils._rebuild_parameter", [TorchTensor tensor, ..]) => tensor,
        ("torch._utils._rebuild_tensor_v2", [TorchStorage storage, long offset, object?[] sizes, object?[] strides, ..]) =>
            new TorchTensor(storage, offset, Numbers(sizes), Numbers(strides)),
        _ => throw new InputException($"{source} calls {function}: only files that hold nothing but tensors are read "
            + "(collections.OrderedDict, torch._utils._rebuild_tensor_v2, torch._utils._rebuild_parameter). Save a state "
            + "dictionary of tensors."),
    };

    /// <summary>Sizes or strides; checked before they are copied, for one tuple may be used by very many tensors.</summary>
    long[] Numbers(object?[] values) =>
        values.Length <= TorchTensor.MostDimensions && values.All(value => value is long) ? [.. values.Cast<long>()]
            : throw Damaged($"a tensor has {values.Length} sizes or strides, or some that are no whole numbers; at most "
                + $"{TorchTensor.MostDimensions} are read");

    TorchStorage Storage(object? id)
    {
        if (id is object?[] and ["module", PickleGlobal module, ..])
            throw new InputException($"{source} holds a whole {module}, code included: only files that hold nothing but tensors "
                + "are read. Save its state_dict() instead.");
        if (id is not object?[] parts || parts is not ["storage", PickleGlobal type, string key, string, long count, ..])
            throw Damaged("it refers to data that are no storage");
        if (parts is [_, _, _, _, _, not null, ..])
            throw Damaged($"the storage {Quoted(key)} is part of another one, which is not supported");
        if (count < 0) throw Damaged($"the storage {Quoted(key)} has {count} numbers");
        ElementType element = type.ToString() switch
        {
            "torch.DoubleStorage" => ElementType.F64,
            "torch.FloatStorage" => ElementType.F32,
            "torch.HalfStorage" => ElementType.F16,
            "torch.BFloat16Storage" => ElementType.BF16,
            "torch.LongStorage" => ElementType.I64,
            "torch.IntStorage" => ElementType.I32,
            "torch.ShortStorage" => ElementType.I16,
            "torch.CharStorage" => ElementType.I8,
            "torch.ByteStorage" => ElementType.U8,
            "torch.BoolStorage" => ElementType.BOOL,
            var other => throw new InputException($"{source} has a storage of {other}, which is not known."),
        };
        if (storages.TryGetValue(key, out TorchStorage? known))
            return known.Type == element && known.Count == count ? known
                : throw Damaged($"the storage {Quoted(key)} is described in two ways");
        return storages[key] = new(element, count);
    }

    void Materialise(object? root, long room)
    {
        if (root is not PickleDictionary dictionary)
            throw new InputException($"{source} holds no state dictionary (torch.save(model.state_dict(), …) writes one).");
        foreach ((object? key, object? value) in dictionary)
        {
            if (key is not string name || value is not TorchTensor tensor)
                throw new InputException($"{source} holds more than tensors by name, at "
                    + $"{(key is string text ? Quoted(text) : "a key that is no text")}. Save the state dictionary alone.");
            if (!tensors.TryAdd(name, tensor.Contiguous(how => Damaged($"the tensor {Quoted(name)} {how}"), ref room)))
                throw Damaged($"there are two tensors {Quoted(name)}");
        }
    }

    static string Quoted(string name) => $"'{new string([.. name.Take(100).Select(c => char.IsControl(c) ? '?' : c)])}'";

    InputException Damaged(string how, Exception? cause = null) => new($"{source} is no readable PyTorch file: {how}.", cause);
}
