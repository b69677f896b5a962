using System.CommandLine;
using System.Globalization;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary>
/// A circuit that was named on the command line: a name of <c>qdiff circuit list</c>, which takes qubits, layers, an encoding and
/// a wiring, or an OpenQASM file.
/// </summary>
sealed class CircuitSelection
{
    readonly Catalog catalog;

    public CircuitSelection(Catalog catalog)
    {
        this.catalog = catalog;
        Encoding = new("--encoding")
        {
            Description = "How features enter a circuit that has no inputs of its own: "
                + string.Join(", ", catalog.Encodings.Names) + ".",
        };
        Wiring = WiringOption(catalog);
    }

    /// <summary>The circuit itself.</summary>
    public Argument<string> Circuit { get; } = new("circuit")
    { Description = "A name of 'qdiff circuit list', or an OpenQASM 2 or 3 file." };

    /// <summary>What the verb calls the option for the number of qubits.</summary>
    public string WidthOption { get; init; } = "--qubits";

    public Option<int?> Qubits { get; } = new("--qubits")
    {
        Description = "Qubits of a named circuit; the usual number by default."
    };

    public Option<int?> Layers { get; } = new("--layers")
    {
        Description = "Layers of a named circuit; the usual number by default."
    };

    public Option<string?> Encoding { get; }

    public Option<string> Wiring { get; }

    /// <summary>The reading of a network or circuit: of those that the catalog's networks have.</summary>
    public static Option<string> WiringOption(Catalog catalog)
    {
        var wiring = new Option<string>("--wiring")
        {
            Description = "paper: what the text says; released: what the published code does; repaired: that code without its "
                + "slips.",
            DefaultValueFactory = _ => ModelConfig.UsualWiring,
        };
        ArgumentChecks.Allow(wiring, [.. catalog.Networks.SelectMany(network => network.Wirings).Distinct()]);
        return wiring;
    }

    public void AddTo(Command command)
    {
        command.Add(Circuit);
        command.Add(Qubits);
        command.Add(Layers);
        command.Add(Encoding);
        command.Add(Wiring);
    }

    public QasmProgram Read(ParseResult parsed) => Read(parsed, parsed.GetValue(Qubits), parsed.GetValue(Layers));

    /// <summary>The circuit with so many qubits and layers; null for the usual numbers.</summary>
    public QasmProgram Read(ParseResult parsed, int? qubits, int? layers)
    {
        NamedEncoding? encoding = parsed.GetValue(Encoding) is { } name ? catalog.Encodings[name] : null;
        return Read(parsed.GetRequiredValue(Circuit), qubits, layers, encoding, parsed.GetValue(Wiring)!, catalog,
            parsed.GetValue<bool>(Tool.Quiet), WidthOption);
    }

    /// <summary>Whether this can only be a circuit.</summary>
    public static bool IsCircuit(string name, Catalog catalog) => catalog.Circuits.Contains(name)
        || name.EndsWith(".qasm", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".qasm3", StringComparison.OrdinalIgnoreCase);

    /// <summary>The circuit of a name or file.</summary>
    public static QasmProgram Read(string name, string wiring, Catalog catalog, bool quiet) =>
        Read(name, null, null, null, wiring, catalog, quiet);

    static QasmProgram Read(string name, int? qubits, int? layers, NamedEncoding? encoding, string wiring, Catalog catalog,
        bool quiet, string width = "--qubits")
    {
        if (Find(name, wiring, catalog) is { } known)
        {
            Circuit circuit = Refusing(() => known.Build(qubits, layers, encoding),
                layers is { } depth ? $"--layers {depth}" : qubits is { } wires ? $"{width} {wires}" : known.Name);
            return new(circuit, Names("x", circuit.Inputs), Names("w", circuit.Weights), []);
        }

        if (!CircuitFile.IsPath(name) && !Path.Exists(name))
            throw new InputException($"There is no circuit '{name}' and no file of that name.{Hint(name, catalog)} Known "
                + $"circuits are {string.Join(", ", catalog.Circuits.Names)}.");
        if ((qubits ?? layers) is not null)
            throw new InputException($"{(qubits is null ? "--layers" : width)} is for named circuits; {name} has the "
                + "gates that it has.");
        QasmProgram program = CircuitFile.Read(name).Program;
        if (!quiet)
            foreach (string warning in program.Warnings) Print.Warning($"warning: {warning}");
        if (encoding is null) return program;
        Circuit encoded = Refusing(() => encoding.InFrontOf(program.Circuit), $"--encoding {encoding.Name}");
        // What an encoding puts into a wire may be measured where the file alone leaves a 0.
        return program with { Circuit = encoded, InputNames = Names("x", encoded.Inputs), Registers = [] };

        static string[] Names(string letter, int count) => [.. Enumerable.Range(0, count).Select(i => $"{letter}[{i}]")];
    }

    /// <summary>The circuit as this wiring has it, if there is such a one.</summary>
    static NamedCircuit? Find(string name, string wiring, Catalog catalog)
    {
        string[] candidates = wiring switch
        {
            ModelConfig.UsualWiring => [name],
            "repaired" => [$"{name}-repaired", $"{name}-released", name],
            _ => [$"{name}-{wiring}", name],
        };
        return candidates.Select(catalog.Circuits.Find).FirstOrDefault(c => c is not null);
    }

    static T Refusing<T>(Func<T> build, string what)
    {
        try
        {
            return build();
        }
        catch (ArgumentException e)
        {
            throw InputException.Because(what, e);
        }
    }

    static string Hint(string name, Catalog catalog) => NearestName.Find(name, catalog.Circuits.Names) is { } near
        ? $" Did you mean {near}?"
        : NearestPath.Hint(name);

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

    public static Option<string?> ReadOutOption(string also = "") => new("--readout")
    {
        Description = "What is read out, by commas: products such as Z0 or X0Y2, a letter for each wire such as ZIIX, or one "
            + $"letter for all wires{also}; Z by default.",
    };

    /// <summary>The read-outs of such a text, or null for the standard ones.</summary>
    /// <param name="registers">The bits that can be read too.</param>
    public static IReadOnlyList<Observable>? ReadOuts(string? text, Circuit circuit,
        IReadOnlyList<QasmRegister>? registers = null)
    {
        try
        {
            return text is null ? null
                : ReadOutText.Parse(text.Split(',', StringSplitOptions.TrimEntries), circuit.Qubits - circuit.Ancillas,
                    registers);
        }
        catch (FormatException e)
        {
            throw new InputException($"--readout {e.Message}.", e);
        }
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
}
