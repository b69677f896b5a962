using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Qdiff.Tensors;

/// <summary>The header of an array file of NumPy: magic, version and a Python dictionary literal of three keys.</summary>
sealed partial record NpyHeader(ElementType Type, bool BigEndian, bool Fortran, int[] Shape, int DataLength)
{
    // NumPy writes less than 200 bytes for an array without named fields.
    const int MaxLength = 65_536;

    static readonly (string Code, ElementType Type)[] s_types =
    [
        ("f8", ElementType.F64), ("f4", ElementType.F32), ("f2", ElementType.F16),
        ("i8", ElementType.I64), ("i4", ElementType.I32), ("i2", ElementType.I16), ("i1", ElementType.I8),
        ("u8", ElementType.U64), ("u4", ElementType.U32), ("u2", ElementType.U16), ("u1", ElementType.U8),
        ("b1", ElementType.BOOL),
    ];

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static NpyHeader Read(Stream stream, long length, string source)
    {
        if (length < 10) throw new InvalidDataException($"{source} is no array file of NumPy: it has {length} bytes.");
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (!start[..6].SequenceEqual(Magic))
            throw new InvalidDataException($"{source} is no array file of NumPy: it does not start with \\x93NUMPY.");
        int version = start[6];
        if (version is < 1 or > 3)
            throw new InvalidDataException($"{source} has version {version} of NumPy's format; 1 to 3 can be read.");
        Span<byte> field = stackalloc byte[version == 1 ? 2 : 4];
        stream.ReadExactly(field);
        uint headerLength = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(field)
            : BinaryPrimitives.ReadUInt32LittleEndian(field);
        long left = length - 8 - field.Length;
        if (headerLength > left || headerLength > MaxLength)
            throw new InvalidDataException($"{source} claims a header of {headerLength} bytes; {left} follow and {MaxLength} "
                + "is the limit.");
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        return Parse(Encoding.UTF8.GetString(header), left - headerLength, source);
    }

    public static byte[] Format(StoredArray array)
    {
        string code = s_types.First(row => row.Type == array.Type).Code;
        char order = StoredArray.SizeOf(array.Type) == 1 ? '|' : '<';
        string shape = array.Shape.Count == 1 ? $"{array.Shape[0]}," : string.Join(", ", array.Shape);
        string text = $"{{'descr': '{order}{code}', 'fortran_order': False, 'shape': ({shape}), }}";
        // Data start at a multiple of 64; the header ends with a new line.
        int total = (10 + text.Length + 1 + 63) / 64 * 64;
        var bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text.PadRight(total - 11) + "\n", bytes.AsSpan(10));
        return bytes;
    }

    static NpyHeader Parse(string text, long dataLength, string source)
    {
        if (text.Contains("'descr': [", StringComparison.Ordinal))
            throw Damaged("is not a dictionary of one kind of numbers: it describes rows of named fields (a structured array). "
                + "Save the field that is meant as an array of its own");
        Match match = Dictionary().Match(text);
        if (!match.Success) throw Damaged($"is not a dictionary of descr, fortran_order and shape: {Shown(text)}");
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        for (int i = 0; i < match.Groups["key"].Captures.Count; i++)
        {
            string key = match.Groups["key"].Captures[i].Value;
            if (!fields.TryAdd(key, match.Groups["value"].Captures[i].Value)) throw Damaged($"has the key '{key}' twice");
        }

        if (fields.Count != 3 || !fields.TryGetValue("descr", out string? descr)
            || !fields.TryGetValue("fortran_order", out string? fortran) || !fields.TryGetValue("shape", out string? shapeText))
        {
            throw Damaged($"must have exactly the keys descr, fortran_order and shape: {Shown(text)}");
        }

        if (fortran is not ("True" or "False"))
            throw Damaged($"has the fortran_order {Shown(fortran)}, True or False is expected");
        (ElementType type, bool bigEndian) = ParseType(descr);
        int[] shape = ParseShape(shapeText);
        long bytes;
        try
        {
            bytes = StoredArray.CountOf(shape) * StoredArray.SizeOf(type);
        }
        catch (ArgumentException e)
        {
            throw Damaged($"is impossible ({e.Message})");
        }

        if (bytes != dataLength || bytes > Array.MaxLength)
        {
            throw new InvalidDataException($"{source}: {type} of shape [{StoredArray.Text(shape)}] takes {bytes} bytes, but "
                + $"{dataLength} follow the header; "
                + (bytes > dataLength ? "the file was cut off." : "something is appended."));
        }

        return new(type, bigEndian, fortran == "True", shape, (int)bytes);

        InvalidDataException Damaged(string what) => new($"{source}: the NumPy header {what}.");

        (ElementType, bool) ParseType(string quoted)
        {
            string code = quoted.Trim('\'', '"');
            int row = code.Length == 3 && code[0] is '<' or '>' or '|' or '='
                ? Array.FindIndex(s_types, r => r.Code == code[1..])
                : -1;
            if (row < 0)
                throw Damaged($"has the element type {Shown(quoted)}; floats of 2, 4 or 8 bytes, integers and Booleans can be "
                    + $"read{(code.Contains('O') ? ", Python objects cannot" : "")}");
            return (s_types[row].Type, code[0] == '>');
        }

        int[] ParseShape(string tuple) => tuple[0] != '('
            ? throw Damaged($"has the shape {Shown(tuple)}, which is no tuple")
            : [.. tuple[1..^1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(size =>
                int.TryParse(size.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int n)
                    ? n
                    : throw Damaged($"has the size {Shown(size)} in its shape; sizes go from 0 to {int.MaxValue}"))];
    }

    static string Shown(string text) => text.Length <= 120 ? text.Trim() : text[..120] + "…";

    /// <summary>{'key': value, …}, where a value is a quoted string, True, False or a tuple of numbers.</summary>
    [GeneratedRegex(
        """^\s*\{(\s*(?<q>['"])(?<key>\w+)\k<q>\s*:\s*(?<value>'[^']*'|"[^"]*"|True|False|\([\d,\sL]*\))\s*"""
        + """(,|(?=\})))*\s*\}\s*$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    internal static partial Regex Dictionary();
}
