namespace Qdiff.Quantum;

/// <summary>Calls of subroutines: qubits go in as they are, everything else by value.</summary>
sealed partial class QasmInterpreter
{
    void Call(QasmApplication call, QasmSubroutine subroutine, QasmScope scope)
    {
        if (subroutine.Body is null)
            throw source.Error(call.At, $"{call.Name} is extern: what it does is not in the file.");
        if (collected is not null) throw source.Error(call.At, "A gate cannot call a subroutine.");
        if (call.Arguments.Length != subroutine.Parameters.Length)
            throw source.Error(call.At,
                $"{call.Name} takes {subroutine.Parameters.Length} arguments, got {call.Arguments.Length}.");
        if (++calls > MaxCalls) throw source.Error(call.At, $"Subroutines call subroutines more than {MaxCalls} levels deep.");
        var inner = new QasmScope(globals);
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            (QasmType type, string name) = subroutine.Parameters[i];
            object value = Argument(call, type, name, call.Arguments[i], scope);
            DeclareName(inner, call.At, name, new(value, false, type.Word, evaluator.Width(type, globals)));
        }

        foreach (QasmNode statement in subroutine.Body) Execute(statement, inner);
        calls--;
    }

    /// <summary>Measured bits stay bits, so that a condition in the subroutine can depend on them.</summary>
    object Argument(QasmApplication call, QasmType type, string name, QasmNode argument, QasmScope scope)
    {
        switch (type)
        {
            case { Word: "qubit" or "qreg" }:
                QasmQubits qubits = Qubits(argument, scope);
                if (type.Width is null) return qubits;
                CheckSize("qubits", evaluator.Size(type.Width, Circuit.MaxQubits, globals), qubits.Numbers.Length);
                return new QasmQubits(qubits.Numbers, true);
            case { Word: "bit" or "creg" }:
                int width = type.Width is null ? 1 : evaluator.Size(type.Width, QasmEvaluator.MaxElements, globals);
                if (argument is not QasmLiteral && evaluator.Evaluate(argument, scope) is QasmBits given)
                {
                    if (type.Width is null) return Copy(argument.At, given);
                    CheckSize("bits", width, given.Numbers.Length);
                    return Copy(argument.At, given) with { IsRegister = true };
                }

                var bits = new QasmBits(source.Located(argument.At, () => wires.AddBits(width)), type.Width is not null);
                SetBits(argument.At, bits, argument, scope);
                return bits;
            case { IsMutable: true }:
                return evaluator.Evaluate(argument, scope);
            case { Word: "int" or "uint" or "bool" or "float" or "angle" }
                when evaluator.MeasuredBits(argument, scope).Count == 0:
                return Converted(type, argument, scope);
            default:
                object value = evaluator.Evaluate(argument, scope);
                return value is QasmBits measured ? Copy(argument.At, measured) : value;
        }

        void CheckSize(string what, int wanted, int got)
        {
            if (wanted != got) throw source.Error(argument.At, $"{call.Name} takes {wanted} {what} as {name}, got {got}.");
        }
    }

    /// <summary>Bits with the same values, which stay as they are when the others are set.</summary>
    QasmBits Copy(int at, QasmBits bits)
    {
        int[] copies = source.Located(at, () => wires.CopyBits(bits.Numbers));
        for (int i = 0; i < copies.Length; i++)
            if (evaluator.Assumed.TryGetValue(bits.Numbers[i], out bool assumed)) wires.SetBit(copies[i], assumed);
        return new(copies, bits.IsRegister);
    }
}
