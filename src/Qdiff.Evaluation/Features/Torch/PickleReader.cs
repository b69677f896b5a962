using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Qdiff.Evaluation;

/// <summary>
/// Reads the values of a Python pickle as far as files of tensors need them: numbers, text, lists, tuples, dictionaries. It
/// builds nothing else and runs nothing: functions and classes are names (<see cref="PickleGlobal"/>), and what their call means
/// is asked of the caller, who refuses what it does not know.
/// </summary>
/// <remarks>Protocol 2 and the opcodes of later protocols that stand for the same values; Python's Lib/pickletools.py describes
/// them.</remarks>
sealed class PickleReader(byte[] bytes, int position, string source)
{
    /// <summary>Operations of a pickle, some thirty of which make a tensor: a value takes many times the byte that makes it, so
    /// that a file of nothing but operations would fill the memory.</summary>
    const int MostOperations = 1 << 20;

    static readonly object s_mark = new();

    readonly List<object?> stack = [];
    readonly Dictionary<long, object?> memo = [];

    /// <summary>Where the next byte is.</summary>
    public int Position => position;

    /// <summary>What a call of a global with these arguments is.</summary>
    public Func<PickleGlobal, object?[], object?> Call { get; init; } = (function, _) =>
        throw new InputException($"A pickle calls {function}, which is not expected there.");

    /// <summary>What a persistent id stands for.</summary>
    public Func<object?, object?> Persistent { get; init; } = _ =>
        throw new InputException("A pickle refers to data kept elsewhere.");

    /// <summary>Reads one pickle, up to and including its STOP.</summary>
    public object? Read()
    {
        stack.Clear();
        memo.Clear();
        for (int operations = 0; operations < MostOperations; operations++)
        {
            char code = (char)Take(1)[0];
            if (code == '.') return Pop();
            Execute(code);
        }

        throw Damaged($"it has more than {MostOperations} operations, far more than tensors need");
    }

    void Execute(char code)
    {
        switch (code)
        {
            case '\x80': Take(1); break;                              // PROTO
            case '\x95': Take(8); break;                              // FRAME
            case '(': stack.Add(s_mark); break;
            case 'N': stack.Add(null); break;
            case '\x88': stack.Add(true); break;
            case '\x89': stack.Add(false); break;
            case 'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 'K': stack.Add((long)Take(1)[0]); break;
            case 'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case '\x8a': stack.Add(Long(Take(Take(1)[0]))); break;    // LONG1
            case 'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'X': stack.Add(Text(Take(Length(4)))); break;        // BINUNICODE
            case '\x8c': stack.Add(Text(Take(Take(1)[0]))); break;    // SHORT_BINUNICODE
            case 'U': stack.Add(Text(Take(Take(1)[0]))); break;       // SHORT_BINSTRING, of Python 2
            case 'T': stack.Add(Text(Take(Length(4)))); break;        // BINSTRING
            case ')': stack.Add(Array.Empty<object?>()); break;
            case '\x85': stack.Add(Top(1)); break;
            case '\x86': stack.Add(Top(2)); break;
            case '\x87': stack.Add(Top(3)); break;
            case 't': stack.Add(SinceMark()); break;
            case ']': stack.Add(new List<object?>()); break;
            case 'a': Append([Pop()]); break;
            case 'e': Append(SinceMark()); break;
            case '}': stack.Add(new PickleDictionary()); break;
            case 's': Set(Top(2)); break;
            case 'u': Set(SinceMark()); break;
            case 'q': memo[Take(1)[0]] = Peek(); break;
            case 'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case '\x94': memo[memo.Count] = Peek(); break;            // MEMOIZE
            case 'h': Recall(Take(1)[0]); break;
            case 'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case 'c': stack.Add(new PickleGlobal(Line(), Line())); break;
            case '\x93':                                              // STACK_GLOBAL
                stack.Add(Top(2) is [string module, string name] ? new PickleGlobal(module, name) : throw Operands());
                break;
            case 'R':
            case '\x81':                                              // NEWOBJ
                stack.Add(Top(2) is [PickleGlobal function, object?[] arguments] ? Call(function, arguments) : throw Operands());
                break;
            case 'b': Pop(); Peek(); break;                           // BUILD: attributes of an object are not needed
            case 'Q': stack.Add(Persistent(Pop())); break;
            default: throw Damaged($"the operation 0x{(int)code:x2} before byte {position} is none that files of tensors need");
        }
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - position) throw Damaged($"it ends at byte {bytes.Length} within a value");
        position += count;
        return bytes.AsSpan(position - count, count);
    }

    int Length(int size)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Take(size));
        return length <= (uint)(bytes.Length - position) ? (int)length
            : throw Damaged($"a text at byte {position} claims {length} bytes");
    }

    static object Long(ReadOnlySpan<byte> digits)
    {
        BigInteger value = new(digits);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    string Line()
    {
        int length = bytes.AsSpan(position).IndexOf((byte)'\n');
        if (length is < 0 or > 256) throw Damaged($"the name at byte {position} does not end");
        string line = Text(Take(length));
        Take(1);
        return line;
    }

    object? Peek() => stack.Count > 0 ? stack[^1] : throw Damaged($"the stack is empty before byte {position}");

    object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    object?[] Top(int count)
    {
        if (stack.Count < count) throw Damaged($"the stack has {stack.Count} values, not {count}, before byte {position}");
        object?[] values = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    object?[] SinceMark()
    {
        int mark = stack.FindLastIndex(value => ReferenceEquals(value, s_mark));
        if (mark < 0) throw Damaged($"there is no mark before byte {position}");
        object?[] values = Top(stack.Count - mark - 1);
        Pop();
        return values;
    }

    void Append(object?[] values)
    {
        if (Peek() is not List<object?> list) throw Operands();
        list.AddRange(values);
    }

    void Set(object?[] keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0 || Peek() is not PickleDictionary dictionary) throw Operands();
        for (int i = 0; i < keysAndValues.Length; i += 2) dictionary.Add(new(keysAndValues[i], keysAndValues[i + 1]));
    }

    void Recall(long index) =>
        stack.Add(memo.TryGetValue(index, out object? value) ? value : throw Damaged($"nothing was kept as number {index}"));

    InputException Operands() => Damaged($"the operation before byte {position} has the wrong operands");

    InputException Damaged(string how) => new($"{source} is a damaged pickle: {how}.");
}

/// <summary>A Python function or class, by name.</summary>
readonly record struct PickleGlobal(string Module, string Name)
{
    public override string ToString() => new([.. $"{Module}.{Name}".Select(c => char.IsControl(c) ? '?' : c)]);
}

/// <summary>A Python dictionary: its entries in the order in which they were set.</summary>
sealed class PickleDictionary : List<KeyValuePair<object?, object?>>;
