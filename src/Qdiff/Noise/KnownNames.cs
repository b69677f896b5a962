namespace Qdiff;

/// <summary>Looks a name up in a list; an unknown one is refused with the nearest and all known names.</summary>
static class KnownNames
{
    /// <summary>The place of <paramref name="name"/> in <paramref name="known"/>.</summary>
    public static int IndexOf(string what, string name, IReadOnlyList<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = 0; i < known.Count; i++)
            if (known[i] == name) return i;

        string nearest = known.MinBy(k => Distance(k, name.ToLowerInvariant()))!;
        throw new ArgumentException($"There is no {what} '{name}'; did you mean '{nearest}'? Known: {string.Join(", ", known)}.", nameof(name));
    }

    /// <summary>The least number of letters to insert, delete or replace (Levenshtein 1966).</summary>
    internal static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j - 1], row[j]));
            }
        }

        return row[b.Length];
    }
}
