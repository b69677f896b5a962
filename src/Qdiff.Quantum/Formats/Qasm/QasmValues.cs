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

    public string Type { get; } = type;

    public int? Width { get; } = width;
}

/// <summary>Names that are visible in a block, and behind it those of the blocks around.</summary>
sealed class QasmScope(QasmScope? outer)
{
    readonly Dictionary<string, QasmVariable> names = [];

    public bool Declare(string name, QasmVariable variable) => names.TryAdd(name, variable);

    public QasmVariable? Find(string name) => names.GetValueOrDefault(name) ?? outer?.Find(name);
}
