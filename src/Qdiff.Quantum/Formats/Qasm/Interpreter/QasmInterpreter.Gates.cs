using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>Gates: definitions, modifiers, registers at once.</summary>
sealed partial class QasmInterpreter
{
    void Define(QasmGate gate)
    {
        if (gate.Name is "U" or "CX" or "gphase") throw source.Error(gate.At, $"{gate.Name} is built in and cannot be defined.");
        if (gates.ContainsKey(gate.Name)) throw source.Error(gate.At, $"Gate {gate.Name} is defined twice.");
        foreach (QasmApplication call in (gate.Body ?? []).SelectMany(Applications))
        {
            if (call.Name == gate.Name) throw source.Error(call.At, $"Gate {gate.Name} calls itself.");
            if (!gates.ContainsKey(call.Name) && QasmGates.Find(call.Name) is null) throw Unknown(call.At, call.Name);
        }

        gates.Add(gate.Name, gate);
        if (gate.Body is null || QasmGates.Find(gate.Name) is not { } known) return;
        if (IsSame(gate, known)) confirmed.Add(gate.Name);
        else if (parser.Version == 3 && warnings.Count < MostWarnings && IsSameWithOlderU(gate, known))
            warnings.Add($"{source.Place(gate.At)}: this is {gate.Name} only if U is without the phase θ/2, as before OpenQASM "
                + "3.0 and in Qiskit, and is read with it; leave the definition out if that is meant.");
    }

    FormatException Unknown(int at, string name)
    {
        string near = QasmGates.Names.Concat(gates.Keys).FirstOrDefault(known =>
            known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found ? $" Is {found} meant?" : "";
        return source.Error(at, $"There is no gate {QasmSource.Quote(name)}: neither the standard files nor this one define it "
            + $"before it is used.{near}");
    }

    static IEnumerable<QasmApplication> Applications(QasmNode node) => node switch
    {
        QasmApplication call => [call],
        QasmBlock block => block.Statements.SelectMany(Applications),
        QasmFor loop => Applications(loop.Body),
        QasmWhile loop => Applications(loop.Body),
        QasmIf branch => Applications(branch.Then).Concat(branch.Else is null ? [] : Applications(branch.Else)),
        _ => [],
    };

    /// <summary>
    /// Whether a definition is the gate that its name is known for, at some arbitrary angles: angles enter as analytic functions,
    /// so that agreement there is agreement everywhere.
    /// </summary>
    bool IsSame(QasmGate gate, QasmGates.Known known)
    {
        if (gate.Parameters.Length != known.Angles || gate.Qubits.Length != known.Wires || known.Wires > 5) return false;
        var before = (collected, calls, depth);
        try
        {
            return Agrees(gate, known);
        }
        catch (FormatException)
        {
            // It may be read at other angles, and who applies it where it cannot is told.
            (collected, calls, depth) = before;
            return false;
        }
    }

    /// <summary>Drafts of OpenQASM 3, and Qiskit where it includes nothing, define gates by another U.</summary>
    bool IsSameWithOlderU(QasmGate gate, QasmGates.Known known)
    {
        hasPhaseInU = false;
        bool isSame = IsSame(gate, known);
        hasPhaseInU = true;
        return isSame;
    }

    bool Agrees(QasmGate gate, QasmGates.Known known)
    {
        int[] qubits = [.. Enumerable.Range(0, known.Wires)];
        foreach (double first in known.Angles == 0 ? (double[])[0] : [0.37, -1.23])
        {
            AngleExpression[] angles =
                [.. Enumerable.Range(0, known.Angles).Select(k => AngleExpression.Constant(first + 0.61 * k))];
            IReadOnlyList<QasmOperation> own = Expand(gate, angles, qubits, gate.At), theirs = known.Build(angles, qubits);
            steps.Count(gate.At, (long)(own.Count + theirs.Count) << known.Wires);
            for (int column = 0; column < 1 << known.Wires; column++)
            {
                Complex[] a = Column(own, column), b = Column(theirs, column);
                for (int row = 0; row < a.Length; row++)
                    if ((a[row] - b[row]).Magnitude > 1e-9) return false;
            }
        }

        return true;

        Complex[] Column(IReadOnlyList<QasmOperation> operations, int column)
        {
            var state = new Complex[1 << known.Wires];
            state[column] = 1;
            foreach (QasmOperation operation in operations) operation.Apply(state, known.Wires);
            return state;
        }
    }

    void Apply(QasmApplication call, QasmScope scope)
    {
        if (subroutines.TryGetValue(call.Name, out QasmSubroutine? subroutine) && call.Qubits.Length == 0
            && call.Modifiers.Length == 0)
        {
            Call(call, subroutine, scope);
            return;
        }

        AngleExpression[] angles = [.. call.Arguments.Select(argument => evaluator.Angle(argument, scope))];
        QasmQubits[] operands = [.. call.Qubits.Select(qubit => Qubits(qubit, scope))];
        int[] controls = [.. call.Modifiers.Select(modifier => Controls(modifier, scope))];
        CheckCounts(call, angles.Length, operands.Length - controls.Sum());
        int[] sizes = [.. operands.Where(operand => operand.IsRegister).Select(operand => operand.Numbers.Length).Distinct()];
        if (sizes.Length > 1)
            throw source.Error(call.At, $"{call.Name} is applied to registers of {sizes[0]} and {sizes[1]} qubits at once.");
        int times = sizes is [int size] ? size : 1;
        for (int i = 0; i < times; i++)
        {
            int[] qubits = [.. operands.Select(operand => operand.Numbers[operand.IsRegister ? i : 0])];
            if (qubits.Length != qubits.Distinct().Count())
            {
                int twice = qubits.GroupBy(q => q).First(group => group.Count() > 1).Key;
                throw source.Error(call.At, $"{call.Name} acts on qubit {twice} twice.");
            }

            int[] own = collected is null ? [.. qubits.Select(wires.WireOf)] : qubits;
            Emit(call, source.Located(call.At, () => Modified(call, angles, own, controls, scope)));
        }
    }

    int Controls(QasmModifier modifier, QasmScope scope)
    {
        if (modifier.Word is not ("ctrl" or "negctrl")) return 0;
        long count = modifier.Argument is null ? 1 : evaluator.Whole(modifier.Argument, scope);
        return count is >= 1 and <= Circuit.MaxQubits
            ? (int)count
            : throw source.Error(modifier.At, $"{modifier.Word} takes 1 to {Circuit.MaxQubits} controls, not {count}.");
    }

    void CheckCounts(QasmApplication call, int angles, int qubits)
    {
        (int wantedAngles, int wantedQubits) = gates.TryGetValue(call.Name, out QasmGate? own)
            ? (own.Parameters.Length, own.Qubits.Length)
            : QasmGates.Find(call.Name) is { } known ? (known.Angles, known.Wires) : throw Unknown(call.At, call.Name);
        if (angles != wantedAngles) throw source.Error(call.At, $"{call.Name} takes {wantedAngles} angles, got {angles}.");
        if (qubits != wantedQubits)
            throw source.Error(call.At, $"{call.Name} acts on {wantedQubits} qubits{(call.Modifiers.Length > 0
                ? " beside its controls" : "")}, got {qubits}.");
        if (own is { Body: null })
            throw source.Error(call.At, $"Gate {call.Name} is opaque: the file does not say what it does.");
    }

    void Emit(QasmApplication call, List<QasmOperation> operations)
    {
        steps.CountElements(call.At, operations.Count);
        if (collected is not null)
        {
            collected.AddRange(operations);
            if (collected.Count > Circuit.MaxGates)
                throw source.Error(call.At, $"The circuit has more than {Text(Circuit.MaxGates)} gates.");
            return;
        }

        source.Located(call.At, () => wires.Apply(operations, conditions));
    }

    /// <summary>The gate as operations, its modifiers applied from the inside out; controls come first among the
    /// qubits.</summary>
    List<QasmOperation> Modified(QasmApplication call, AngleExpression[] angles, int[] qubits, int[] controls, QasmScope scope)
    {
        int rest = controls.Sum();
        List<QasmOperation> operations = [.. Operations(call, angles, qubits[rest..])];
        if (gates.ContainsKey(call.Name) && !confirmed.Contains(call.Name) && Times(call, scope) is { } times)
            return Repeated(call.At, operations, times);
        for (int m = call.Modifiers.Length - 1; m >= 0; m--)
        {
            QasmModifier modifier = call.Modifiers[m];
            rest -= controls[m];
            int[] own = qubits[rest..(rest + controls[m])];
            operations = modifier.Word switch
            {
                "inv" => [.. Enumerable.Reverse(operations).Select(operation => operation.Inverse())],
                "pow" => Power(modifier, operations, scope),
                _ => [.. operations.Select(operation =>
                    operation.ControlledBy(own.Select(wire => (wire, modifier.Word == "ctrl"))))],
            };
            steps.CountOperations(modifier.At, operations);
        }

        return AsWritten(call, operations, angles, qubits);
    }

    /// <summary>How often inv and whole powers run a definition, backwards if below 0; null where another modifier makes one gate
    /// of it.</summary>
    double? Times(QasmApplication call, QasmScope scope)
    {
        double times = 1;
        foreach (QasmModifier modifier in call.Modifiers)
        {
            double? power = modifier.Word switch
            {
                "inv" => -1,
                "pow" => evaluator.Constant(modifier.Argument!, scope),
                _ => null,
            };
            if (power is not { } whole || whole != Math.Floor(whole)) return null;
            times *= whole;
        }

        return times;
    }

    /// <summary>The gates in a definition so many times: as they stand there, each is a gate with noise of its own.</summary>
    List<QasmOperation> Repeated(int at, List<QasmOperation> operations, double times)
    {
        if (times == 1 || operations.Count == 0) return operations;
        if (Math.Abs(times) * operations.Count > Circuit.MaxGates)
            throw source.Error(at, Invariant($"pow({times}) gives more than {Circuit.MaxGates:N0} gates."));
        if (times < 0) operations = [.. Enumerable.Reverse(operations).Select(operation => operation.Inverse())];
        List<QasmOperation> repeated = [];
        for (int i = 0; i < Math.Abs(times); i++)
        {
            QasmWrittenGate? last = null, copy = null;
            foreach (QasmOperation operation in operations)
            {
                // The last gate of one time and the first of the next are two, even where they are the same.
                if (operation.Call != last) (last, copy) = (operation.Call, operation.Call?.Copy());
                repeated.Add(operation with { Call = copy });
            }
        }

        steps.CountOperations(at, repeated);
        return repeated;
    }

    /// <summary>A known gate is one gate with or without modifiers, and so is a definition with a control or a root.</summary>
    List<QasmOperation> AsWritten(QasmApplication call, List<QasmOperation> operations, AngleExpression[] angles, int[] qubits)
    {
        bool isPlain = call.Modifiers.Length == 0, isDefined = gates.TryGetValue(call.Name, out QasmGate? own);
        // One that does nothing but turn the phase of everything is a gate too.
        if (qubits.Length > 0 && operations.All(operation => operation.Kind is null && operation.Controls.Length == 0))
            operations = [.. operations, QasmOperation.Create(GateKind.I, qubits[0])];
        var written = new QasmWrittenGate(qubits, isPlain && isDefined ? Expand(own!, angles, qubits, call.At) : null);
        return [.. operations.Select(operation => operation with { Call = written })];
    }

    List<QasmOperation> Power(QasmModifier modifier, List<QasmOperation> operations, QasmScope scope)
    {
        double power = evaluator.Constant(modifier.Argument!, scope);
        bool isWhole = power == Math.Floor(power);
        // What does nothing stands only for the place of its noise, and a power is one gate.
        if (operations.FindAll(operation => operation.Kind is not GateKind.I) is { Count: > 0 } acting) operations = acting;
        if (Math.Abs(power) * Math.Max(1, operations.Count) > Circuit.MaxGates)
            throw source.Error(modifier.At, Invariant($"pow({power}) gives more than {Circuit.MaxGates:N0} gates."));
        // A phase commutes with everything: a gate and its phase are one gate.
        if (operations.Count(operation => operation.Kind is not null) <= 1 && operations.All(o => o.Controls.Length == 0)
            || operations.Count == 1)
        {
            try
            {
                if (isWhole || operations.Count == 1 || !operations.All(o => o.Angles.All(angle => angle.IsConstant)))
                    return [.. operations.SelectMany(operation => operation.Power(power))];
                double phase = operations.Where(operation => operation.Kind is null).Sum(o => o.Angles[0].ConstantValue);
                return [.. operations.Find(operation => operation.Kind is not null)?.Power(power, phase)
                    ?? QasmOperation.GlobalPhase(AngleExpression.Constant(phase)).Power(power)];
            }
            catch (ArgumentException e)
            {
                throw source.Error(modifier.At, Invariant($"pow({power}): {e.Message}."));
            }
        }

        if (!isWhole)
            throw source.Error(modifier.At, Invariant($"pow({power}) of several gates: only whole powers can be taken."));
        if (power < 0) operations = [.. Enumerable.Reverse(operations).Select(operation => operation.Inverse())];
        return [.. Enumerable.Repeat(operations, (int)Math.Abs(power)).SelectMany(list => list)];
    }

    IReadOnlyList<QasmOperation> Operations(QasmApplication call, AngleExpression[] angles, int[] qubits) =>
        gates.TryGetValue(call.Name, out QasmGate? own) && !confirmed.Contains(call.Name)
            ? Expand(own, angles, qubits, call.At)
            : [.. QasmGates.Find(call.Name)!.Build(angles, qubits),
                .. call.Name == "U" && hasPhaseInU ? (QasmOperation[])[QasmOperation.GlobalPhase(angles[0] * 0.5)] : []];

    /// <summary>The operations in the body of a definition.</summary>
    List<QasmOperation> Expand(QasmGate gate, AngleExpression[] angles, int[] qubits, int at)
    {
        if (++calls > MaxCalls) throw source.Error(at, $"Gates call gates more than {MaxCalls} levels deep.");
        var scope = new QasmScope(globals, isGate: true);
        for (int i = 0; i < angles.Length; i++) scope.Declare(gate.Parameters[i], new(angles[i], true, "angle"));
        for (int i = 0; i < qubits.Length; i++) scope.Declare(gate.Qubits[i],
            new(new QasmQubits([qubits[i]], false), true, "qubit"));
        List<QasmOperation>? outer = collected;
        collected = [];
        var inner = new QasmScope(scope);
        try
        {
            foreach (QasmNode statement in gate.Body!) Execute(statement, inner);
        }
        catch (Jump jump)
        {
            throw source.Error(jump.At, $"{jump.Word} leaves the gate {gate.Name}.");
        }

        List<QasmOperation> result = collected;
        collected = outer;
        calls--;
        return result;
    }
}
