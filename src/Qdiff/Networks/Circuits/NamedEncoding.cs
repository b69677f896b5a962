using Qdiff.Quantum;

namespace Qdiff;

/// <summary>A way in which features enter a circuit that has none of its own, by name.</summary>
public sealed record NamedEncoding : IPart
{
    static string IPart.Kind => "encoding";

    readonly Func<Circuit, Circuit> encode;

    NamedEncoding(string name, string summary, Func<Circuit, Circuit> encode) =>
        (Name, Summary, this.encode) = (name, summary, encode);

    /// <summary>No encoding: the circuit alone, whose states are asked for and not functions of features.</summary>
    public static NamedEncoding None { get; } = new("none", "nothing: the circuit has no inputs", circuit => circuit);

    /// <summary>A rotation about X by input i on wire i.</summary>
    public static NamedEncoding RX { get; } = Create("rx", qubits => Embedding.Angles(qubits), "RX(input i) on wire i");

    /// <summary>A rotation about Y by input i on wire i.</summary>
    public static NamedEncoding RY { get; } =
        Create("ry", qubits => Embedding.Angles(qubits, RotationAxis.Y), "RY(input i) on wire i");

    /// <summary>A Hadamard, then a rotation about Z by input i, on wire i.</summary>
    public static NamedEncoding HRZ { get; } = Create("h-rz",
        qubits => [.. Enumerable.Range(0, qubits).Select(Gate.H), .. Embedding.Angles(qubits, RotationAxis.Z)],
        "a Hadamard and RZ(input i) on wire i");

    /// <summary>Instantaneous quantum polynomials: products of two inputs on every pair of wires.</summary>
    public static NamedEncoding Iqp { get; } = Create("iqp", qubits => Embedding.Iqp(qubits),
        "Hadamards, RZ(input i), RZZ(input i · input j) on every pair");

    /// <summary>The inputs are the amplitudes of the state: 2^qubits of them.</summary>
    public static NamedEncoding Amplitude { get; } = new("amplitude",
        "the inputs, divided by their length, are the 2^qubits amplitudes",
        circuit => circuit.Qubits <= 20 && circuit.Ancillas == 0
            ? new(circuit.Qubits, circuit.Gates, 1 << circuit.Qubits, circuit.Weights, CircuitStart.Amplitudes)
            : throw new ArgumentException("Amplitudes encode at most 20 qubits and no ancillas; the circuit has "
                + $"{circuit.Qubits} qubits, {circuit.Ancillas} of them ancillas."));

    /// <summary>All that come with the library, but <see cref="None"/>, with which no network could use a circuit.</summary>
    public static IReadOnlyList<NamedEncoding> All { get; } = [RX, RY, HRZ, Iqp, Amplitude];

    /// <summary>What configurations call it.</summary>
    public string Name { get; }

    /// <summary>One line on what it does.</summary>
    public string Summary { get; }

    /// <summary>An encoding of one's own: the gates in front of a circuit of so many qubits, whose angles are inputs or fixed;
    /// what is trained is the circuit's.</summary>
    public static NamedEncoding Create(string name, Func<int, IEnumerable<Gate>> gates, string summary = "") => new(name, summary,
        circuit => new(circuit.Qubits, [.. Untrained(name, gates(circuit.Qubits - circuit.Ancillas)), .. circuit.Gates],
            weights: circuit.Weights, ancillas: circuit.Ancillas));

    /// <summary>Weights are counted from 0 on by the circuit behind, so an encoding's would be the circuit's own.</summary>
    static IReadOnlyList<Gate> Untrained(string name, IEnumerable<Gate> gates)
    {
        Gate[] all = [.. gates];
        if (all.SelectMany(gate => gate.Angles).Any(angle => angle.WeightIndices.Any()))
            throw new ArgumentException($"The encoding {name} has an angle that is a weight; weights are of the circuit behind "
                + "it: put such gates there.");
        return all;
    }

    /// <summary>The circuit behind this encoding.</summary>
    /// <exception cref="ArgumentException">It has inputs already, or is too large, or the encoding has weights.</exception>
    public Circuit InFrontOf(Circuit circuit) => circuit.Inputs == 0 ? encode(circuit)
        : throw new ArgumentException($"The circuit has {circuit.Inputs} inputs of its own; the encoding {Name} is for circuits "
            + "that have none.");
}
