using System.Globalization;
using System.Numerics;
using Qdiff.Quantum;
using YamlDotNet.RepresentationModel;

namespace Qdiff;

/// <summary>Reads a noise file, key by key: what is unknown or impossible is one line with its place.</summary>
sealed class NoiseFileReader(YamlMappingNode map, string source, string prefix)
{
    /// <summary>Wires of a circuit; more entries than that in any list are a mistake.</summary>
    const int MaxEntries = 256;

    public static NoiseFile Read(string yaml, string source)
    {
        YamlNode? root = YamlText.Read(yaml, source);
        if (root is not (null or YamlMappingNode))
            throw new InputException($"{source}:{root.Start.Line}: a noise file has the keys oneQubit, twoQubit, idle and "
                + "readout.");
        var reader = new NoiseFileReader(root as YamlMappingNode ?? [], source, "");
        reader.Allow("description", "source", "oneQubit", "twoQubit", "idle", "readout");
        (ReadOutError all, Dictionary<int, ReadOutError> own) = reader.ReadOuts();
        return new(source, reader.Find("description") is null ? "" : reader.Text("description"), reader.Texts("source"), new()
        {
            OneQubit = reader.Channels("oneQubit", 1),
            TwoQubit = reader.Channels("twoQubit", 2),
            Idle = reader.Channels("idle", 0),
            ReadOut = all,
            ReadOuts = own,
        });
    }

    /// <param name="gate">Of how many wires are the gates that these channels follow; 0 for none.</param>
    GateNoise[] Channels(string key, int gate) => [.. Groups(key).Select(group =>
    {
        string name = group.Text("channel");
        string[] common = gate == 0 ? ["channel", "wires"] : ["channel", "wires", "gates"];
        NoiseChannel channel = group.Refusing("channel", () => group.Channel(name, common));
        if (channel.Wires > Math.Max(gate, 1))
            throw group.Bad("channel", $"{name} acts on two wires here; it cannot "
                + (gate == 0 ? "act on one that waits" : "follow a gate on one"));
        return group.Refusing("wires", () => new GateNoise(channel,
            group.Find("wires") is null ? null : group.Wires("wires"),
            group.Find("gates") is null ? null : group.Gates("gates", gate)));
    })];

    NoiseChannel Channel(string name, string[] common)
    {
        switch (name)
        {
            case "amplitude-damping":
                Allow([.. common, "p", "excited"]);
                return NoiseChannel.AmplitudeDamping(Number("p"), Excited());
            case "thermal-relaxation":
                Allow([.. common, "t1", "t2", "time", "excited"]);
                return NoiseChannel.ThermalRelaxation(Number("t1"), Number("t2"), Number("time"), Excited());
            case "pauli":
                Allow([.. common, "probabilities"]);
                NoiseFileReader group = Need("probabilities") is YamlMappingNode inner
                    ? new(inner, source, prefix + "probabilities.")
                    : throw Bad("probabilities", "must be a group like { X: 0.001, Z: 0.002 }");
                return NoiseChannel.Pauli(group.Keys
                    .Select(key => KeyValuePair.Create(key, group.Number(key))));
            case "kraus":
                Allow([.. common, "operators"]);
                return NoiseChannel.Kraus([.. List(Need("operators"), "operators").Select(Matrix)]);
        }

        Func<double, NoiseChannel> create = name switch
        {
            "bit-flip" => NoiseChannel.BitFlip,
            "phase-flip" => NoiseChannel.PhaseFlip,
            "bit-phase-flip" => NoiseChannel.BitPhaseFlip,
            "depolarizing" => NoiseChannel.Depolarizing,
            "depolarizing2" => NoiseChannel.Depolarizing2,
            "phase-damping" => NoiseChannel.PhaseDamping,
            _ => throw Bad("channel",
                $"there is no channel '{name}'; known are bit-flip, phase-flip, bit-phase-flip, depolarizing, "
                + "depolarizing2, amplitude-damping, phase-damping, thermal-relaxation, pauli and kraus"),
        };
        Allow([.. common, "p"]);
        return create(Number("p"));
    }

    double Excited() => Find("excited") is null ? 0 : Number("excited");

    Complex[,] Matrix(YamlNode node)
    {
        YamlNode[][] rows = [.. List(node, "operators").Select(row => List(row, "operators"))];
        if (rows.Length is not (2 or 4) || rows.Any(row => row.Length != rows.Length))
            throw Bad("operators", "an operator is a list of 2 rows of 2 numbers, or of 4 rows of 4");
        var matrix = new Complex[rows.Length, rows.Length];
        for (int row = 0; row < rows.Length; row++)
            for (int column = 0; column < rows.Length; column++) matrix[row, column] = Entry(rows[row][column]);
        return matrix;
    }

    /// <summary>A number, or its real and imaginary part in a list.</summary>
    Complex Entry(YamlNode node) => node is not YamlSequenceNode
        ? Real("operators", node)
        : List(node, "operators") is [YamlNode real, YamlNode imaginary]
            ? new Complex(Real("operators", real), Real("operators", imaginary))
            : throw Bad("operators", "a complex number is written [real, imaginary]");

    (ReadOutError All, Dictionary<int, ReadOutError> Own) ReadOuts()
    {
        (ReadOutError? all, Dictionary<int, ReadOutError> own) = (null, []);
        foreach (NoiseFileReader group in Groups("readout"))
        {
            group.Allow("wire", "p10", "p01");
            ReadOutError error = group.Refusing("", () => new ReadOutError(group.Number("p10"), group.Number("p01")));
            if (group.Find("wire") is not { } wire)
                all = all is null ? error
                    : throw group.Bad("", "the error of all wires is given twice; say with wire whose it is");
            else if (!own.TryAdd(group.Wire(wire, "wire"), error)) throw group.Bad("wire", "is named twice");
        }

        return (all ?? default, own);
    }

    int[] Wires(string key) => List(Need(key), key) is { Length: > 0 } list ? [.. list.Select(node => Wire(node, key))]
        : throw Bad(key, "must name a wire; leave it out for all");

    int Wire(YamlNode node, string key) => node is YamlScalarNode { Value: { } text }
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int wire) && wire < Circuit.MaxQubits
            ? wire
            : throw Bad(key, $"wires are whole numbers from 0 to {Circuit.MaxQubits - 1}");

    GateKind[] Gates(string key, int wires) => List(Need(key), key) is { Length: > 0 } list
        ? [.. list.Select(node => Kind(node, key, wires))]
        : throw Bad(key, "must name a gate; leave it out for all");

    GateKind Kind(YamlNode node, string key, int wires)
    {
        string name = (node as YamlScalarNode)?.Value ?? "";
        GateSpec[] known = [.. GateTable.Rows.Where(row => row.Wires == wires)];
        if (known.FirstOrDefault(row => row.Qasm == name) is { } found) return found.Kind;
        string[] names = [.. known.Select(row => row.Qasm)];
        string hint = NearestName.Find(name, names) is { } near ? $" Did you mean {near}?" : "";
        throw Bad(key, $"there is no gate '{name}' on {(wires == 1 ? "one wire" : "two wires")}.{hint} Known are "
            + string.Join(", ", names));
    }

    IEnumerable<string> Keys => map.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "");

    void Allow(params string[] keys)
    {
        foreach (YamlNode key in map.Children.Keys)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (keys.Contains(name)) continue;
            string hint = NearestName.Find(name, keys) is { } near ? $" Did you mean {near}?" : "";
            throw new InputException($"{source}:{key.Start.Line}: there is no key '{prefix}{name}' in a noise file.{hint} "
                + $"Known{(prefix == "" ? "" : " there")}: {string.Join(", ", keys)}.");
        }
    }

    YamlNode? Find(string key) => map.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode { Value: { } name }
        && name == key).Value;

    YamlNode Need(string key) => Find(key)
        ?? throw new InputException($"{source}:{map.Start.Line}: the key '{prefix}{key}' is missing.");

    string Text(string key) => Need(key) is YamlScalarNode { Value: { Length: > 0 } text } ? text
        : throw Bad(key, "must be a text");

    string[] Texts(string key) => Find(key) switch
    {
        null => [],
        YamlScalarNode { Value: { } text } => [text],
        YamlSequenceNode list => [.. list.Children.Select(node => (node as YamlScalarNode)?.Value
            ?? throw Bad(key, "must be a text or a list of texts"))],
        _ => throw Bad(key, "must be a text or a list of texts"),
    };

    double Number(string key) => Real(key, Need(key));

    double Real(string key, YamlNode node) => node is YamlScalarNode { Value: { } text }
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Bad(key, "must be a number");

    YamlNode[] List(YamlNode node, string key) => node is YamlSequenceNode { Children: { Count: <= MaxEntries } children }
        ? [.. children]
        : throw Bad(key, $"must be a list, of at most {MaxEntries} entries");

    /// <summary>One group, or a list of groups; none if the key is missing or empty.</summary>
    IEnumerable<NoiseFileReader> Groups(string key) => Find(key) switch
    {
        null or YamlScalarNode { Value: "" or null } => [],
        YamlMappingNode group => [new(group, source, $"{prefix}{key}.")],
        YamlSequenceNode { Children.Count: <= MaxEntries } list when list.Children.All(item => item is YamlMappingNode) =>
            list.Children.Select((item, i) => new NoiseFileReader((YamlMappingNode)item, source, $"{prefix}{key}[{i}].")),
        _ => throw Bad(key, "must be a list of groups like { channel: depolarizing, p: 0.001 }"),
    };

    T Refusing<T>(string key, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (ArgumentException e)
        {
            throw Bad(key, e.Message);
        }
    }

    InputException Bad(string key, string what) =>
        new($"{source}:{(Find(key) ?? map).Start.Line}: {(prefix + key).TrimEnd('.')}: {what}.");
}
