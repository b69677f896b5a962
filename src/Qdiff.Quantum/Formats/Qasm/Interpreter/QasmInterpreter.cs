using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>Runs a program with its input parameters left open: what comes out is the list of its gates.</summary>
sealed partial class QasmInterpreter
{
    /// <summary>Elements of all arrays together: a loop can declare them each time round.</summary>
    const int MaxElements = 1_000_000;

    /// <summary>Gates that call gates, or subroutines that call subroutines.</summary>
    const int MaxCalls = 100;

    /// <summary>Blocks and calls that run inside each other; a stack of 1 MB has room for these.</summary>
    const int MaxDepth = 500;

    readonly QasmSource source;
    readonly QasmParser parser;
    readonly QasmWires wires = new();
    readonly QasmSteps steps;
    readonly QasmEvaluator evaluator;
    readonly QasmParameters parameters = new();
    readonly QasmScope constants = new(null), globals;
    readonly Dictionary<string, QasmGate> gates = [];
    readonly Dictionary<string, QasmSubroutine> subroutines = [];

    /// <summary>Gates that the program defines as what they are known to be.</summary>
    readonly HashSet<string> confirmed = [];

    /// <summary>The bits on which the statement that runs depends, and the values that they must have.</summary>
    readonly List<(int Bit, bool Value)> conditions = [];

    /// <summary>The classical bits that are declared outside blocks.</summary>
    readonly List<(string Name, int[] Bits)> registers = [];

    /// <summary>The operations of the gate definition that is being expanded.</summary>
    List<QasmOperation>? collected;

    const int MostWarnings = 8;
    readonly HashSet<string> warnings = [];

    int calls, depth, elements;
    bool nextIsAncilla, hasPhaseInU;

    public QasmInterpreter(QasmSource source)
    {
        this.source = source;
        parser = new(source);
        hasPhaseInU = parser.HasPhaseInU;
        steps = new(source);
        evaluator = new(source, wires, steps);
        foreach ((string name, double value) in (IEnumerable<(string, double)>)(parser.Version == 2 ? [("pi", Math.PI)]
            : [("pi", Math.PI), ("π", Math.PI), ("tau", Math.Tau), ("τ", Math.Tau), ("euler", Math.E), ("ℇ", Math.E)]))
            constants.Declare(name, new(value, true, "float") { IsConstant = true });
        globals = new(constants);
    }

    public QasmProgram Run()
    {
        List<QasmNode> statements = [.. parser.Program()];
        DeclareParameters(statements);
        try
        {
            foreach (QasmNode statement in statements) Execute(statement, globals);
        }
        catch (Jump jump)
        {
            if (jump.Word != "end") throw source.Error(jump.At, $"{jump.Word} stands outside a loop.");
        }

        if (wires.Qubits - wires.Unread.Count == 0)
            throw source.Error(source.Text.Length, "The text ends without a register: qubit[n] q; or qreg q[n]; is needed.");
        Circuit circuit = source.Located(source.Text.Length,
            () => wires.Build(parameters.Inputs.Count, parameters.Weights.Count));
        return new(circuit, [.. parameters.Inputs], [.. parameters.Weights],
            [.. warnings, .. Unused(circuit, statements)])
        {
            Registers = [.. registers.Select(own => new QasmRegister(own.Name, [.. own.Bits.Select(wires.ReadOutOf)]))],
        };
    }

    /// <summary>Features are numbered by their names, so all of them must be known before the first is used.</summary>
    void DeclareParameters(List<QasmNode> statements)
    {
        foreach (QasmDeclaration declaration in statements.OfType<QasmDeclaration>())
        {
            if (declaration.Role == QasmRole.Constant) Declare(declaration, globals);
            if (declaration.Role != QasmRole.Input) continue;
            if (declaration.Type.Word is not ("float" or "angle"))
                throw source.Error(declaration.At,
                    $"Input {declaration.Name} is of type {declaration.Type.Word}; input parameters "
                    + "are float or angle, or arrays of them.");
            int[] sizes = Sizes(declaration, globals, "Input ");
            CountElements(declaration.At, Count(sizes));
            // Each element has a name.
            steps.CountElements(declaration.At, (long)Count(sizes) * declaration.Name.Length / 10);
            parameters.Add(declaration, sizes);
        }

        foreach ((QasmDeclaration declaration, object value) in parameters.Values())
            DeclareName(globals, declaration.At, declaration.Name, new(value, true, declaration.Type.Word));
    }

    IEnumerable<string> Unused(Circuit circuit, List<QasmNode> statements)
    {
        var used = circuit.Gates.SelectMany(gate => gate.Angles).ToList();
        HashSet<int> inputs = [.. used.SelectMany(angle => angle.InputIndices)], weights = [.. used.SelectMany(angle
            => angle.WeightIndices)];
        ILookup<string, string> names = parameters.Inputs.Where((_, i) => !inputs.Contains(i))
            .Concat(parameters.Weights.Where((_, i) => !weights.Contains(i)))
            .ToLookup(name => name.Split('[')[0]);
        foreach (QasmDeclaration declaration in statements.OfType<QasmDeclaration>().Where(d => d.Role == QasmRole.Input))
        {
            string[] own = [.. names[declaration.Name]];
            if (own.Length == 0) continue;
            string list = string.Join(", ", own.Take(8)) + (own.Length > 8 ? $" and {own.Length - 8} more" : "");
            yield return $"{source.Place(declaration.At)}: {list} {(own.Length == 1 ? "is" : "are")} in no gate's angle.";
        }
    }

    void Execute(QasmNode statement, QasmScope scope)
    {
        steps.Count(statement.At);
        if (++depth > MaxDepth)
            throw source.Error(statement.At, $"Blocks and calls run more than {MaxDepth} levels deep inside each other.");
        source.CheckStack(statement.At);
        bool isAncilla = nextIsAncilla;
        nextIsAncilla = false;
        switch (statement)
        {
            case QasmName { Name: Qasm.AncillaAnnotation }:
                nextIsAncilla = true;
                break;
            case QasmDeclaration { Role: QasmRole.Input } or QasmDeclaration { Role: QasmRole.Constant } when scope == globals:
                break;
            case QasmDeclaration { Role: QasmRole.Input } input:
                throw source.Error(input.At, "Inputs are declared outside blocks.");
            case QasmDeclaration declaration:
                Declare(declaration, scope);
                if (isAncilla && scope.Find(declaration.Name)!.Value
                    is QasmQubits ancillas) wires.Unread.UnionWith(ancillas.Numbers);
                break;
            case QasmAlias alias:
                DeclareName(scope, alias.At, alias.Name, new(evaluator.Evaluate(alias.Value, scope), true, "alias"));
                break;
            case QasmAssignment assignment:
                Assign(assignment, scope);
                break;
            case QasmMeasurement measurement:
                Measure(measurement, null, scope);
                break;
            case QasmReset reset:
                RefuseInside(reset.At, "A reset");
                foreach (int qubit in Qubits(reset.Qubits, scope).Numbers) source.Located(reset.At, () => wires.Reset(qubit));
                break;
            case QasmIdle idle:
                foreach (QasmNode qubit in idle.Qubits) Qubits(qubit, scope);
                break;
            case QasmBlock block:
                var inner = new QasmScope(scope);
                foreach (QasmNode node in block.Statements) Execute(node, inner);
                break;
            case QasmFor loop:
                Loop(loop, scope);
                break;
            case QasmWhile loop:
                while (evaluator.Truth(loop.Condition, scope))
                    if (!RunBody(loop.Body, new(scope))) break;
                break;
            case QasmIf branch:
                Branch(branch, scope);
                break;
            case QasmJump jump:
                if (conditions.Count > 0) throw source.Error(jump.At, $"{jump.Word} depends on what was measured.");
                throw new Jump(jump.At, jump.Word);
            case QasmGate gate:
                Define(gate);
                break;
            case QasmSubroutine subroutine:
                if (!subroutines.TryAdd(subroutine.Name, subroutine))
                    throw source.Error(subroutine.At, $"Subroutine {subroutine.Name} is defined twice.");
                break;
            case QasmApplication application:
                Apply(application, scope);
                break;
            default:
                throw source.Error(statement.At, "This statement is not supported.");
        }

        depth--;
    }

    void CountElements(int at, int count)
    {
        if ((elements += count) > MaxElements)
            throw source.Error(at, $"The arrays of a program have at most {Text(MaxElements)} elements together.");
    }

    void Declare(QasmDeclaration declaration, QasmScope scope)
    {
        (QasmType type, string name, int at) = (declaration.Type, declaration.Name, declaration.At);
        object value;
        switch (type.Word)
        {
            case "qubit" or "qreg":
                if (collected is not null || conditions.Count > 0 || scope != globals)
                    throw source.Error(at, "Qubits are declared outside blocks.");
                int count = type.Width is null ? 1 : evaluator.Size(type.Width, Circuit.MaxQubits, scope,
                    "A register has {0} qubits, not {1}.");
                value = new QasmQubits(source.Located(at, () => wires.AddQubits(count)), type.Width is not null);
                break;
            case "bit" or "creg":
                int width = type.Width is null ? 1 : evaluator.Size(type.Width, QasmEvaluator.MaxElements, scope);
                var bits = new QasmBits(source.Located(at, () => wires.AddBits(width)), type.Width is not null);
                if (declaration.Value is { } given) SetBits(at, bits, given, scope);
                if (scope == globals) registers.Add((name, bits.Numbers));
                value = bits;
                break;
            case "complex":
                throw source.Error(at, "Complex numbers are not supported.");
            default:
                if (declaration.Value is QasmMeasurement)
                    throw source.Error(at, $"A measurement gives bits, not {type.Word}.");
                value = declaration.Value is null ? Zero(declaration, scope) : Converted(type, declaration.Value, scope);
                if (value is QasmArray array) CountElements(at, array.Elements.Length);
                break;
        }

        bool isConstant = declaration.Role == QasmRole.Constant;
        DeclareName(scope, at, name, new(value, isConstant, type.Word, evaluator.Width(type, scope)) { IsConstant = isConstant });
    }

    int[] Sizes(QasmDeclaration declaration, QasmScope scope, string what = "")
    {
        int[] sizes = [.. declaration.Type.Sizes.Select(size => evaluator.Size(size, QasmEvaluator.MaxElements, scope))];
        return sizes.Aggregate(1.0, (product, size) => product * size) <= QasmEvaluator.MaxElements ? sizes
            : throw source.Error(declaration.At,
                $"{what}{declaration.Name} has more than {Text(QasmEvaluator.MaxElements)} elements.");
    }

    object Zero(QasmDeclaration declaration, QasmScope scope)
    {
        int[] sizes = Sizes(declaration, scope);
        object zero = QasmEvaluator.OfType(declaration.Type.Word, 0L);
        return sizes.Length == 0 ? zero : new QasmArray([.. Enumerable.Repeat(zero, Count(sizes))], sizes);
    }

    static int Count(int[] sizes) => sizes.Aggregate(1, (product, size) => product * size);

    object Converted(QasmType type, QasmNode value, QasmScope scope)
    {
        return type switch
        {
            { Sizes.Length: > 0 } => evaluator.Evaluate(value, scope) is var given && given is QasmArray array
                ? array with { Elements = Moved(value.At, array, type.Word, evaluator.Width(type, scope)) }
                : given,
            { Word: "int" or "uint" } => Fitted(evaluator.Truncated(value, scope)),
            { Word: "bool" } => evaluator.Truth(value, scope),
            _ => Fitted(evaluator.Number(value, evaluator.Evaluate(value, scope))),
        };

        object Fitted(object number) => QasmEvaluator.OfType(type.Word, number, evaluator.Width(type, scope));
    }

    void DeclareName(QasmScope scope, int at, string name, QasmVariable variable)
    {
        if (constants.Find(name) is not null && (parser.Version == 3 || name == "pi"))
            throw source.Error(at, $"{QasmSource.Quote(name)} is a constant of OpenQASM; what is declared needs another name.");
        if (!scope.Declare(name, variable)) throw source.Error(at, $"{QasmSource.Quote(name)} is declared twice.");
    }

    void RefuseInside(int at, string what)
    {
        if (collected is not null) throw source.Error(at, $"{what} cannot stand in a gate.");
        if (conditions.Count > 0) throw source.Error(at, $"{what} that itself depends on what was measured cannot be read.");
    }

    QasmQubits Qubits(QasmNode node, QasmScope scope)
    {
        if (node is QasmName { Name: ['$', ..] } physical) return new([Physical(physical)], false);
        return evaluator.Evaluate(node, scope) as QasmQubits ?? throw source.Error(node.At, "A qubit is expected.");
    }

    /// <summary>Qubits of a device, $0 to the highest that the text names.</summary>
    int Physical(QasmName name)
    {
        if (collected is not null)
            throw source.Error(name.At, $"{QasmSource.Quote(name.Name)} cannot stand in a gate, which acts on its own qubits.");
        if (globals.Find("$") is not { Value: QasmQubits register })
        {
            int highest = parser.HighestPhysical;
            if (highest >= Circuit.MaxQubits)
                throw source.Error(name.At, $"A circuit has at most {Circuit.MaxQubits} qubits; the text names ${highest}.");
            register = new(source.Located(name.At, () => wires.AddQubits(highest + 1)), true);
            globals.Declare("$", new(register, true, "qubit"));
        }

        return int.TryParse(name.Name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number < register.Numbers.Length ? register.Numbers[number]
            : throw source.Error(name.At, $"{QasmSource.Quote(name.Name)} is not a qubit.");
    }

    /// <summary>Runs what may be refused for reasons that know no place.</summary>
    static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    sealed class Jump(int at, string word) : Exception
    {
        public int At { get; } = at;

        public string Word { get; } = word;
    }
}
