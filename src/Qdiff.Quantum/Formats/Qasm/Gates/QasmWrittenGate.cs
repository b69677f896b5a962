namespace Qdiff.Quantum;

/// <summary>A gate of a program as it is written, with its modifiers.</summary>
/// <param name="wires">In the order in which it names them.</param>
/// <param name="definition">The program's own definition of a gate that is read as what it is known to be.</param>
sealed class QasmWrittenGate(int[] wires, IReadOnlyList<QasmOperation>? definition)
{
    QasmWrittenGate? inverse;

    public int[] Wires { get; } = wires;

    public IReadOnlyList<QasmOperation>? Definition { get; } = definition;

    /// <summary>What undoes it; the inverse of that is this object.</summary>
    public QasmWrittenGate Inverse => inverse ??= new QasmWrittenGate(Wires, Definition is null ? null
        : [.. Definition.Reverse().Select(operation => operation.Inverse())])
    {
        inverse = this,
    };

    /// <summary>The same gate where it is written once more.</summary>
    public QasmWrittenGate Copy() => new(Wires, Definition);
}
