using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>What a program has done so far, to end one that would do too much.</summary>
sealed class QasmSteps(QasmSource source)
{
    /// <summary>Statements that are run, loops counted each time round.</summary>
    const int Most = 2_000_000;

    /// <summary>Elements of arrays and registers that are moved in the time of a statement.</summary>
    const int ElementsPerStep = 10;

    long steps;

    /// <summary>One statement.</summary>
    public void Count(int at) => Add(at, 1);

    /// <summary>What a statement does to many elements at once.</summary>
    public void CountElements(int at, long count) => Add(at, count / ElementsPerStep);

    void Add(int at, long count)
    {
        steps += count;
        if (steps > Most)
            throw source.Error(at, string.Create(CultureInfo.InvariantCulture,
                $"The program runs more than {Most:N0} statements, or moves {Most * ElementsPerStep:N0} elements; does a loop "
                + $"not end?"));
    }
}
