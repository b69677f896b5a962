namespace Qdiff.Quantum;

/// <summary>What a program has done so far, to end one that would do too much.</summary>
sealed class QasmSteps(QasmSource source)
{
    /// <summary>Statements that are run, loops counted each time round.</summary>
    const int Most = 2_000_000;

    /// <summary>Elements of arrays and registers that are moved in the time of a statement.</summary>
    const int ElementsPerStep = 10;

    /// <summary>Of the key of a formula, which is as long as all that the formula keeps.</summary>
    const int CharactersPerElement = 4;

    long elements;

    /// <summary>One statement.</summary>
    public void Count(int at) => Count(at, 1);

    /// <summary>What takes as long as so many.</summary>
    public void Count(int at, long times) => CountElements(at, ElementsPerStep * times);

    /// <summary>A part of an expression, or what a statement does to many elements at once.</summary>
    public void CountElements(int at, long count)
    {
        if ((elements += count) > Most * ElementsPerStep)
            throw source.Error(at, Invariant(
                $"The program runs more than {Most:N0} statements, or moves {Most * ElementsPerStep:N0} elements; does a loop ")
                + "not end?");
    }

    /// <summary>A formula that was just made.</summary>
    public AngleExpression Counted(int at, AngleExpression formula)
    {
        CountElements(at, ElementsOf(formula));
        return formula;
    }

    /// <summary>What a modifier does to operations.</summary>
    public void CountOperations(int at, IReadOnlyList<QasmOperation> operations) =>
        CountElements(at, operations.Sum(operation => 1 + operation.Angles.Sum(angle => ElementsOf(angle))));

    static long ElementsOf(AngleExpression formula) => formula.Key.Length / CharactersPerElement;
}
