namespace Qdiff;

/// <summary>
/// A number that one part has and others of its kind have not: a key of its own beside its name. Its usual value is the one that
/// the catalog's part has.
/// </summary>
public sealed class PartSetting<TPart>
{
    readonly Func<TPart, double> read;
    readonly Func<TPart, double, TPart> write;

    PartSetting(string name, string summary, SettingType<double> type, Func<TPart, double> read,
        Func<TPart, double, TPart> write) => (Name, Summary, Type, this.read, this.write) = (name, summary, type, read, write);

    /// <summary>The key.</summary>
    public string Name { get; }

    /// <summary>What it means, in a few words.</summary>
    public string Summary { get; }

    /// <summary>What is allowed.</summary>
    internal SettingType<double> Type { get; }

    /// <summary>
    /// Declares the setting of <typeparamref name="T"/>; <paramref name="above"/> and <paramref name="below"/> are not allowed
    /// themselves, the other bounds are.
    /// </summary>
    public static PartSetting<TPart> Create<T>(string name, string summary, Func<T, double> read, Func<T, double, T> write,
        double? min = null, double? max = null, double? above = null, double? below = null) where T : TPart =>
        new(name, summary, SettingType.Number(min, max, above, below), part => read((T)part!),
            (part, value) => write((T)part!, value));

    /// <summary>Its value in a part that has it.</summary>
    public double Read(TPart part) => read(part);

    /// <summary>The part with another value.</summary>
    public TPart Write(TPart part, double value) => write(part, value);

    /// <summary>Whether the value is allowed.</summary>
    internal bool Allows(double value) => Type.Allows(value);
}
