using System.Buffers.Binary;
using System.Text;
using Qdiff.Tensors;

/// <summary>
/// Damages inputs as broken disks, careless editors and hostile senders do: bits, cuts, insertions, parts of another input, and,
/// knowing that files hold lengths and texts hold numbers and words, those replaced by the worst ones.
/// </summary>
/// <param name="seeds">Good inputs of one kind.</param>
/// <param name="isText">Whether they are text: then words and numbers are taken apart.</param>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, bool isText)
{
    static readonly string[] s_numbers =
    [
        "0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999", "1e308", "1e309", "-1e-320", "NaN", "Infinity", "0x7fffffff", "1.5", "007", "1_000", "",
    ];

    static readonly long[] s_lengths =
    [
        0, 1, 2, 3, 15, 16, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue - 1, int.MaxValue, 1L << 31, uint.MaxValue,
        1L << 32, 1L << 40, long.MaxValue - 1, long.MaxValue, -1, -2, int.MinValue, long.MinValue,
    ];

    readonly string[] words = isText ? WordsOf(seeds) : [];

    /// <summary>An input that is a pure function of its seed and number.</summary>
    public byte[] Input(RandomStream random)
    {
        byte[] input = Pick(seeds, random);
        for (int mistakes = 1 + Skewed(6, random); mistakes > 0; mistakes--) input = Mistake(input, random);
        return input;
    }

    byte[] Mistake(byte[] input, RandomStream random)
    {
        if (input.Length == 0) return Pick(seeds, random);
        int at = Place(input.Length, random), length = Math.Min(1 + Skewed(64, random), input.Length - at);
        switch (random.Next(isText ? 16 : 11))
        {
            case 0 or 1:
                return With(input, at, (byte)(input[at] ^ 1 << random.Next(8)));
            case 2:
                return With(input, at, (byte)random.Next(256));
            case 3:
                return With(input, at, (byte)(random.Next(2) * 255));
            case 4:
                return [.. input[..at], .. input[(at + length)..]];
            case 5:
                return input[..at];
            case 6:
                int to = random.Next(input.Length + 1);
                return [.. input[..to], .. input.AsSpan(at, length), .. input[to..]];
            case 7:
                byte[] other = Pick(seeds, random);
                int from = other.Length == 0 ? 0 : random.Next(other.Length);
                return [.. input[..at], .. other.AsSpan(from)];
            case 8 or 9 or 10:
                return Length(input, at, random);
            case 11 or 12:
                return Number(input, at, random);
            case 13:
                return [.. input[..at], .. Encoding.UTF8.GetBytes(words[random.Next(words.Length)]), .. input[(at + length)..]];
            case 14:
                return Repeat(input, at, length, random);
            default:
                return Line(input, at, random);
        }
    }

    /// <summary>A field of one to eight bytes, in either order, at a place that is often a multiple of its size.</summary>
    static byte[] Length(byte[] input, int at, RandomStream random)
    {
        int size = 1 << random.Next(4);
        if (random.Next(2) == 0) at -= at % size;
        if (at + size > input.Length) return input;
        long value = s_lengths[random.Next(s_lengths.Length)];
        if (random.Next(4) == 0) value = input.Length + random.Next(-2, 3);
        Span<byte> field = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(field, value);
        field = field[..size];
        if (random.Next(2) == 0) field.Reverse();
        byte[] result = [.. input];
        field.CopyTo(result.AsSpan(at));
        return result;
    }

    /// <summary>The next number of a text becomes one that is hard to take.</summary>
    static byte[] Number(byte[] input, int at, RandomStream random)
    {
        int begin = input.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (begin < 0) return input;
        begin += at;
        int end = begin;
        while (end < input.Length && input[end] is >= (byte)'0' and <= (byte)'9' or (byte)'.') end++;
        return [.. input[..begin], .. Encoding.ASCII.GetBytes(s_numbers[random.Next(s_numbers.Length)]), .. input[end..]];
    }

    /// <summary>A piece many times, which finds what grows too fast.</summary>
    static byte[] Repeat(byte[] input, int at, int length, RandomStream random)
    {
        int times = 1 << random.Next(1, 12);
        times = Math.Min(times, 1 + 60_000 / length);
        byte[] result = new byte[input.Length + times * length];
        input.AsSpan(0, at).CopyTo(result);
        for (int i = 0; i < times; i++) input.AsSpan(at, length).CopyTo(result.AsSpan(at + i * length));
        input.AsSpan(at).CopyTo(result.AsSpan(at + times * length));
        return result;
    }

    /// <summary>A line goes, or stands there twice.</summary>
    static byte[] Line(byte[] input, int at, RandomStream random)
    {
        int begin = input.AsSpan(0, at).LastIndexOf((byte)'\n') + 1, end = input.AsSpan(at).IndexOf((byte)'\n');
        end = end < 0 ? input.Length : at + end + 1;
        return random.Next(2) == 0 ? [.. input[..begin], .. input[end..]] : [.. input[..end], .. input[begin..]];
    }

    static byte[] With(byte[] input, int at, byte value)
    {
        byte[] result = [.. input];
        result[at] = value;
        return result;
    }

    /// <summary>Often near the start or the end: there are the headers.</summary>
    static int Place(int length, RandomStream random) => random.Next(4) switch
    {
        0 => random.Next(Math.Min(64, length)),
        1 => length - 1 - random.Next(Math.Min(120, length)),
        _ => random.Next(length),
    };

    /// <summary>0 to most − 1, small ones more often.</summary>
    static int Skewed(int most, RandomStream random) => random.Next(1 + random.Next(most));

    static byte[] Pick(IReadOnlyList<byte[]> from, RandomStream random) => from[random.Next(from.Count)];

    static string[] WordsOf(IReadOnlyList<byte[]> seeds)
    {
        SortedSet<string> words = new(StringComparer.Ordinal)
        { "{", "}", "[", "]", "\"", "'", ":", ",", "\n", "&a ", "*a", "!!x ", "<<: " };
        foreach (byte[] seed in seeds)
            foreach (string word in Encoding.UTF8.GetString(seed).Split([' ', '\n', '"', ',', ';', ':', '(', ')']))
                if (word.Length is > 0 and < 40) words.Add(word);
        return [.. words];
    }
}
