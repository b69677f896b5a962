namespace Qdiff;

/// <summary>Finds the name that somebody who mistyped probably meant.</summary>
static class NearestName
{
    /// <summary>
    /// The known name with the fewest edits from the given one, or null if none is near. The first of equals wins.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        (string? best, int fewest) = (null, Math.Max(2, name.Length / 3) + 1);
        foreach (string candidate in known)
        {
            int edits = Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < fewest) (best, fewest) = (candidate, edits);
        }

        return best;
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements from one word to the other.</summary>
    internal static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
