using System.Globalization;

namespace Qdiff.Quantum;

// How wide whole numbers are: what fits into a type, and for ~ and <<, which are of as many bits.
sealed partial class QasmEvaluator
{
    /// <summary>How many bits slices and conversions had when they were last worked out.</summary>
    readonly Dictionary<QasmNode, int?> widths = new(ReferenceEqualityComparer.Instance);

    /// <summary>A number as a variable keeps it: 1 in a float is 1.0, whose half is not 0; 5 in a uint[2] is 1, and 3 in an
    /// int[2] is -1.</summary>
    public static object OfType(string word, object value, int? width = null) => (word, value) switch
    {
        ("float" or "angle", long whole) => (double)whole,
        ("int" or "uint", double real) => OfType(word, (long)real, width),
        ("uint", long whole) when width is < 64 and { } bits => whole & long.MaxValue >> 63 - bits,
        ("int", long whole) when width is < 64 and { } bits => whole << 64 - bits >> 64 - bits,
        ("bool", long number) => number != 0,
        _ => value,
    };

    /// <summary>How many bits a value of the type has, if it says so.</summary>
    public int? Width(QasmType? type, QasmScope scope) => type switch
    {
        { Word: "bool" } => 1,
        { Word: "int" or "uint" or "bit", Width: { } width } => Size(width, MaxElements, scope),
        { Word: "bit" } => 1,
        _ => null,
    };

    public int Size(QasmNode node, int limit, QasmScope scope, string message = "A size is {0}, not {1}.")
    {
        long size = Whole(node, scope);
        return size >= 1 && size <= limit
            ? (int)size
            : throw Error(node.At, string.Format(CultureInfo.InvariantCulture, message, Invariant($"1 to {limit:N0}"), size));
    }

    /// <summary>How many bits a whole number has, 64 for an int; null where nothing says so.</summary>
    int? Width(QasmNode node, object value, QasmScope scope) => value switch
    {
        bool => 1,
        QasmBits bits => bits.Numbers.Length,
        _ => Width(node, scope),
    };

    /// <summary>Of an expression that has just been worked out. Nothing of it is worked out again: nested ones would do so over
    /// and over, twice as often at each level.</summary>
    int? Width(QasmNode node, QasmScope scope)
    {
        // A chain of shifts is walked at each of its links.
        steps.CountElements(node.At, 1);
        return node switch
        {
            QasmLiteral { Value: string text } => text.Count(char.IsAsciiDigit),
            QasmLiteral { Value: bool } or QasmUnary { Sign: "!" } => 1,
            QasmBinary { Sign: "&&" or "||" or "==" or "!=" or "<" or ">" or "<=" or ">=" } or QasmCall { Function: "bool" } => 1,
            QasmName name => Find(name, scope) switch
            {
                { Value: bool } => 1,
                { Value: QasmBits bits } => bits.Numbers.Length,
                { Type: "int" } => 64,
                { Width: { } width } => width,
                { Type: "uint" or "bit" or "creg" } => null,
                _ => 64,
            },
            QasmIndex { Of: QasmName register } index when Find(register, scope).Value is QasmBits =>
                index.Indices is [QasmRange or QasmSet] ? widths[index] : 1,
            QasmIndex index => Width(index.Of, scope),
            QasmUnary unary => Width(unary.Operand, scope),
            QasmBinary { Sign: "<<" or ">>" } shift => Width(shift.Left, scope),
            QasmBinary { Sign: "++" } join => Width(join.Left, scope) + Width(join.Right, scope),
            QasmBinary binary =>
                Width(binary.Left, scope) is { } a && Width(binary.Right, scope) is { } b ? Math.Min(a, b) : null,
            QasmCall { Function: "uint" or "bit" } call => widths[call],
            _ => 64,
        };
    }
}
