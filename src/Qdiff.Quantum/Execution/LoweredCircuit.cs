namespace Qdiff.Quantum;

/// <summary>
/// A circuit and its read-outs, rewritten once into the cheapest equivalent computation: gates that no read-out sees are gone,
/// independent parts are separate, the encoding is a product state, and parts that are joined by few gates evolve alone and are
/// contracted at the end. Exact up to rounding. Immutable: any number of threads may use it, each with its own
/// <see cref="CircuitWorkspace"/>.
/// </summary>
public sealed class LoweredCircuit
{
    /// <summary>Samples side by side in a tile; element e of sample s is at e·16 + s.</summary>
    public const int Samples = Tile.Samples;

    /// <summary>Lowers the circuit; without read-outs it is read out as Pauli Z of every wire, in wire order.</summary>
    public LoweredCircuit(Circuit circuit, IReadOnlyList<Observable>? readOuts = null)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        Circuit = circuit;
        ReadOuts = [.. readOuts ?? circuit.StandardReadOuts];
        for (int r = 0; r < ReadOuts.Count; r++)
        {
            if (ReadOuts[r].Support >> circuit.Qubits != 0)
                throw new ArgumentException(
                    $"Read-out {r} ({ReadOuts[r]}) acts on a wire beyond the circuit's {circuit.Qubits} qubits.",
                    nameof(readOuts));
        }

        Layouts = [.. ReadOutGroups.Plan(circuit, ReadOuts)];
        WorkspaceBytes = Layouts.Select(layout => layout.Floats).DefaultIfEmpty(0).Max() * sizeof(float);
    }

    /// <summary>The circuit as it was given.</summary>
    public Circuit Circuit { get; }

    /// <summary>What is measured, in the order of the expectations.</summary>
    public IReadOnlyList<Observable> ReadOuts { get; }

    /// <summary>Bytes that a workspace takes for this circuit.</summary>
    public long WorkspaceBytes { get; }

    internal ProgramLayout[] Layouts { get; }

    /// <summary>What lowering saved.</summary>
    public LoweringReport Report => new(this);

    /// <summary>
    /// Computes what all tiles of a step share: the matrices of gates whose angles are fixed or weights. <paramref name="reuse"/>
    /// is overwritten and returned if given.
    /// </summary>
    /// <exception cref="ArgumentException">The number of weights is wrong, or one is not finite.</exception>
    public PreparedCircuit Prepare(ReadOnlySpan<float> weights, PreparedCircuit? reuse = null)
    {
        if (weights.Length != Circuit.Weights)
            throw new ArgumentException($"The circuit has {Circuit.Weights} weights, got {weights.Length}.", nameof(weights));
        for (int i = 0; i < weights.Length; i++)
        {
            if (!float.IsFinite(weights[i]))
                throw new ArgumentException(FormattableString.Invariant($"Weight {i} is {weights[i]}; angles must be finite."),
                    nameof(weights));
        }

        if (reuse is not null && reuse.Circuit != this)
            throw new ArgumentException("The prepared circuit to reuse belongs to another circuit.", nameof(reuse));
        PreparedCircuit prepared = reuse ?? new(this);
        prepared.Set(weights);
        return prepared;
    }
}
