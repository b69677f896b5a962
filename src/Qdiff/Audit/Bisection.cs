namespace Qdiff;

/// <summary>
/// Finds out which of many suspects move something, by moving many at a time: few movers cost few tests. Suspects come in groups
/// (parameters); groups are told apart first.
/// </summary>
/// <param name="moves">Whether moving these suspects together moves it.</param>
/// <param name="budget">How many tests may be made.</param>
sealed class Bisection(Func<int[], bool> moves, int budget)
{
    readonly List<int> movers = [], undecided = [];

    /// <summary>Suspects that move it alone, or that only move it together with their neighbours.</summary>
    public IReadOnlyList<int> Movers => movers;

    /// <summary>Suspects that the budget did not reach: some of them may move it.</summary>
    public IReadOnlyList<int> Undecided => undecided;

    /// <summary>Judges all; returns itself.</summary>
    public Bisection Run(IEnumerable<int[]> groups)
    {
        int[][] all = [.. groups.Where(group => group.Length > 0)];
        if (all.Length > 0 && Test(all)) Split(all);
        return this;
    }

    /// <summary>These groups together are known to move it.</summary>
    void Split(int[][] groups)
    {
        if (groups is [[int last]])
        {
            movers.Add(last);
            return;
        }

        if (budget < 2)
        {
            undecided.AddRange(groups.SelectMany(group => group));
            return;
        }

        (int[][] left, int[][] right) = groups is [int[] single]
            ? ((int[][])[single[..(single.Length / 2)]], (int[][])[single[(single.Length / 2)..]])
            : (groups[..(groups.Length / 2)], groups[(groups.Length / 2)..]);
        bool first = Test(left), second = Test(right);
        // Neither half alone: they act only together, so all of them count.
        if (!first && !second) movers.AddRange(groups.SelectMany(group => group));
        if (first) Split(left);
        if (second) Split(right);
    }

    bool Test(int[][] groups)
    {
        budget--;
        return moves([.. groups.SelectMany(group => group)]);
    }
}
