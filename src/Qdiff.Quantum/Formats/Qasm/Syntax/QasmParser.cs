namespace Qdiff.Quantum;

/// <summary>A recursive-descent parser of OpenQASM 2 and 3; every error names its line and column.</summary>
sealed partial class QasmParser
{
    /// <summary>A limit far beyond sense, so that a hostile text cannot exhaust the stack.</summary>
    const int MaxDepth = 200;

    /// <summary>A chain a + b + c … or a[i][j] … is flat in the text, but its walkers recurse once for each link.</summary>
    const int MaxHeight = 1000;

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

    /// <summary>2 or 3; 0 if the text neither says nor declares anything as only one of them does.</summary>
    public int Version { get; private set; }

    /// <summary>The highest number of a qubit of a device that the text names, as in $7.</summary>
    public int HighestPhysical { get; private set; }

    /// <summary>From OpenQASM 3.0 on U is exp(iθ/2) times what it was before, which is seen under a control.</summary>
    public bool HasPhaseInU => Version != 2;

    string Token => lexer.Token;

    int At => lexer.Start;

    public IEnumerable<QasmNode> Program()
    {
        while (Token.Length > 0)
            if (Statement() is { } statement) yield return statement;
    }

    void ReadVersion()
    {
        if (Token != "OPENQASM")
        {
            Version = IsThird() ? 3 : 0;
            return;
        }

        lexer.Next();
        string number = Token;
        Version = number is "2" or "2.0" ? 2 : number is "3" or "3.0" or "3.1" ? 3
            : throw Error($"OpenQASM {QasmSource.Quote(number)} is not supported; 2.0, 3.0 and 3.1 are.");
        lexer.Next();
        Expect(";");
    }

    /// <summary>Whether a text without a version declares what only OpenQASM 3 knows.</summary>
    bool IsThird()
    {
        var ahead = new QasmLexer(source);
        string last = ";";
        for (ahead.Next(); ahead.Token.Length > 0; ahead.Next())
        {
            bool begins = last is ";" or "{" or "}";
            if (begins && IsNewer(ahead.Token) || ahead.Token is ['$', ..]) return true;
            // What other tools read is not made of our tokens.
            if (begins && ahead.Token is "@" or "#" or "pragma") ahead.SkipLine();
            else last = ahead.Token;
        }

        return false;
    }

    /// <summary>Words that begin a statement of OpenQASM 3, and are names like any other in OpenQASM 2.</summary>
    static bool IsNewer(string token) => token is not ("qreg" or "creg") && s_scalars.Contains(token)
        || token is "input" or "output" or "const" or "let" or "def" or "extern" or "cal" or "defcal" or "for" or "while";

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
            case "@" or "#":
                bool isAncilla = Token == "@" && source.Text.AsSpan(at).StartsWith(Qasm.AncillaAnnotation);
                SkipLine();
                return isAncilla ? new QasmName(at, Qasm.AncillaAnnotation) : null;
            case "OPENQASM":
                throw Error("OPENQASM stands in the first line, once.");
            case "include":
                Include();
                return null;
            case "gate":
                return Gate(opaque: false);
            case "opaque":
                return Gate(opaque: true);
            case "reset":
                lexer.Next();
                QasmNode reset = Expression();
                Expect(";");
                return new QasmReset(at, reset);
            case "measure":
                return Measure();
            case "barrier":
                return Idle();
            case "if":
                return If();
            default:
                return Version == 2 ? DeclarationOrApplication() : ReadNewer();
        }
    }

    /// <summary>A statement that OpenQASM 2 does not have.</summary>
    QasmNode? ReadNewer()
    {
        int at = At;
        switch (Token)
        {
            case "pragma":
                SkipLine();
                return null;
            case "input" or "output" or "const":
                string role = Take();
                if (role == "const" && Token is "duration" or "stretch") return Times();
                return Declaration(at, role == "input" ? QasmRole.Input : role == "output" ? QasmRole.Output : QasmRole.Constant);
            case "let":
                lexer.Next();
                string alias = Word("the name of the alias");
                Expect("=");
                QasmNode value = Expression();
                Expect(";");
                return new QasmAlias(at, alias, value);
            case "def" or "extern":
                return Subroutine();
            case "defcalgrammar" or "defcal" or "cal":
                return Calibration();
            case "nop" or "delay":
                return Idle();
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
            case "break" or "continue" or "end":
                string word = Take();
                Expect(";");
                return new QasmJump(at, word);
            case "return" or "switch":
                throw Error($"{Token} is not supported.");
            case "ctrl" or "negctrl" or "inv" or "pow":
                return Application();
            case "duration" or "stretch":
                return Times();
            default:
                return DeclarationOrApplication();
        }
    }

    QasmNode DeclarationOrApplication() => IsType(Token) ? Declaration(At, QasmRole.Variable)
        : IsWord(Token) ? Application()
        : throw Error($"A statement is expected, not {QasmSource.Quote(Token)}.");

    QasmIdle Idle()
    {
        int at = At;
        if (Take() == "delay" && Token == "[") SkipBrackets();
        QasmNode[] qubits = Token == ";" ? [] : List();
        Expect(";");
        return new(at, qubits);
    }

    /// <summary>How long something idles means nothing to us.</summary>
    QasmNode? Times()
    {
        while (Token is not (";" or "")) lexer.Next();
        Expect(";");
        return null;
    }

    /// <summary>Words for other tools.</summary>
    void SkipLine()
    {
        lexer.SkipLine();
        lexer.Next();
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
        QasmType? type = IsType(Token) ? Type() : null;
        string variable = Word("the variable of the loop");
        Expect("in");
        QasmNode over = Token == "[" ? RangeInBrackets() : Expression();
        return new(at, type, variable, over, Body());
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
        return new(at, condition, then, Version != 2 && TryTake("else") ? Body() : null);
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
        while (Version != 2 && Token is "ctrl" or "negctrl" or "inv" or "pow")
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
        if (Token != ";") throw Error($"\";\" is expected, not {Found()}.{Hint(name)}");
        lexer.Next();
        return new QasmApplication(at, [.. modifiers], name, arguments, qubits);
    }

    QasmAssignment Assignment(int at, string name)
    {
        QasmNode target = Indexed(new QasmName(at, name));
        string sign = Token;
        if (sign is not ("=" or "+=" or "-=" or "*=" or "/=" or "%=" or "**=" or "&=" or "|=" or "^=" or "<<=" or ">>="))
            throw Error($"\"=\" is expected, not {Found()}.{Hint(name)}");
        lexer.Next();
        QasmNode value = Token == "measure" ? Measurement() : Expression();
        Expect(";");
        return new(at, target, sign, value);
    }

    string Hint(string name) => Version == 2 && IsNewer(name)
        ? $" {name} is a word of OpenQASM 3, and the first line says 2."
        : "";

    QasmNode[] List()
    {
        List<QasmNode> list = [Expression()];
        while (TryTake(",")) list.Add(Expression());
        return [.. list];
    }

    bool IsType(string token) => Version == 2 ? token is "qreg" or "creg" : s_scalars.Contains(token);

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
