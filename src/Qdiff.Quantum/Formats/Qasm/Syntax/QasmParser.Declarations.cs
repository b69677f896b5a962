namespace Qdiff.Quantum;

/// <summary>Includes, declarations, types, definitions of gates and subroutines.</summary>
sealed partial class QasmParser
{
    /// <summary>The standard files are known; no file is ever opened.</summary>
    void Include()
    {
        lexer.Next();
        if (Token is not ['"', ..]) throw Error("A file name in quotes is expected after include.");
        if (Token is not ("\"stdgates.inc\"" or "\"qelib1.inc\""))
            throw Error($"include {QasmSource.Quote(Token.Trim('"'))}: only stdgates.inc and qelib1.inc are known, and no file "
                + "is opened; write what it holds into this file.");
        lexer.Next();
        Expect(";");
    }

    QasmNode Declaration(int at, QasmRole role)
    {
        string word = Token;
        QasmType type = Type();
        string name = Word("a name");
        // qreg q[4]; creg c[4];
        if (word is "qreg" or "creg" && Token == "[")
        {
            lexer.Next();
            type = type with { Width = Expression() };
            Expect("]");
        }

        QasmNode? value = null;
        if (TryTake("=")) value = Token == "measure" ? Measurement() : Expression();
        Expect(";");
        return new QasmDeclaration(at, role, type, name, value);
    }

    QasmType Type()
    {
        if (++depth > MaxDepth) throw Error($"A type is nested more than {MaxDepth} levels deep.");
        bool isMutable = Token == "mutable";
        if (Token is "readonly" or "mutable" or "const") lexer.Next();
        string word = s_scalars.Contains(Token) ? Take() : throw Error($"A type is expected, not {QasmSource.Quote(Token)}.");
        QasmType type = word == "array" ? ArrayType() with { IsMutable = isMutable } : new(word, OptionalWidth(), []);
        depth--;
        return type;
    }

    QasmNode? OptionalWidth()
    {
        if (!TryTake("[")) return null;
        QasmNode? width = Token is "float" or "]" ? null : Expression();
        // complex[float[64]]
        if (Token == "float") Type();
        Expect("]");
        return width;
    }

    QasmType ArrayType()
    {
        Expect("[");
        QasmType element = Type();
        List<QasmNode> sizes = [];
        while (TryTake(",")) sizes.Add(Expression());
        Expect("]");
        return element with { Sizes = [.. sizes] };
    }

    QasmGate Gate(bool opaque)
    {
        int at = At;
        lexer.Next();
        string name = Word("the name of a gate");
        string[] parameters = TryTake("(") ? Names(")") : [];
        List<string> qubits = [Word("the name of a qubit")];
        while (TryTake(",")) qubits.Add(Word("the name of a qubit"));
        if (parameters.Concat(qubits).GroupBy(n => n).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw source.Error(at, $"Gate {name} names {twice.Key} twice.");
        if (!opaque) return new(at, name, parameters, [.. qubits], Block());
        Expect(";");
        return new(at, name, parameters, [.. qubits], null);
    }

    string[] Names(string end)
    {
        List<string> names = [];
        while (!TryTake(end))
        {
            if (names.Count > 0) Expect(",");
            if (names.Count > 0 && TryTake(end)) break;
            // angle[32]: theta and angle theta are older and newer forms.
            if (IsType(Token)) Type();
            TryTake(":");
            names.Add(Word("the name of a parameter"));
        }

        return [.. names];
    }

    QasmSubroutine Subroutine()
    {
        int at = At;
        bool isExtern = Take() == "extern";
        string name = Word("the name of a subroutine");
        Expect("(");
        List<(QasmType, string)> parameters = [];
        while (!TryTake(")"))
        {
            if (parameters.Count > 0) Expect(",");
            QasmType type = Type();
            parameters.Add((type, isExtern ? "" : Word("the name of a parameter")));
        }

        if (TryTake("->")) Type();
        if (!isExtern) return new(at, name, [.. parameters], Block());
        Expect(";");
        return new(at, name, [.. parameters], null);
    }

    /// <summary>Pulses say how a gate is made, not what it is.</summary>
    QasmNode? Calibration()
    {
        if (Token == "cal") throw Error("cal blocks play pulses; only gates can be read.");
        if (Token == "defcal") lexer.SkipBlock();
        else lexer.SkipLine();
        lexer.Next();
        return null;
    }
}
