namespace Qdiff;

/// <summary>Finds out which of many suspects move something, by moving many at a time: few movers cost few tests.</summary>
/// <param name="moves">Whether moving these suspects together moves it.</param>
/// <param name="budget">How many tests may be made.</param>
sealed class Bisection(Func<ReadOnlyMemory<int>, bool> moves, int budget)
{
    readonly List<int> movers = [], undecided = [];

    /// <summary>Suspects that move it alone, or that only move it together with their neighbours.</summary>
    public IReadOnlyList<int> Movers => movers;

    /// <summary>Suspects that the budget did not reach: some of them move it.</summary>
    public IReadOnlyList<int> Undecided => undecided;

    /// <summary>Judges all; returns itself.</summary>
    public Bisection Run(ReadOnlyMemory<int> suspects)
    {
        if (suspects.Length > 0 && Test(suspects)) Split(suspects);
        return this;
    }

    /// <summary>The suspects together are known to move it.</summary>
    void Split(ReadOnlyMemory<int> set)
    {
        if (set.Length == 1)
        {
            movers.Add(set.Span[0]);
            return;
        }

        if (budget < 2)
        {
            undecided.AddRange(set.ToArray());
            return;
        }

        ReadOnlyMemory<int> left = set[..(set.Length / 2)], right = set[(set.Length / 2)..];
        bool first = Test(left), second = Test(right);
        // Neither half alone: they act only together, so all of them count.
        if (!first && !second) movers.AddRange(set.ToArray());
        if (first) Split(left);
        if (second) Split(right);
    }

    bool Test(ReadOnlyMemory<int> set)
    {
        budget--;
        return moves(set);
    }
}
