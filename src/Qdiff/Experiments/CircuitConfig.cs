using Qdiff.Quantum;

namespace Qdiff;

/// <summary>Which circuit stands at a place of the network, as settings; what is null is as usual, or as published.</summary>
public record CircuitConfig
{
    /// <summary>What <see cref="Circuit"/> is where there is none.</summary>
    public const string None = "none";

    /// <summary>A name of <see cref="Catalog.Circuits"/>, the path of an OpenQASM file, or <see cref="None"/>.</summary>
    public string? Circuit { get; init; }

    /// <summary>Qubits, for circuits by name.</summary>
    public int? Qubits { get; init; }

    /// <summary>Layers, for circuits by name.</summary>
    public int? Layers { get; init; }

    /// <summary>A name of <see cref="Catalog.Encodings"/>, for circuits that have no inputs of their own.</summary>
    public string? Encoding { get; init; }

    /// <summary>What is read out: <see cref="ReadOutText"/>.</summary>
    public IReadOnlyList<string>? ReadOut { get; init; }

    /// <summary>The weights begin uniform in [0, Initial).</summary>
    public double? Initial { get; init; }

    /// <summary>The file that <see cref="Circuit"/> names; null for a circuit by name.</summary>
    public CircuitFile? File { get; init; }

    /// <summary>What the name means, whatever a catalog calls so; null for what the catalog says.</summary>
    public NamedCircuit? Named { get; init; }

    /// <summary>Whether there is a circuit at this place.</summary>
    public bool IsPresent => Circuit is not (null or None);

    /// <summary>What determines the circuit: the name, or the content of the file.</summary>
    internal string? Identity => File is null ? Circuit : $"sha256:{File.Hash}";

    /// <summary>These settings, and what they leave open as <paramref name="published"/> has it. Another circuit takes nothing
    /// from the published one.</summary>
    internal T Over<T>(T published) where T : CircuitConfig => Circuit is not null
        ? published with
        {
            Circuit = Circuit,
            Named = Named,
            File = File,
            Qubits = Qubits,
            Layers = Layers,
            Encoding = Encoding,
            ReadOut = ReadOut,
            Initial = Initial
        }
        : published with
        {
            Qubits = Qubits ?? published.Qubits,
            Layers = Layers ?? published.Layers,
            Encoding = Encoding ?? published.Encoding,
            ReadOut = ReadOut ?? published.ReadOut,
            Initial = Initial ?? published.Initial
        };

    /// <summary>The circuit with its encoding.</summary>
    /// <exception cref="CircuitConfigException">The settings do not fit the circuit or each other.</exception>
    internal Circuit Build(Catalog catalog)
    {
        NamedEncoding? encoding = Encoding is null ? null : catalog.Encodings[Encoding];
        if (File is not null) return OfFile(File, encoding);
        NamedCircuit named = Named ?? catalog.Circuits[Circuit!];
        try
        {
            return named.Build(Qubits, Layers, encoding);
        }
        catch (ArgumentException e)
        {
            throw new CircuitConfigException(Layers is not null ? "layers" : Qubits is not null ? "qubits" : "circuit",
                e.Message);
        }
    }

    /// <summary>What is read out of the circuit; null for Z of every wire.</summary>
    /// <exception cref="CircuitConfigException">The text is none, or names a wire that does not exist.</exception>
    internal IReadOnlyList<Observable>? ReadOuts(Circuit circuit)
    {
        try
        {
            return ReadOut is null ? null : ReadOutText.Parse(ReadOut, circuit.Qubits - circuit.Ancillas);
        }
        catch (FormatException e)
        {
            throw new CircuitConfigException("readout", e.Message + ".");
        }
    }

    /// <summary>What tables of layers call it.</summary>
    internal string Title => File is null ? Circuit! : Path.GetFileName(File.Path);

    Circuit OfFile(CircuitFile file, NamedEncoding? encoding)
    {
        Circuit circuit = file.Program.Circuit;
        if (Layers is not null)
            throw new CircuitConfigException("layers", $"layers are for circuits by name; {file.Path} has the gates that it "
                + "has.");
        if (Qubits is { } qubits && qubits != circuit.Qubits)
            throw new CircuitConfigException("qubits", $"{file.Path} has {circuit.Qubits} qubits, not {qubits}; leave this out.");
        if (circuit.Inputs > 0)
            return encoding is null ? circuit : throw new CircuitConfigException("encoding",
                $"{file.Path} has {circuit.Inputs} inputs and brings its own encoding; leave this out.");
        if (encoding is null)
            throw new CircuitConfigException("encoding", $"{file.Path} has no inputs, so that nothing of the image could act "
                + (circuit.Weights == 0 ? "on it; " : $"on it: {ListedNames.Of(file.Program.WeightNames)} "
                    + "count as weights; call what is fed in x, or ")
                + "set encoding, for example to rx.");
        try
        {
            return encoding.InFrontOf(circuit);
        }
        catch (ArgumentException e)
        {
            throw new CircuitConfigException("encoding", e.Message);
        }
    }
}
