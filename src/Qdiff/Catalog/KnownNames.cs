namespace Qdiff;

/// <summary>Looks a name up in a list; an unknown one is refused with the nearest and all known names.</summary>
static class KnownNames
{
    /// <summary>The place of <paramref name="name"/> in <paramref name="known"/>.</summary>
    /// <exception cref="InputException">The name is not in the list.</exception>
    public static int IndexOf(string what, string name, IReadOnlyList<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = 0; i < known.Count; i++)
            if (known[i] == name) return i;

        throw new InputException(Refusal(what, name, known));
    }

    /// <summary>That there is no such name, what may have been meant, and what is known.</summary>
    public static string Refusal(string what, string name, IReadOnlyList<string> known)
    {
        string nearest = NearestName.Find(name, known) is string meant ? $" Did you mean {meant}?" : "";
        return $"There is no {what} '{name}'.{nearest} Known are {string.Join(", ", known)}.";
    }
}
