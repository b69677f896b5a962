using System.Globalization;
using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Values of expressions. Numbers are computed; what contains an input or a weight becomes an <see cref="AngleExpression"/>.
/// Whole numbers divide like whole numbers only where one is asked for (an index, a bound, an int, a condition): in an angle 1/2
/// is a half.
/// </summary>
sealed partial class QasmEvaluator(QasmSource source, QasmWires wires, QasmSteps steps)
{
    /// <summary>Elements of a register or an array.</summary>
    public const int MaxElements = 100_000;

    /// <summary>Values of measured bits while a condition is worked out for one outcome after the other.</summary>
    public Dictionary<int, bool> Assumed { get; } = [];

    public FormatException Error(int at, string message) => source.Error(at, message);

    public AngleExpression Angle(QasmNode node, QasmScope scope)
    {
        AngleExpression angle = AngleOf(node, Evaluate(node, scope));
        return !angle.IsConstant || double.IsFinite(angle.ConstantValue)
            ? angle
            : throw Error(node.At,
                $"The angle is {angle.ConstantValue.ToString(CultureInfo.InvariantCulture)}, not a finite number.");
    }

    /// <summary>A whole number: an index, a size, a bound, a count. Half of one is a mistake.</summary>
    public long Whole(QasmNode node, QasmScope scope) => Whole(node, scope, truncated: false);

    /// <summary>What a conversion to a whole number makes of any: its part after the point goes.</summary>
    public long Truncated(QasmNode node, QasmScope scope) => Whole(node, scope, truncated: true);

    long Whole(QasmNode node, QasmScope scope, bool truncated) => Number(node, Evaluate(node, scope, whole: true)) switch
    {
        long value => value,
        double value when Math.Abs(value) < 1e15 && (truncated || value == Math.Floor(value)) => (long)value,
        _ => throw Error(node.At, "A whole number is expected here, known when the program is read."),
    };

    public double Constant(QasmNode node, QasmScope scope) => AngleOf(node, Evaluate(node, scope)) is { IsConstant: true } angle
        ? angle.ConstantValue
        : throw Error(node.At, "A number is expected here that depends on no input parameter.");

    public bool Truth(QasmNode node, QasmScope scope) => Evaluate(node, scope, whole: true) switch
    {
        bool value => value,
        AngleExpression => throw Error(node.At,
            "A condition cannot depend on an input parameter: the circuit must be the same for "
            + "all values."),
        object value => Number(node, value) is not (0L or 0.0),
    };

    /// <summary>The indices of a loop or a slice, of something with <paramref name="size"/> elements.</summary>
    public IEnumerable<long> Range(QasmRange range, QasmScope scope, int? size)
    {
        long step = range.Step is null ? 1 : Whole(range.Step, scope);
        if (step == 0) throw Error(range.At, "The step of a range is 0: it does not end.");
        if (size is null && (range.First is null || range.Last is null))
            throw Error(range.At, "A loop needs both ends of its range.");
        long first = range.First is null ? step > 0 ? 0 : size!.Value - 1 : FromEnd(Whole(range.First, scope));
        long last = range.Last is null ? step > 0 ? size!.Value - 1 : 0 : FromEnd(Whole(range.Last, scope));
        for (long i = first; step > 0 ? i <= last : i >= last; i += step)
        {
            yield return i;
            // The next one would be beyond 64 bits.
            if (step > 0 ? i > long.MaxValue - step : i < long.MinValue - step) yield break;
        }

        long FromEnd(long index) => index < 0 && size is { } count ? index + count : index;
    }

    public object Evaluate(QasmNode node, QasmScope scope, bool whole = false)
    {
        source.CheckStack(node.At);
        steps.CountElements(node.At, 1);
        switch (node)
        {
            case QasmLiteral { Value: string text }:
                string row = BitRow(node.At, text);
                return row.Length < 63 ? Convert.ToInt64(row, 2)
                    : throw Error(node.At, "More than 62 bits are too many for a number.");
            case QasmLiteral literal:
                return literal.Value;
            case QasmName name:
                return Find(name, scope).Value;
            case QasmUnary unary:
                return Unary(unary, scope, whole);
            case QasmBinary { Sign: "++" } join:
                return Join(join, Evaluate(join.Left, scope), Evaluate(join.Right, scope));
            case QasmBinary { Sign: "&&" } and:
                return Truth(and.Left, scope) && Truth(and.Right, scope);
            case QasmBinary { Sign: "||" } or:
                return Truth(or.Left, scope) || Truth(or.Right, scope);
            case QasmBinary binary:
                object left = Evaluate(binary.Left, scope, whole);
                object result = Binary(binary.At, binary.Sign, Number(binary.Left, left),
                    Number(binary.Right, Evaluate(binary.Right, scope, whole)), whole);
                return binary.Sign == "<<" && Width(binary.Left, left, scope) is < 63 and var width
                    ? (long)result & (1L << width) - 1
                    : result;
            case QasmIndex index:
                return Index(index, scope);
            case QasmCall call:
                return Call(call, scope);
            case QasmSet set:
                object[] elements = [.. set.Elements.Select(element => Evaluate(element, scope))];
                CheckElements(set.At, elements.Sum(element => element is QasmArray inner ? inner.Elements.LongLength : 1));
                return elements.All(element =>
                    element is QasmArray inner && inner.Sizes.SequenceEqual(((QasmArray)elements[0]).Sizes))
                    && elements.Length > 0
                    ? new QasmArray([.. elements.SelectMany(element => ((QasmArray)element).Elements)],
                        [elements.Length, .. ((QasmArray)elements[0]).Sizes])
                    : new QasmArray(elements, [elements.Length]);
            default:
                throw Error(node.At, "A value is expected here.");
        }
    }

    /// <summary>Two values joined by a sign.</summary>
    public object Binary(int at, string sign, object left, object right, bool whole)
    {
        if (left is AngleExpression || right is AngleExpression) return Angles(at, sign, ToAngle(left), ToAngle(right));
        return source.Located(at, () => left is long a && right is long b
            ? Longs(at, sign, a, b, whole)
            : Doubles(at, sign, ToDouble(left), ToDouble(right)));
    }

    /// <summary>A number of a value: bits that are known spell one, a truth value is 0 or 1.</summary>
    public object Number(QasmNode node, object value) => value switch
    {
        bool truth => truth ? 1L : 0L,
        long or double or AngleExpression => value,
        QasmBits bits => bits.Numbers.Length < 63
            ? bits.Numbers.Select((bit, i) => BitValue(node, bit) ? 1L << i : 0).Sum()
            : throw Error(node.At, "More than 62 bits are too many for a number."),
        QasmArray { Elements: [var only], Sizes: [] } => Number(node, only),
        QasmArray => throw Error(node.At, "An array is not a number; name one of its elements."),
        _ => throw Error(node.At, "Qubits are not a number."),
    };

    /// <summary>The digits of bits in quotes, the highest first.</summary>
    public string BitRow(int at, string text)
    {
        steps.CountElements(at, text.Length);
        return text.Replace("_", "", StringComparison.Ordinal) is { Length: > 0 } row && row.All(c => c is '0' or '1')
            ? row
            : throw Error(at, $"{QasmSource.Quote(text)} is not a row of bits.");
    }

    public QasmVariable Find(QasmName name, QasmScope scope) => scope.Find(name.Name)
        ?? throw Error(name.At, $"{QasmSource.Quote(name.Name)} is " + (scope.Hides(name.Name)
            ? "not constant; a gate sees its own names and constants only." : "not declared."));

    /// <summary>Measured bits in a condition.</summary>
    public List<int> MeasuredBits(QasmNode node, QasmScope scope)
    {
        List<int> found = [];
        AddMeasured(node, scope, found);
        return found;
    }

    void AddMeasured(QasmNode node, QasmScope scope, List<int> found)
    {
        source.CheckStack(node.At);
        steps.CountElements(node.At, 1);
        switch (node)
        {
            case QasmName name:
                if (scope.Find(name.Name)?.Value is not QasmBits bits) break;
                steps.CountElements(node.At, bits.Numbers.Length);
                found.AddRange(Open(bits));
                break;
            case QasmIndex index:
                if (Evaluate(index, scope) is QasmBits some) found.AddRange(Open(some));
                foreach (QasmNode inner in index.Indices) AddMeasured(inner, scope, found);
                break;
            case QasmUnary unary:
                AddMeasured(unary.Operand, scope, found);
                break;
            case QasmBinary binary:
                AddMeasured(binary.Left, scope, found);
                AddMeasured(binary.Right, scope, found);
                break;
            case QasmCall call:
                foreach (QasmNode argument in call.Arguments) AddMeasured(argument, scope, found);
                break;
            default:
                break;
        }
    }

    IEnumerable<int> Open(QasmBits bits) =>
        bits.Numbers.Where(bit => wires.MeasuredWire(bit) is not null && !Assumed.ContainsKey(bit));

    bool BitValue(QasmNode node, int bit) => Assumed.TryGetValue(bit, out bool assumed) ? assumed
        : wires.MeasuredWire(bit) is null ? wires.Value(bit)
        : throw Error(node.At, "This depends on what was measured; only the condition of an if may.");

    object Unary(QasmUnary unary, QasmScope scope, bool whole)
    {
        if (unary.Sign == "!") return !Truth(unary.Operand, scope);
        object operand = Evaluate(unary.Operand, scope, whole), value = Number(unary.Operand, operand);
        return source.Located<object>(unary.At, () => (unary.Sign, value) switch
        {
            ("-", long number) => checked(-number),
            ("-", double number) => -number,
            ("-", AngleExpression angle) => steps.Counted(unary.At, angle * -1),
            ("~", long number) => Width(unary.Operand, operand, scope) switch
            {
                < 63 and var width => ~number & (1L << width) - 1,
                64 => ~number,
                _ => throw Error(unary.At, "~ needs a value of a known width of 62 bits at most, or an int."),
            },
            _ => throw Error(unary.At, $"{unary.Sign} does not go with this value."),
        });
    }

    object Longs(int at, string sign, long a, long b, bool whole) => sign switch
    {
        "+" => checked(a + b),
        "-" => checked(a - b),
        "*" => checked(a * b),
        "/" when b == 0 => throw Error(at, "Division by zero."),
        "/" => whole || a % b == 0 ? a / b : (double)a / b,
        "%" => b != 0 ? a % b : throw Error(at, "Division by zero."),
        "**" => b is >= 0 and < 64 && Math.Abs(Math.Pow(a, b)) < long.MaxValue ? (long)BigInteger.Pow(a, (int)b) : Math.Pow(a, b),
        "&" => a & b,
        "|" => a | b,
        "^" => a ^ b,
        "<<" => b is >= 0 and < 63 ? a << (int)b : throw Error(at, "A shift is by 0 to 62 bits."),
        ">>" => b is >= 0 and < 63 ? a >> (int)b : throw Error(at, "A shift is by 0 to 62 bits."),
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        ">" => a > b,
        "<=" => a <= b,
        ">=" => a >= b,
        _ => throw Error(at, $"{sign} is not supported."),
    };

    object Doubles(int at, string sign, double a, double b) => sign switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b != 0 ? a / b : throw Error(at, "Division by zero."),
        "%" => b != 0 ? a % b : throw Error(at, "Division by zero."),
        "**" or "^" => Math.Pow(a, b),
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        ">" => a > b,
        "<=" => a <= b,
        ">=" => a >= b,
        _ => throw Error(at, $"{sign} needs whole numbers."),
    };

    AngleExpression Angles(int at, string sign, AngleExpression a, AngleExpression b) =>
        steps.Counted(at, source.Located(at, () => sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" when b.IsConstant => b.ConstantValue != 0 ? a * (1 / b.ConstantValue) : throw Error(at, "Division by zero."),
            "/" => a * b.ToThe(-1),
            "**" or "^" when b.IsConstant => a.ToThe(b.ConstantValue),
            "**" or "^" => (b * a.Apply(AngleFunction.Ln)).Apply(AngleFunction.Exp),
            _ => throw Error(at, $"{sign} cannot be applied to an input parameter."),
        }));

    object Call(QasmCall call, QasmScope scope)
    {
        if (call is { Function: "int" or "uint", Arguments: [var number] })
            return OfType(call.Function, Truncated(number, scope), widths[call] = Width(call.Type, scope));
        if (call is { Function: "bool", Arguments: [var truth] }) return Truth(truth, scope);
        if (call is { Function: "sizeof", Arguments: [var of, ..] and { Length: <= 2 } all })
            return Size(call, Evaluate(of, scope), all.Length == 2 ? (int)Whole(all[1], scope) : 0);
        object[] values = [.. call.Arguments.Select(argument => Evaluate(argument, scope))];
        object[] numbers = [.. values.Select((value, i) => Number(call.Arguments[i], value))];
        return source.Located<object>(call.At, () => (call.Function, numbers) switch
        {
            ("float" or "angle" or "real", [var x]) => x is AngleExpression ? x : ToDouble(x),
            ("bit", [long bits]) => OfType("uint", bits, widths[call] = Width(call.Type, scope)),
            ("sin", [var x]) => Apply(AngleFunction.Sin, x),
            ("cos", [var x]) => Apply(AngleFunction.Cos, x),
            ("tan", [var x]) => Apply(AngleFunction.Tan, x),
            ("arcsin" or "asin", [var x]) => Apply(AngleFunction.ArcSin, x),
            ("arccos" or "acos", [var x]) => Apply(AngleFunction.ArcCos, x),
            ("arctan" or "atan", [var x]) => Apply(AngleFunction.ArcTan, x),
            ("exp", [var x]) => Apply(AngleFunction.Exp, x),
            ("log" or "ln", [var x]) => Apply(AngleFunction.Ln, x),
            ("sqrt", [AngleExpression x]) => steps.Counted(call.At, x.ToThe(0.5)),
            ("sqrt", [var x]) => Math.Sqrt(ToDouble(x)),
            ("pow", [var x, var y]) => Binary(call.At, "**", x, y, false),
            ("mod", [var x, var y]) => Binary(call.At, "%", x, y, false),
            ("abs", [long x]) => Math.Abs(x),
            ("abs", [double x]) => Math.Abs(x),
            ("floor", [not AngleExpression and var x]) => checked((long)Math.Floor(ToDouble(x))),
            ("ceiling" or "ceil", [not AngleExpression and var x]) => checked((long)Math.Ceiling(ToDouble(x))),
            ("popcount", [long x]) => (long)BitOperations.PopCount((ulong)x),
            _ => throw Error(call.At, $"{QasmSource.Quote(call.Function)} with {numbers.Length} arguments is not a function that "
                + "can be read" + (numbers.Any(number => number is AngleExpression) ? " of input parameters." : ".")),
        });

        object Apply(AngleFunction function, object x) =>
            x is AngleExpression angle ? steps.Counted(call.At, angle.Apply(function)) : function.Value(ToDouble(x));
    }

    object Size(QasmCall call, object value, int dimension) => value switch
    {
        QasmArray array when dimension >= 0 && dimension < array.Sizes.Length => (long)array.Sizes[dimension],
        QasmQubits { IsRegister: true } qubits when dimension == 0 => (long)qubits.Numbers.Length,
        QasmBits { IsRegister: true } bits when dimension == 0 => (long)bits.Numbers.Length,
        _ => throw Error(call.At, "sizeof needs an array or a register, and a dimension that it has."),
    };

    object Index(QasmIndex index, QasmScope scope)
    {
        object of = Evaluate(index.Of, scope);
        if (of is QasmArray array) return Element(index, array, scope);
        (int[] numbers, bool isQubits) = of switch
        {
            QasmQubits { IsRegister: true } qubits => (qubits.Numbers, true),
            QasmBits { IsRegister: true } bits => (bits.Numbers, false),
            _ => throw Error(index.At, "This has no elements."),
        };
        if (index.Indices is not [var only]) throw Error(index.At, "A register has one index.");
        bool isOne = only is not (QasmRange or QasmSet);
        int[] found = [.. Positions(only, scope, numbers.Length).Select(i => i >= 0 && i < numbers.Length
            ? numbers[i]
            : throw Error(only.At,
                $"{(isQubits ? "Qubit" : "Bit")} {i} is outside the register {Text(index.Of)}[{numbers.Length}]."))];
        steps.CountElements(only.At, found.Length);
        if (!isOne) widths[index] = found.Length;
        return isQubits ? new QasmQubits(found, !isOne) : new QasmBits(found, !isOne);
    }

    object Element(QasmIndex index, QasmArray array, QasmScope scope)
    {
        foreach (QasmNode node in index.Indices)
        {
            if (array.Sizes.Length == 0) throw Error(node.At, "There are more indices than dimensions.");
            (int size, int inner) = (array.Sizes[0], array.Elements.Length / Math.Max(1, array.Sizes[0]));
            // Checked one by one: a range may be far longer than the array.
            long[] positions = [.. Positions(node, scope, size).Select(i => i >= 0 && i < size
                ? i
                : throw Error(node.At, $"Element {i} is outside the array {Text(index.Of)}, which has {size}."))];
            CheckElements(node.At, (long)positions.Length * inner);
            object[] elements = [.. positions.SelectMany(i => array.Elements.Skip((int)i * inner).Take(inner))];
            array = new(elements, node is QasmRange or QasmSet ? [positions.Length, .. array.Sizes[1..]] : array.Sizes[1..]);
        }

        return array.Sizes.Length == 0 ? array.Elements[0] : array;
    }

    IEnumerable<long> Positions(QasmNode node, QasmScope scope, int size)
    {
        return node switch
        {
            QasmRange range => Range(range, scope, size),
            QasmSet set => set.Elements.Select(element => FromEnd(Whole(element, scope))),
            _ => [FromEnd(Whole(node, scope))],
        };

        long FromEnd(long index) => index < 0 ? index + size : index;
    }

    object Join(QasmBinary join, object left, object right)
    {
        CheckElements(join.At, (long)Count(left) + Count(right));
        return (left, right) switch
        {
            (QasmQubits a, QasmQubits b) => new QasmQubits([.. a.Numbers, .. b.Numbers], true),
            (QasmBits a, QasmBits b) => new QasmBits([.. a.Numbers, .. b.Numbers], true),
            _ => throw Error(join.At, "++ joins two registers."),
        };

        static int Count(object value) => value is QasmQubits qubits ? qubits.Numbers.Length
            : value is QasmBits bits ? bits.Numbers.Length : 0;
    }

    /// <summary>What is joined to itself again and again would double each time.</summary>
    void CheckElements(int at, long count)
    {
        if (count > MaxElements) throw Error(at, Invariant($"More than {MaxElements:N0} elements are joined in one."));
        steps.CountElements(at, count);
    }

    AngleExpression AngleOf(QasmNode node, object value) => ToAngle(Number(node, value));

    static AngleExpression ToAngle(object number) =>
        number as AngleExpression ?? AngleExpression.Constant(ToDouble(number));

    static double ToDouble(object number) => number is long whole ? whole : (double)number;

    static string Text(QasmNode node) => node is QasmName name ? name.Name : "…";
}
