namespace Qdiff.Quantum;

/// <summary>
/// A gate of a program that is something else in the circuit: several gates of the table, or one on other wires. All its gates
/// refer to the same object. Noise acts on gates as they are written, so it asks for these.
/// </summary>
/// <param name="wires">In the order in which the program names them, without those of a condition.</param>
/// <param name="definition">The gates of the program's own definition, if the circuit has a known gate in their place.</param>
sealed class WrittenGate(int[] wires, IReadOnlyList<Gate>? definition)
{
    WrittenGate? inverse;

    public int[] Wires { get; } = wires;

    public IReadOnlyList<Gate>? Definition { get; } = definition;

    /// <summary>Whether it is run only for some outcomes of measurements.</summary>
    public bool IsConditional { get; init; }

    /// <summary>The kinds of gates by which noise follows it; null for those of its own.</summary>
    public IReadOnlyList<GateKind>? Kinds { get; init; }

    /// <summary>What is left of it where the gate's angles are others: that it is not always run.</summary>
    public WrittenGate? Condition => IsConditional ? new(Wires, null) { IsConditional = true } : null;

    /// <summary>What undoes it; the inverse of that is this object.</summary>
    public WrittenGate Inverse => LazyInitializer.EnsureInitialized(ref inverse, () =>
        new(Wires, Definition is null ? null : [.. Definition.Reverse().Select(gate => gate.Inverse)])
        {
            IsConditional = IsConditional,
            Kinds = Kinds,
            inverse = this,
        });

    /// <summary>The gates, with the definitions of the program in the place of gates that they are known to be.</summary>
    public static IEnumerable<Gate> Expanded(IEnumerable<Gate> gates)
    {
        WrittenGate? last = null;
        foreach (Gate gate in gates)
        {
            if (gate.Written is not { Definition: { } definition } written) yield return gate;
            else if (written != last)
                foreach (Gate inner in Expanded(definition)) yield return inner;
            last = gate.Written;
        }
    }
}
