namespace Qdiff.Quantum;

/// <summary>Qubits by number; a register can be spread over, a single qubit is repeated.</summary>
sealed record QasmQubits(int[] Numbers, bool IsRegister);

/// <summary>Classical bits by number, the lowest first.</summary>
sealed record QasmBits(int[] Numbers, bool IsRegister);

/// <summary>Elements in order, last index fastest.</summary>
sealed record QasmArray(object[] Elements, int[] Sizes);

/// <summary>A name and what it stands for: long, double, bool, an angle, an array, qubits or bits.</summary>
/// <param name="width">How many bits a whole number has, of a type that says so.</param>
sealed class QasmVariable(object value, bool isFixed, string type, int? width = null)
{
    public object Value { get; set; } = value;

    public bool IsFixed { get; } = isFixed;

    /// <summary>Whether it is what the text says, unlike an input, an alias or the variable of a loop.</summary>
    public bool IsConstant { get; init; }

    public string Type { get; } = type;

    public int? Width { get; } = width;
}

/// <summary>Names that are visible in a block, and behind it those of the blocks around.</summary>
/// <param name="isGate">Whether it is that of a gate, which sees only constants of what is around it.</param>
sealed class QasmScope(QasmScope? outer, bool isGate = false)
{
    readonly Dictionary<string, QasmVariable> names = [];

    public bool Declare(string name, QasmVariable variable) => names.TryAdd(name, variable);

    public QasmVariable? Find(string name) => names.GetValueOrDefault(name)
        ?? (outer?.Find(name) is { } found && (found.IsConstant || !isGate) ? found : null);

    /// <summary>Whether a name that is not found stands for something outside the gate.</summary>
    public bool Hides(string name) => isGate ? outer?.Find(name) is not null : outer?.Hides(name) ?? false;
}
