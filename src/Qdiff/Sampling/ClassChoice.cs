namespace Qdiff;

/// <summary>
/// Which class each sample has: sample i the (i mod k)-th of k chosen classes, so that any k samples in a row hold each class
/// once, and a whole number of rounds is exactly balanced.
/// </summary>
public sealed class ClassChoice
{
    readonly int[] labels;

    ClassChoice(int[] labels, IReadOnlyList<string> names) => (this.labels, Names) = (labels, names);

    /// <summary>What label k is called; empty if nobody named them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The chosen labels; empty for an unconditional network.</summary>
    public IReadOnlyList<int> Labels => labels;

    /// <summary>The class of sample <paramref name="sample"/>; 0 for an unconditional network.</summary>
    public int Of(long sample) => labels.Length == 0 ? 0 : labels[sample % labels.Length];

    /// <summary>The classes of samples <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1; null
    /// for an unconditional network.</summary>
    public int[]? LabelsOf(int count, long first = 0) =>
        labels.Length == 0 ? null : [.. Enumerable.Range(0, count).Select(i => Of(first + i))];

    /// <summary>The name of a label, or its number.</summary>
    public string NameOf(int label) => label < Names.Count ? Names[label] : $"{label}";

    /// <summary>These classes in turn, for a network of its own each.</summary>
    internal static ClassChoice Among(IEnumerable<int> labels, IReadOnlyList<string> names) => new([.. labels], names);

    /// <summary>
    /// The classes of these names or numbers; without any, those that the network was trained on, or all that it has.
    /// </summary>
    /// <exception cref="InputException">The network is unconditional, or has no such class, or was not trained on it.</exception>
    public static ClassChoice Create(Network network, DataDescription data, IReadOnlyList<string> classes)
    {
        if (network.Classes == 0)
        {
            return classes.Count == 0
                ? new([], [])
                : throw new InputException($"The network takes no class label, so class '{classes[0]}' cannot be asked for.");
        }

        IReadOnlyList<int> trained = data.Labels.Count > 0 ? data.Labels : [.. Enumerable.Range(0, network.Classes)];
        if (classes.Count == 0) return new([.. trained], data.ClassNames);
        int[] labels = [.. classes.Select(name =>
            Qdiff.ClassNames.LabelOf(name, data.ClassNames, Math.Max(network.Classes, data.ClassNames.Count), data.Name))
            .Distinct()];
        foreach (int label in labels)
            if (!trained.Contains(label))
                throw new InputException($"The network was not trained on class {Known(label)}; its images ({data.Name}) have "
                    + $"the classes {string.Join(", ", trained.Select(Known))}.");
        return new(labels, data.ClassNames);

        string Known(int label) => label < data.ClassNames.Count
            && data.ClassNames[label] != $"{label}" ? $"{label} ({data.ClassNames[label]})" : $"{label}";
    }
}
