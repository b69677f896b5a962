namespace Qdiff.Quantum;

// How wide whole numbers are, for ~ and <<, which are of as many bits.
sealed partial class QasmEvaluator
{
    /// <summary>How many bits a whole number has, 64 for an int; null where nothing says so.</summary>
    int? Width(QasmNode node, object value, QasmScope scope) => value switch
    {
        bool => 1,
        QasmBits bits => bits.Numbers.Length,
        _ => Width(node, scope),
    };

    /// <summary>Without working more of the expression out again than which bits a slice has: nested ones would do it over and
    /// over.</summary>
    int? Width(QasmNode node, QasmScope scope) => node switch
    {
        QasmLiteral { Value: string text } => text.Count(char.IsAsciiDigit),
        QasmLiteral { Value: bool } or QasmUnary { Sign: "!" } => 1,
        QasmBinary { Sign: "&&" or "||" or "==" or "!=" or "<" or ">" or "<=" or ">=" } or QasmCall { Function: "bool" } => 1,
        QasmName name => Find(name, scope) switch
        {
            { Value: bool } => 1,
            { Value: QasmBits bits } => bits.Numbers.Length,
            { Width: { } width } => width,
            { Type: "uint" or "bit" or "creg" } => null,
            _ => 64,
        },
        QasmIndex { Of: QasmName register } index when Find(register, scope).Value is QasmBits =>
            index.Indices is [QasmRange or QasmSet] ? (Evaluate(index, scope) as QasmBits)?.Numbers.Length : 1,
        QasmIndex index => Width(index.Of, scope),
        QasmUnary unary => Width(unary.Operand, scope),
        QasmBinary { Sign: "<<" or ">>" } shift => Width(shift.Left, scope),
        QasmBinary { Sign: "++" } join => Width(join.Left, scope) + Width(join.Right, scope),
        QasmBinary binary => Width(binary.Left, scope) is { } a && Width(binary.Right, scope) is { } b ? Math.Min(a, b) : null,
        QasmCall { Function: "uint" or "bit" } => null,
        _ => 64,
    };
}
