namespace Qdiff.Quantum;

/// <summary>A recursive-descent parser of OpenQASM 2 and 3; every error names its line and column.</summary>
sealed partial class QasmParser
{
    /// <summary>A limit far beyond sense, so that a hostile text cannot exhaust the stack.</summary>
    const int MaxDepth = 200;

    static readonly string[] s_scalars =
        ["int", "uint", "float", "angle", "bool", "bit", "complex", "duration", "stretch", "array", "qubit", "qreg", "creg"];

    readonly QasmSource source;
    readonly QasmLexer lexer;
    int depth;

    public QasmParser(QasmSource source)
    {
        (this.source, lexer) = (source, new(source));
        lexer.Next();
        ReadVersion();
    }

    /// <summary>2 or 3; 0 if the text does not say.</summary>
    public int Version { get; private set; }

    string Token => lexer.Token;

    int At => lexer.Start;

    public IEnumerable<QasmNode> Program()
    {
        while (Token.Length > 0)
            if (Statement() is { } statement) yield return statement;
    }

    void ReadVersion()
    {
        if (Token != "OPENQASM") return;
        lexer.Next();
        string number = Token;
        Version = number is "2" or "2.0" ? 2 : number is "3" or "3.0" or "3.1" ? 3
            : throw Error($"OpenQASM {QasmSource.Quote(number)} is not supported; 2.0, 3.0 and 3.1 are.");
        lexer.Next();
        Expect(";");
    }

    /// <summary>One statement; null for one that means nothing to us.</summary>
    QasmNode? Statement()
    {
        if (++depth > MaxDepth) throw Error($"Blocks are nested more than {MaxDepth} levels deep.");
        QasmNode? statement = Read();
        depth--;
        return statement;
    }

    QasmNode? Read()
    {
        int at = At;
        switch (Token)
        {
            case ";":
                lexer.Next();
                return null;
            case "{":
                return new QasmBlock(at, Block());
            case "@" or "#" or "pragma":
                // Words for other tools.
                bool isAncilla = Token == "@" && source.Text.AsSpan(at).StartsWith(Qasm.AncillaAnnotation);
                lexer.SkipLine();
                lexer.Next();
                return isAncilla ? new QasmName(at, Qasm.AncillaAnnotation) : null;
            case "OPENQASM":
                throw Error("OPENQASM stands in the first line, once.");
            case "include":
                Include();
                return null;
            case "input" or "output" or "const":
                string role = Take();
                return Declaration(at, role == "input" ? QasmRole.Input : role == "output" ? QasmRole.Output : QasmRole.Constant);
            case "let":
                lexer.Next();
                string alias = Word("the name of the alias");
                Expect("=");
                QasmNode value = Expression();
                Expect(";");
                return new QasmAlias(at, alias, value);
            case "gate":
                return Gate(opaque: false);
            case "opaque":
                return Gate(opaque: true);
            case "def" or "extern":
                return Subroutine();
            case "defcalgrammar" or "defcal" or "cal":
                return Calibration();
            case "reset":
                lexer.Next();
                QasmNode reset = Expression();
                Expect(";");
                return new QasmReset(at, reset);
            case "measure":
                return Measure();
            case "barrier" or "nop":
                lexer.Next();
                return new QasmIdle(at, Token == ";" ? End([]) : End(List()));
            case "delay":
                lexer.Next();
                if (Token == "[") SkipBrackets();
                return new QasmIdle(at, Token == ";" ? End([]) : End(List()));
            case "box":
                lexer.Next();
                if (Token == "[") SkipBrackets();
                return new QasmBlock(at, Block());
            case "for":
                return For();
            case "while":
                lexer.Next();
                QasmNode goOn = Parenthesised();
                return new QasmWhile(at, goOn, Body());
            case "if":
                return If();
            case "break" or "continue" or "end":
                string word = Take();
                Expect(";");
                return new QasmJump(at, word);
            case "return" or "switch":
                throw Error($"{Token} is not supported.");
            case "ctrl" or "negctrl" or "inv" or "pow":
                return Application();
            case "duration" or "stretch":
                // Times of idling.
                while (Token is not (";" or "")) lexer.Next();
                Expect(";");
                return null;
            default:
                return s_scalars.Contains(Token) ? Declaration(at, QasmRole.Variable)
                    : IsWord(Token) ? Application()
                    : throw Error($"A statement is expected, not {QasmSource.Quote(Token)}.");
        }
    }

    QasmNode[] End(QasmNode[] list)
    {
        Expect(";");
        return list;
    }

    QasmNode[] Block()
    {
        int at = At;
        Expect("{");
        List<QasmNode> statements = [];
        while (Token != "}")
        {
            if (Token.Length == 0) throw source.Error(at, "The text ends inside a block that begins here.");
            if (Statement() is { } statement) statements.Add(statement);
        }

        lexer.Next();
        return [.. statements];
    }

    QasmNode Body() => Token == "{" ? new QasmBlock(At, Block()) : Statement() ?? new QasmBlock(At, []);

    /// <summary>The standard files are known; no file is ever opened.</summary>
    void Include()
    {
        lexer.Next();
        if (Token is not ['"', ..]) throw Error("A file name in quotes is expected after include.");
        if (Token is not ("\"stdgates.inc\"" or "\"qelib1.inc\""))
            throw Error($"include {QasmSource.Quote(Token.Trim('"'))}: only stdgates.inc and qelib1.inc are known, and no file is "
                + "opened; write what it holds into this file.");
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
        if (Token is "readonly" or "mutable" or "const") lexer.Next();
        string word = s_scalars.Contains(Token) ? Take() : throw Error($"A type is expected, not {QasmSource.Quote(Token)}.");
        if (word != "array")
        {
            QasmNode? width = null;
            if (TryTake("["))
            {
                width = Token is "float" or "]" ? null : Expression();
                // complex[float[64]]
                if (Token == "float") Type();
                Expect("]");
            }

            return new(word, width, []);
        }

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
            if (s_scalars.Contains(Token)) Type();
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

    QasmNode Measure()
    {
        int at = At;
        QasmNode measurement = Measurement();
        QasmNode? target = TryTake("->") ? Expression() : null;
        Expect(";");
        return target is null ? measurement : new QasmAssignment(at, target, "=", measurement);
    }

    QasmMeasurement Measurement()
    {
        int at = At;
        Expect("measure");
        return new(at, Expression());
    }

    QasmFor For()
    {
        int at = At;
        lexer.Next();
        if (s_scalars.Contains(Token)) Type();
        string variable = Word("the variable of the loop");
        Expect("in");
        QasmNode over = Token == "[" ? RangeInBrackets() : Expression();
        return new(at, variable, over, Body());
    }

    QasmNode RangeInBrackets()
    {
        Expect("[");
        QasmNode range = IndexElement();
        Expect("]");
        return range;
    }

    QasmIf If()
    {
        int at = At;
        lexer.Next();
        QasmNode condition = Parenthesised();
        QasmNode then = Body();
        return new(at, condition, then, TryTake("else") ? Body() : null);
    }

    QasmNode Parenthesised()
    {
        Expect("(");
        QasmNode inner = Expression();
        Expect(")");
        return inner;
    }

    void SkipBrackets()
    {
        Expect("[");
        while (!TryTake("]"))
        {
            if (Token.Length == 0) throw Error("\"]\" is expected, not the end of the text.");
            lexer.Next();
        }
    }

    /// <summary>A gate with its modifiers, a call, or an assignment: all begin with a name.</summary>
    QasmNode Application()
    {
        int at = At;
        List<QasmModifier> modifiers = [];
        while (Token is "ctrl" or "negctrl" or "inv" or "pow")
        {
            int here = At;
            string word = Take();
            QasmNode? argument = Token == "(" ? Parenthesised() : null;
            if (word == "pow" && argument is null) throw source.Error(here, "pow needs a number in parentheses.");
            Expect("@");
            modifiers.Add(new(here, word, argument));
        }

        int nameAt = At;
        string name = Word("the name of a gate");
        if (modifiers.Count == 0 && Token is "[" or "=" or [.., '='] and not ("==" or "<=" or ">=" or "!="))
            return Assignment(nameAt, name);
        QasmNode[] arguments = [];
        if (TryTake("("))
        {
            arguments = Token == ")" ? [] : List();
            Expect(")");
        }

        if (Token == "[") SkipBrackets();
        QasmNode[] qubits = Token == ";" ? [] : List();
        if (Token.Length == 0) throw Error("\";\" is expected, not the end of the text.");
        Expect(";");
        return new QasmApplication(at, [.. modifiers], name, arguments, qubits);
    }

    QasmAssignment Assignment(int at, string name)
    {
        QasmNode target = Indexed(new QasmName(at, name));
        string sign = Token;
        if (sign is not ("=" or "+=" or "-=" or "*=" or "/=" or "%=" or "**=" or "&=" or "|=" or "^=" or "<<=" or ">>="))
            throw Error($"\"=\" is expected, not {Found()}.");
        lexer.Next();
        QasmNode value = Token == "measure" ? Measurement() : Expression();
        Expect(";");
        return new(at, target, sign, value);
    }

    QasmNode[] List()
    {
        List<QasmNode> list = [Expression()];
        while (TryTake(",")) list.Add(Expression());
        return [.. list];
    }

    static bool IsWord(string token) => token is { Length: > 0 } && (char.IsLetter(token[0]) || token[0] is '_' or '$'
        || char.IsSurrogate(token[0]));

    string Take()
    {
        string token = Token;
        lexer.Next();
        return token;
    }

    string Word(string what) => IsWord(Token)
        ? Take()
        : throw Error($"{char.ToUpperInvariant(what[0])}{what[1..]} is expected, not {Found()}.");

    void Expect(string token)
    {
        if (!TryTake(token)) throw Error($"\"{token}\" is expected, not {Found()}.");
    }

    bool TryTake(string token)
    {
        if (Token != token) return false;
        lexer.Next();
        return true;
    }

    string Found() => Token.Length == 0 ? "the end of the text" : QasmSource.Quote(Token);

    FormatException Error(string message) => source.Error(At, message);
}
