using System.CommandLine;
using System.Globalization;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary>
/// A circuit that was named on the command line: a name of <c>qdiff circuit list</c>, which takes layers and a wiring, or an
/// OpenQASM file.
/// </summary>
sealed class CircuitSelection
{
    /// <summary>The published circuits by name: the one place where a circuit's name is resolved.</summary>
    public static readonly (string Name, string Summary, Func<int, Wiring, Circuit> Create, int Layers)[] Known =
    [
        ("hqconv", "12 qubits; entangles the pixels of a channel, then channels",
            (layers, wiring) => PublishedCircuits.HQConv(12, layers, wiring), 3),
        ("fqconv", "12 qubits; entangles the channels of a pixel",
            (layers, wiring) => PublishedCircuits.FQConv(12, layers, wiring), 3),
        ("basic", "4 qubits; rotations and a ring of CNOTs", (layers, _) => PublishedCircuits.Basic(4, layers), 4),
        ("attention", "16 qubits; the channel gate of the quantum-attention system",
            (layers, wiring) => PublishedCircuits.QuantumAttention(16, layers, wiring), 3),
    ];

    /// <summary>The circuit itself.</summary>
    public Argument<string> Circuit { get; } = new("circuit")
    { Description = "A name of 'qdiff circuit list', or an OpenQASM 2 or 3 file." };

    public Option<int?> Layers { get; } = new("--layers") { Description = "Layers of a named circuit; the paper's by default." };

    public Option<Wiring> Wiring { get; } = ModelVerb.WiringOption();

    public void AddTo(Command command)
    {
        command.Add(Circuit);
        command.Add(Layers);
        command.Add(Wiring);
    }

    public QasmProgram Read(ParseResult parsed) =>
        Read(parsed.GetRequiredValue(Circuit), parsed.GetValue(Layers), parsed.GetValue(Wiring), parsed.GetValue(Tool.Quiet));

    /// <summary>Whether this can only be a circuit.</summary>
    public static bool IsCircuit(string name) => Known.Any(c => c.Name == name)
        || name.EndsWith(".qasm", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".qasm3", StringComparison.OrdinalIgnoreCase);

    public static QasmProgram Read(string name, int? layers = null, Wiring wiring = Quantum.Wiring.Paper, bool quiet = false)
    {
        int row = Array.FindIndex(Known, c => c.Name == name);
        if (row >= 0)
        {
            if (layers is { } wanted) RequireLayers(wanted, Known[row].Create, wiring);
            Circuit circuit = Known[row].Create(layers ?? Known[row].Layers, wiring);
            return new(circuit, Names("x", circuit.Inputs), Names("w", circuit.Weights), []);
        }

        if (Directory.Exists(name)) throw new InputException($"{name} is a folder; an OpenQASM file is needed.");
        if (!System.IO.File.Exists(name))
            throw new InputException($"There is no circuit '{name}' and no file of that name.{Hint(name)} Known circuits are "
                + $"{string.Join(", ", Known.Select(c => c.Name))}.");
        if (layers is not null) throw new InputException($"--layers is for named circuits; {name} has the gates that it has.");
        QasmProgram program = File(name);
        if (!quiet)
            foreach (string warning in program.Warnings) Print.Warning($"{name}: warning: {warning}");
        return program;

        static string[] Names(string letter, int count) => [.. Enumerable.Range(0, count).Select(i => $"{letter}[{i}]")];
    }

    static string Hint(string name) => NearestName.Find(name, Known.Select(c => c.Name)) is { } near
        ? $" Did you mean {near}?"
        : NearestPath.Hint(name);

    static QasmProgram File(string path)
    {
        try
        {
            return QasmProgram.ReadFile(path);
        }
        catch (FormatException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    /// <summary>From the first two layers it is known what more would take; they need not be built.</summary>
    static void RequireLayers(int layers, Func<int, Wiring, Circuit> create, Wiring wiring)
    {
        if (layers < 1) throw new InputException($"--layers {layers}: a circuit has at least 1 layer.");
        int first = create(1, wiring).Gates.Count, each = create(2, wiring).Gates.Count - first;
        long gates = first + (layers - 1L) * each;
        if (gates > Quantum.Circuit.MaxGates)
            throw new InputException($"--layers {layers}: {gates:N0} gates; a circuit has at most {Quantum.Circuit.MaxGates:N0}, that is "
                + $"{1 + (Quantum.Circuit.MaxGates - first) / Math.Max(1, each):N0} layers of this one.");
    }

    /// <summary>What the library refuses of a circuit is the user's to mend.</summary>
    public static T Computed<T>(Circuit circuit, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ArgumentException e)
        {
            throw InputException.Because($"The circuit of {circuit.Qubits} qubits cannot be computed", e);
        }
    }

    public static Option<string?> ReadOutOption() => new("--readout")
    {
        Description = "What is read out, by commas: products such as Z0 or X0Y2, or a letter for each wire such as ZIIX; Z of "
            + "every wire by default.",
    };

    /// <summary>The read-outs of such a text, or null for the standard ones.</summary>
    public static IReadOnlyList<Observable>? ReadOuts(string? text, Circuit circuit)
    {
        if (text is null) return null;
        int wires = circuit.Qubits - circuit.Ancillas;
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => (Observable)(
            part.Any(char.IsAsciiDigit) ? Product(part, wires) : Letters(part, wires)))];
    }

    /// <summary>Numbers by commas or blanks.</summary>
    public static double[] Numbers(string option, string? text, IReadOnlyList<string> names, string what)
    {
        string[] parts = (text ?? "").Split([',', ' ', ';', '\n', '\t', '\r'],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != names.Count)
        {
            string list = names.Count == 0 ? "" : $" ({string.Join(", ", names.Take(6))}{(names.Count > 6 ? ", …" : "")})";
            throw new InputException($"{option}: the circuit has {names.Count} {what}{list}, got {parts.Length}.");
        }

        return [.. parts.Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value : throw new InputException($"{option}: '{part}' is not a number."))];
    }

    static PauliString Product(string text, int wires)
    {
        PauliString product = default;
        for (int at = 0; at < text.Length;)
        {
            char letter = char.ToUpperInvariant(text[at++]);
            int digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            if (letter is not ('X' or 'Y' or 'Z') || !int.TryParse(text.AsSpan(at, digits - at), out int wire))
                throw new InputException($"--readout '{text}': letters X, Y or Z with the number of a wire, such as Z0X3, are "
                    + "expected.");
            if (wire >= wires)
                throw new InputException($"--readout {text}: there is no wire {wire}; the circuit has wires 0 to {wires - 1}.");
            PauliString factor = letter == 'X' ? PauliString.X(wire) : letter == 'Y' ? PauliString.Y(wire) : PauliString.Z(wire);
            if ((product.Support & factor.Support) != 0)
                throw new InputException($"--readout {text}: wire {wire} is named twice.");
            product = new(product.XBits | factor.XBits, product.ZBits | factor.ZBits);
            at = digits;
        }

        return product;
    }

    static PauliString Letters(string text, int wires) => text.Length == wires
        && text.All(letter => letter is 'I' or 'X' or 'Y' or 'Z')
        ? PauliString.Parse(text)
        : throw new InputException($"--readout '{text}': a letter I, X, Y or Z for each of the {wires} wires is expected, or "
            + "products such as Z0X3.");
}
