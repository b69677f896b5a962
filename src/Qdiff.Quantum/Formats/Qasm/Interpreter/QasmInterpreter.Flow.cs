namespace Qdiff.Quantum;

/// <summary>Loops and branches.</summary>
sealed partial class QasmInterpreter
{
    void Loop(QasmFor loop, QasmScope scope)
    {
        IEnumerable<object> over = loop.Over switch
        {
            QasmRange range => evaluator.Range(range, scope, null).Select(i => (object)i),
            QasmSet set => set.Elements.Select(element => evaluator.Number(element, evaluator.Evaluate(element, scope))),
            _ => evaluator.Evaluate(loop.Over, scope) switch
            {
                QasmArray { Sizes.Length: 1 } array => array.Elements,
                QasmQubits { IsRegister: true } register => register.Numbers.Select(q => (object)new QasmQubits([q], false)),
                QasmBits { IsRegister: true } register =>
                    Copy(loop.Over.At, register).Numbers.Select(bit => (object)new QasmBits([bit], false)),
                _ => throw source.Error(loop.Over.At, "A loop goes over a range [a:b], a set {a, b}, an array or a register."),
            },
        };
        foreach (object value in over)
        {
            var inner = new QasmScope(scope);
            string type = loop.Type?.Word ?? "int";
            int? width = evaluator.Width(loop.Type, scope);
            DeclareName(inner, loop.At, loop.Variable, new(QasmEvaluator.OfType(type, value, width), true, type, width));
            if (!RunBody(loop.Body, inner)) break;
        }
    }

    /// <summary>False after a break.</summary>
    bool RunBody(QasmNode body, QasmScope scope)
    {
        steps.Count(body.At);
        (int outerDepth, int outerCalls) = (depth, calls);
        try
        {
            Execute(body, scope);
        }
        catch (Jump jump) when (jump.Word != "end")
        {
            (depth, calls) = (outerDepth, outerCalls);
            return jump.Word == "continue";
        }

        return true;
    }

    /// <summary>
    /// A condition on measured bits: for each outcome that meets it the branch acts under the control of the wires that were
    /// measured.
    /// </summary>
    void Branch(QasmIf branch, QasmScope scope)
    {
        int[] open = [.. evaluator.MeasuredBits(branch.Condition, scope).Distinct()];
        if (open.Length == 0)
        {
            QasmNode? chosen = evaluator.Truth(branch.Condition, scope) ? branch.Then : branch.Else;
            if (chosen is not null) Execute(chosen, new(scope));
            return;
        }

        if (collected is not null) throw source.Error(branch.At, "A gate cannot depend on what was measured.");
        const int Most = 8;
        if (open.Length > Most)
            throw source.Error(branch.At, $"The condition depends on {open.Length} measured bits; {Most} at most can be read.");
        for (int outcome = 0; outcome < 1 << open.Length; outcome++)
        {
            for (int i = 0; i < open.Length; i++) evaluator.Assumed[open[i]] = (outcome >> i & 1) != 0;
            if ((evaluator.Truth(branch.Condition, scope) ? branch.Then : branch.Else) is not { } chosen) continue;
            conditions.AddRange(open.Select(bit => (bit, evaluator.Assumed[bit])));
            Execute(chosen, new(scope));
            conditions.RemoveRange(conditions.Count - open.Length, open.Length);
        }

        foreach (int bit in open) evaluator.Assumed.Remove(bit);
    }
}
