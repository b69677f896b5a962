namespace Qdiff.Quantum;

/// <summary>A part of a program; <c>At</c> is its place in the text.</summary>
abstract record QasmNode(int At)
{
    /// <summary>How deep an expression is, and so how deep those recurse who walk through it.</summary>
    public virtual int Height => 0;

    protected static int Tallest(IEnumerable<QasmNode?> nodes) => nodes.Max(node => node?.Height) ?? 0;
}

/// <summary>A number, truth value or text as written.</summary>
sealed record QasmLiteral(int At, object Value) : QasmNode(At);

sealed record QasmName(int At, string Name) : QasmNode(At);

sealed record QasmUnary(int At, string Sign, QasmNode Operand) : QasmNode(At)
{
    public override int Height { get; } = 1 + Operand.Height;
}

sealed record QasmBinary(int At, string Sign, QasmNode Left, QasmNode Right) : QasmNode(At)
{
    public override int Height { get; } = 1 + Math.Max(Left.Height, Right.Height);
}

/// <summary>A function of OpenQASM, or a conversion to a type.</summary>
sealed record QasmCall(int At, string Function, QasmNode[] Arguments) : QasmNode(At)
{
    /// <summary>What it is converted to; null for a function.</summary>
    public QasmType? Type { get; init; }

    public override int Height { get; } = 1 + Tallest(Arguments);
}

/// <summary>One pair of brackets.</summary>
sealed record QasmIndex(int At, QasmNode Of, QasmNode[] Indices) : QasmNode(At)
{
    public override int Height { get; } = 1 + Math.Max(Of.Height, Tallest(Indices));
}

/// <summary>first : step : last, each optional.</summary>
sealed record QasmRange(int At, QasmNode? First, QasmNode? Step, QasmNode? Last) : QasmNode(At)
{
    public override int Height { get; } = 1 + Tallest([First, Step, Last]);
}

/// <summary>{ a, b, … }: a set of indices, or the elements of an array.</summary>
sealed record QasmSet(int At, QasmNode[] Elements) : QasmNode(At)
{
    public override int Height { get; } = 1 + Tallest(Elements);
}

sealed record QasmMeasurement(int At, QasmNode Qubits) : QasmNode(At);

/// <summary>A type: its word, its width, and for arrays the sizes.</summary>
sealed record QasmType(string Word, QasmNode? Width, QasmNode[] Sizes)
{
    /// <summary>Whether a subroutine changes the array of its caller.</summary>
    public bool IsMutable { get; init; }
}

enum QasmRole
{
    Variable,
    Constant,
    Input,
    Output,
}

sealed record QasmDeclaration(int At, QasmRole Role, QasmType Type, string Name, QasmNode? Value) : QasmNode(At);

sealed record QasmAlias(int At, string Name, QasmNode Value) : QasmNode(At);

sealed record QasmAssignment(int At, QasmNode Target, string Sign, QasmNode Value) : QasmNode(At);

/// <summary>ctrl, negctrl, inv or pow, with its argument.</summary>
sealed record QasmModifier(int At, string Word, QasmNode? Argument);

/// <summary>A gate on qubits, or a call of a subroutine (without qubits behind the parentheses).</summary>
sealed record QasmApplication(int At, QasmModifier[] Modifiers, string Name, QasmNode[] Arguments, QasmNode[] Qubits)
    : QasmNode(At);

sealed record QasmReset(int At, QasmNode Qubits) : QasmNode(At);

/// <summary>A barrier or delay: nothing happens, but its qubits must exist.</summary>
sealed record QasmIdle(int At, QasmNode[] Qubits) : QasmNode(At);

sealed record QasmBlock(int At, QasmNode[] Statements) : QasmNode(At);

sealed record QasmFor(int At, QasmType? Type, string Variable, QasmNode Over, QasmNode Body) : QasmNode(At);

sealed record QasmWhile(int At, QasmNode Condition, QasmNode Body) : QasmNode(At);

sealed record QasmIf(int At, QasmNode Condition, QasmNode Then, QasmNode? Else) : QasmNode(At);

/// <summary>break, continue or end.</summary>
sealed record QasmJump(int At, string Word) : QasmNode(At);

/// <summary>A gate definition; without a body it is opaque.</summary>
sealed record QasmGate(int At, string Name, string[] Parameters, string[] Qubits, QasmNode[]? Body) : QasmNode(At);

/// <summary>A subroutine; without a body it is an extern.</summary>
sealed record QasmSubroutine(int At, string Name, (QasmType Type, string Name)[] Parameters, QasmNode[]? Body) : QasmNode(At);
