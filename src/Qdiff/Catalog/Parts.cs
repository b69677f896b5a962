using System.Collections;
using System.Runtime.CompilerServices;

namespace Qdiff;

/// <summary>
/// One list of the <see cref="Catalog"/>: parts of one kind, found by their names. Written like any collection,
/// <c>[.. catalog.Samplers, new Euler()]</c>.
/// </summary>
[CollectionBuilder(typeof(Parts), nameof(Parts.Create))]
public sealed class Parts<T> : IReadOnlyList<T> where T : IPart
{
    readonly T[] parts;

    internal Parts(ReadOnlySpan<T> parts)
    {
        this.parts = parts.ToArray();
        Names = [.. this.parts.Select(part => part.Name)];
    }

    /// <summary>How many there are.</summary>
    public int Count => parts.Length;

    /// <summary>The names, in the order of the list.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The part at this place of the list.</summary>
    public T this[int index] => parts[index];

    /// <summary>The part of this name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public T this[string name] => Find(name) ?? throw new InputException(KnownNames.Refusal(T.Kind, name, Names));

    /// <summary>The part of this name, or null.</summary>
    public T? Find(string name)
    {
        foreach (T part in parts)
            if (part.Name == name) return part;
        return default;
    }

    /// <summary>Whether there is a part of this name.</summary>
    public bool Contains(string name) => Names.Contains(name);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)parts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Refuses a list in which a name means two parts.</summary>
    /// <exception cref="InputException">There are two; the message names both.</exception>
    public void RequireDistinctNames()
    {
        for (int i = 0; i < parts.Length; i++)
            for (int j = 0; j < i; j++)
                if (parts[i].Name == parts[j].Name)
                    throw new InputException($"The catalog has two parts of the kind '{T.Kind}' with the name '{parts[i].Name}': "
                        + $"number {j + 1} of its list ({parts[j].GetType()}) and number {i + 1} ({parts[i].GetType()}). Give "
                        + "one another name.");
    }
}

/// <summary>Makes <see cref="Parts{T}"/> of collection expressions.</summary>
public static class Parts
{
    /// <summary>The list of these parts.</summary>
    public static Parts<T> Create<T>(ReadOnlySpan<T> parts) where T : IPart => new(parts);
}
