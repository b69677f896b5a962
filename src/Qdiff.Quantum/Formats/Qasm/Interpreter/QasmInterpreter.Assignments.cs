namespace Qdiff.Quantum;

/// <summary>What goes into variables, elements of arrays and bits.</summary>
sealed partial class QasmInterpreter
{
    void Assign(QasmAssignment assignment, QasmScope scope)
    {
        RefuseInside(assignment.At, assignment.Value is QasmMeasurement ? "A measurement" : "An assignment");
        QasmNode target = assignment.Target;
        if (assignment.Value is QasmMeasurement measurement)
        {
            if (assignment.Sign != "=")
                throw source.Error(assignment.At, $"A measurement goes into bits by =, not by {assignment.Sign}.");
            // Some files measure into a register that they never declare; as nothing can depend on it, nothing changes.
            if ((target is QasmIndex { Of: QasmName indexed } ? indexed : target) is QasmName into && scope.Find(into.Name)
                is null)
            {
                if (warnings.Count < MostWarnings)
                    warnings.Add($"{source.Place(into.At)}: {QasmSource.Quote(into.Name)} is not declared; what is measured is "
                        + "not kept.");
                // Nor need the qubits be of this circuit.
                if (measurement.Qubits is not QasmIndex { Of: QasmName from } || scope.Find(from.Name) is not null)
                    Measure(measurement, null, scope);
                return;
            }

            Measure(measurement, evaluator.Evaluate(target, scope) as QasmBits
                ?? throw source.Error(target.At, "Measurements go into bits."), scope);
            return;
        }

        if (evaluator.Evaluate(target, scope) is QasmBits bits)
        {
            // c |= 2 is c = c | 2.
            SetBits(assignment.At, bits, assignment.Sign == "=" ? assignment.Value
                : new QasmBinary(assignment.At, assignment.Sign[..^1], target, assignment.Value), scope);
            return;
        }

        List<QasmNode> indices = [];
        for (; target is QasmIndex index; target = index.Of) indices.InsertRange(0, index.Indices);
        if (target is not QasmName name)
            throw source.Error(target.At, "Only variables, elements of arrays and bits can be assigned to.");
        QasmVariable variable = evaluator.Find(name, scope);
        if (variable.IsFixed || variable.Value is QasmQubits)
            throw source.Error(name.At, $"{QasmSource.Quote(name.Name)} cannot be assigned to.");
        if (variable.Value is not QasmArray array) variable.Value = Assigned(assignment, variable, variable.Value, scope);
        else if (indices.Count > 0)
        {
            int element = ElementAt(array, indices, scope);
            array.Elements[element] = Assigned(assignment, variable, array.Elements[element], scope);
        }
        else SetArray(assignment, variable, array, scope);
    }

    /// <summary>The value that is kept in the place of one number of a variable.</summary>
    object Assigned(QasmAssignment assignment, QasmVariable variable, object before, QasmScope scope)
    {
        bool isWhole = variable.Type is "int" or "uint";
        object value = evaluator.Number(assignment.Value, evaluator.Evaluate(assignment.Value, scope, isWhole));
        if (assignment.Sign != "=")
            value = evaluator.Binary(assignment.At, assignment.Sign[..^1], evaluator.Number(assignment.Target, before), value,
                isWhole);
        return QasmEvaluator.OfType(variable.Type, value, variable.Width);
    }

    /// <summary>Where in the array an element is that has just been read, so that its indices are inside.</summary>
    int ElementAt(QasmArray array, List<QasmNode> indices, QasmScope scope)
    {
        if (indices.Count != array.Sizes.Length || indices.Find(index => index is QasmRange or QasmSet) is not null)
            throw source.Error(indices[0].At,
                $"One element is assigned to at a time: {array.Sizes.Length} indices are expected.");
        long at = 0;
        for (int k = 0; k < indices.Count; k++)
        {
            long index = evaluator.Whole(indices[k], scope);
            at = at * array.Sizes[k] + (index < 0 ? index + array.Sizes[k] : index);
        }

        return (int)at;
    }

    void SetArray(QasmAssignment assignment, QasmVariable variable, QasmArray array, QasmScope scope)
    {
        if (assignment.Sign != "=" || evaluator.Evaluate(assignment.Value, scope) is not QasmArray given
            || !given.Sizes.SequenceEqual(array.Sizes))
            throw source.Error(assignment.At, "An array takes an array of the same sizes, by =.");
        Moved(assignment.At, given, variable.Type, variable.Width).CopyTo(array.Elements, 0);
    }

    /// <summary>The elements of an array as one of this type keeps them.</summary>
    object[] Moved(int at, QasmArray array, string type, int? width)
    {
        steps.CountElements(at, array.Elements.Length);
        return Array.ConvertAll(array.Elements, element => QasmEvaluator.OfType(type, element, width));
    }

    void SetBits(int at, QasmBits bits, QasmNode given, QasmScope scope)
    {
        steps.CountElements(at, bits.Numbers.Length);
        switch (given)
        {
            case QasmMeasurement measurement:
                Measure(measurement, bits, scope);
                break;
            case QasmLiteral { Value: string text }:
                // As digits there may be more of them than a number has.
                string row = evaluator.BitRow(given.At, text);
                for (int i = 0; i < bits.Numbers.Length; i++)
                    wires.SetBit(bits.Numbers[i], i < row.Length && row[^(i + 1)] == '1');
                break;
            default:
                long value = evaluator.Number(given, evaluator.Evaluate(given, scope)) as long?
                    ?? throw source.Error(at, "Bits take whole numbers.");
                for (int i = 0; i < bits.Numbers.Length; i++) wires.SetBit(bits.Numbers[i], i < 63 && (value >> i & 1) != 0);
                break;
        }
    }

    void Measure(QasmMeasurement measurement, QasmBits? into, QasmScope scope)
    {
        RefuseInside(measurement.At, "A measurement");
        QasmQubits qubits = Qubits(measurement.Qubits, scope);
        if (into is not null && into.Numbers.Length != qubits.Numbers.Length)
            throw source.Error(measurement.At, $"{qubits.Numbers.Length} qubits are measured into {into.Numbers.Length} bits.");
        for (int i = 0; i < qubits.Numbers.Length; i++) wires.Measure(qubits.Numbers[i], into?.Numbers[i]);
    }
}
