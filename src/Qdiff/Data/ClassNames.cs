using System.Globalization;

namespace Qdiff;

/// <summary>Which label somebody means who writes a class's name or its number.</summary>
public static class ClassNames
{
    /// <summary>What to write for this class: its name if it has one, for a name wins over a number; where folders are called
    /// "1", "10" and "2", "1" is class 0.</summary>
    internal static string Of(int label, IReadOnlyList<string> names) =>
        label < names.Count ? names[label] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>The label of a class of these images.</summary>
    /// <exception cref="InputException">The images have no labels, or there is no such class; the message lists those there
    /// are.</exception>
    public static int LabelOf(string text, ImageSet images)
    {
        if (!images.HasLabels) throw new InputException($"{images.Name} has no labels, so there is no class '{text}' in it.");
        int classes = 0;
        foreach (int label in images.Labels) classes = Math.Max(classes, label + 1);
        return LabelOf(text, images.ClassNames, Math.Max(classes, images.ClassNames.Count), images.Name);
    }

    /// <summary>The label of this name, or of this number if no class is called so.</summary>
    /// <param name="names">What label k is called; may be empty.</param>
    /// <param name="classes">How many labels there are.</param>
    /// <param name="where">What has these classes, for the message.</param>
    /// <exception cref="InputException">There is no such class.</exception>
    public static int LabelOf(string text, IReadOnlyList<string> names, int classes, string where)
    {
        text = UnicodeForm.Compose(text);
        // As it is written first: there are data sets with a class "a" and a class "A".
        foreach (StringComparison comparison in (StringComparison[])[StringComparison.Ordinal,
            StringComparison.OrdinalIgnoreCase])
            for (int label = 0; label < names.Count; label++)
                if (string.Equals(UnicodeForm.Compose(names[label]), text, comparison)) return label;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < classes)
            return number;
        string meant = NearestName.Find(text, names) is string nearest ? $" Did you mean {nearest}?" : "";
        string known = names.Count > 0
            ? "Its classes are "
                + $"{string.Join("; ", names.Select((name, label) => name == $"{label}" ? name : $"{label} {name}"))}."
            : $"Its labels are 0 to {classes - 1}.";
        throw new InputException($"{where} has no class '{text}'.{meant} {known}");
    }
}
