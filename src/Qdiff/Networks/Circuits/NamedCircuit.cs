using Qdiff.Quantum;

namespace Qdiff;

/// <summary>A family of circuits by name: one for every number of qubits and layers that it allows.</summary>
/// <example>
/// <code>
/// static IEnumerable&lt;Gate&gt; Ring(int qubits, int layers)
/// {
///     int weight = 0;
///     for (int layer = 0; layer &lt; layers; layer++)
///         for (int q = 0; q &lt; qubits; q++) yield return Gate.CRX(q, (q + 1) % qubits, Angle.Weight(weight++));
/// }
///
/// EvaluationCatalog mine = Papers.Catalog with { Circuits = [.. Papers.Catalog.Circuits, NamedCircuit.Create("ring", Ring)] };
/// </code>
/// </example>
public sealed record NamedCircuit : IPart
{
    static string IPart.Kind => "circuit";

    readonly Func<int, int, Circuit> create;

    NamedCircuit(string name, Func<int, int, Circuit> create) => (Name, this.create) = (name, create);

    /// <summary>What commands and configurations call it.</summary>
    public string Name { get; }

    /// <summary>One line on what it is.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The usual number of qubits.</summary>
    public int Qubits { get; init; } = 4;

    /// <summary>The usual number of layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>How features enter it by default, if the circuit has no inputs of its own.</summary>
    public NamedEncoding Encoding { get; init; } = NamedEncoding.RX;

    /// <summary>
    /// A family of one's own: <paramref name="create"/> gives the circuit of so many qubits and layers, with inputs of its own or
    /// without. It throws an <see cref="ArgumentException"/> for numbers that do not fit.
    /// </summary>
    public static NamedCircuit Create(string name, Func<int, int, Circuit> create) => new(name, create);

    /// <summary>The gates of an ansatz, whose weights are counted from 0.</summary>
    public static NamedCircuit Create(string name, Func<int, int, IEnumerable<Gate>> ansatz) =>
        new(name, (qubits, layers) => new(qubits, ansatz(qubits, layers)));

    /// <summary>The circuit, encoding included.</summary>
    /// <param name="qubits">Null for the usual number.</param>
    /// <param name="layers">Null for the usual number.</param>
    /// <param name="encoding">Null for the usual one, or the circuit's own.</param>
    /// <exception cref="ArgumentException">The numbers do not fit, or the circuit brings an encoding and was given
    /// another.</exception>
    public Circuit Build(int? qubits = null, int? layers = null, NamedEncoding? encoding = null)
    {
        int wires = qubits ?? Qubits, depth = layers ?? Layers;
        if (wires is < 1 or > Circuit.MaxQubits)
            throw new ArgumentException($"A circuit has 1 to {Circuit.MaxQubits} qubits, not {wires}.");
        RequireLayers(wires, depth);
        Circuit circuit = create(wires, depth);
        if (circuit.Inputs == 0) return (encoding ?? Encoding).InFrontOf(circuit);
        return encoding is null ? circuit
            : throw new ArgumentException($"The circuit {Name} brings its own encoding; leave '{encoding.Name}' out.");
    }

    /// <summary>From the first two layers it is known what more would take; they need not be built.</summary>
    void RequireLayers(int qubits, int layers)
    {
        if (layers < 1) throw new ArgumentException($"A circuit has at least 1 layer, not {layers}.");
        if (layers <= 2) return;
        int first, each;
        try
        {
            first = create(qubits, 1).Gates.Count;
            each = create(qubits, 2).Gates.Count - first;
        }
        catch (ArgumentException)
        {
            // A family may allow even numbers only; the circuit itself ends at too many gates.
            return;
        }

        long gates = first + (layers - 1L) * each;
        if (gates > Circuit.MaxGates)
            throw new ArgumentException(Invariant($"{layers} layers are {gates:N0} gates; a circuit has at most ")
                + Invariant($"{Circuit.MaxGates:N0}, that is {1 + (Circuit.MaxGates - first) / Math.Max(1, each):N0} layers ")
                + $"of {Name}.");
    }
}
