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
        QasmType? type = s_scalars.Contains(Token) ? Type() : null;
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
