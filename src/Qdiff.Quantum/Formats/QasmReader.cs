using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>A recursive-descent reader of the QASM subset; every error names its line and column.</summary>
sealed class QasmReader(string text)
{
    static readonly Dictionary<string, GateKind> s_kinds =
        new(GateTable.Rows.Select(row => KeyValuePair.Create(row.Qasm, row.Kind)))
        {
            ["u1"] = GateKind.Phase,
            ["cu1"] = GateKind.CPhase,
            ["U"] = GateKind.U3,
        };

    readonly List<Gate> gates = [];
    int position;
    int start;
    string? register;
    int qubits;
    int depth;

    public Circuit Read()
    {
        Expect("OPENQASM");
        string version = Word("a version");
        if (version is not ("2.0" or "3.0" or "3" or "3.1"))
            throw Error($"OpenQASM {version} is not supported; 2.0 and 3.0 are.");
        Expect(";");
        for (string statement = Next(); statement.Length > 0; statement = Next()) Statement(statement);
        return register is null
            ? throw Error("The text ends without a register: qubit[n] q; or qreg q[n]; is needed.")
            : new(qubits, gates, 0, 0);
    }

    void Statement(string word)
    {
        switch (word)
        {
            case "include":
                if (Next() is not ['"', ..]) throw Error("A file name in quotes is expected after include.");
                Expect(";");
                break;
            case "gate":
                string defined = Word("the name of a gate");
                if (!s_kinds.ContainsKey(defined))
                    throw Error($"Gate {defined} is not in the gate table; own gates are not supported.");
                while (Next() is not "}" and var token)
                    if (token.Length == 0) throw Error("The text ends inside a gate definition.");
                break;
            case "qreg":
                string name = Word("the name of the register");
                Declare(name, Bracketed());
                Expect(";");
                break;
            case "qubit":
                int count = Bracketed();
                Declare(Word("the name of the register"), count);
                Expect(";");
                break;
            default:
                Apply(word);
                break;
        }
    }

    void Declare(string name, int count)
    {
        if (register is not null) throw Error($"A second register, {name}; one is supported.");
        if (count is < 1 or > Circuit.MaxQubits) throw Error($"A register has 1 to {Circuit.MaxQubits} qubits, not {count}.");
        (register, qubits) = (name, count);
    }

    void Apply(string name)
    {
        int at = start;
        GateKind kind = default;
        Angle? turned = name switch { "sdg" => Angle.Fixed(-Math.PI / 2), "tdg" => Angle.Fixed(-Math.PI / 4), _ => null };
        if (turned is null && !s_kinds.TryGetValue(name, out kind))
            throw Error($"\"{name}\" is neither a gate of the table nor a statement of the supported subset.");
        GateSpec spec = GateTable.Of(turned is null ? kind : GateKind.Phase);
        List<Angle> angles = turned is null ? [] : [turned.Value];
        if (turned is null && TryTake("("))
        {
            do angles.Add(Angle.Fixed(Sum()));
            while (TryTake(","));
            Expect(")");
        }

        List<int> wires = [];
        do wires.Add(Wire());
        while (TryTake(","));
        Expect(";");
        if (angles.Count != spec.Angles) throw Error(at, $"{name} takes {spec.Angles} angles, got {angles.Count}.");
        if (wires.Count != spec.Wires) throw Error(at, $"{name} acts on {spec.Wires} qubits, got {wires.Count}.");
        if (wires.Distinct().Count() < wires.Count) throw Error(at, $"{name} acts on qubit {wires[0]} twice.");
        Gate gate = spec.Shape switch
        {
            GateShape.Single => new(spec.Kind, wires[0]),
            GateShape.Controlled => new(spec.Kind, wires[1], wires[0]),
            _ => new(spec.Kind, wires[0], wires[1]),
        };
        gates.Add(gate.WithAngles([.. angles]));
    }

    int Wire()
    {
        string name = Word("a qubit");
        if (name != register)
            throw Error(register is null
                ? $"Qubit {name} is used before a register is declared."
                : $"There is no register {name}, only {register}.");
        int wire = Bracketed();
        return wire < qubits ? wire : throw Error($"Qubit {wire} is outside the register {register}[{qubits}].");
    }

    int Bracketed()
    {
        Expect("[");
        string number = Next();
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
            throw Error($"A whole number is expected, not \"{number}\".");
        Expect("]");
        return value;
    }

    double Sum()
    {
        double value = Product();
        while (true)
        {
            if (TryTake("+")) value += Product();
            else if (TryTake("-")) value -= Product();
            else return value;
        }
    }

    double Product()
    {
        double value = Factor();
        while (true)
        {
            if (TryTake("*")) value *= Factor();
            else if (TryTake("/"))
            {
                double divisor = Factor();
                value = divisor != 0 ? value / divisor : throw Error("Division by zero in an angle.");
            }
            else return value;
        }
    }

    double Factor()
    {
        // A limit far beyond sense, so that a hostile text cannot exhaust the stack.
        if (++depth > 200) throw Error("An angle is nested more than 200 levels deep.");
        double value = Operand();
        depth--;
        return value;
    }

    double Operand()
    {
        if (TryTake("-")) return -Factor();
        if (TryTake("("))
        {
            double inner = Sum();
            Expect(")");
            return inner;
        }

        string token = Next();
        if (token is "pi" or "π") return Math.PI;
        return double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value)
            ? value
            : throw Error($"A number or pi is expected, not \"{token}\".");
    }

    string Word(string what) => Next() is { Length: > 0 } word && (char.IsLetterOrDigit(word[0]) || word[0] == '_')
        ? word
        : throw Error($"{char.ToUpperInvariant(what[0])}{what[1..]} is expected.");

    void Expect(string token)
    {
        string found = Next();
        if (found == token) return;
        throw Error($"\"{token}\" is expected, not {(found.Length == 0 ? "the end of the text" : $"\"{found}\"")}.");
    }

    bool TryTake(string token)
    {
        (int before, int beforeStart) = (position, start);
        if (Next() == token) return true;
        (position, start) = (before, beforeStart);
        return false;
    }

    /// <summary>The next token, empty at the end: a word or number, a quoted name, or one sign.</summary>
    string Next()
    {
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position])) position++;
            else if (text.AsSpan(position).StartsWith("//"))
            {
                int end = text.IndexOf('\n', position);
                position = end < 0 ? text.Length : end;
            }
            else break;
        }

        start = position;
        if (position == text.Length) return "";
        char first = text[position++];
        if (first == '"')
        {
            while (position < text.Length && text[position] is not ('"' or '\n')) position++;
            if (position == text.Length || text[position++] == '\n') throw Error("A name in quotes does not end.");
        }
        else if (char.IsAsciiDigit(first) || first == '.') Number();
        else if (char.IsLetter(first) || first == '_')
            while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] == '_')) position++;
        return text[start..position];
    }

    void Number()
    {
        while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] is '.'
            || text[position] is '+' or '-' && text[position - 1] is 'e' or 'E' && position - 1 > start)) position++;
    }

    FormatException Error(string message) => Error(start, message);

    FormatException Error(int at, string message)
    {
        int line = 1 + text.AsSpan(0, at).Count('\n'), column = at - (at == 0 ? -1 : text.LastIndexOf('\n', at - 1));
        return new($"Line {line}, column {column}: {message}");
    }
}
