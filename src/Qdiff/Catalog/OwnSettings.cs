using System.Collections;

namespace Qdiff;

/// <summary>Values of settings that one part alone has, by their keys, as a configuration keeps them: <c>eta</c> of
/// <c>ddim</c>. Equal if they hold the same.</summary>
public sealed class OwnSettings : IEnumerable<KeyValuePair<string, double>>, IEquatable<OwnSettings>
{
    readonly SortedDictionary<string, double> values;

    OwnSettings(SortedDictionary<string, double> values) => this.values = values;

    /// <summary>None: everything as usual.</summary>
    public static OwnSettings None { get; } = new(new(StringComparer.Ordinal));

    /// <summary>The value of a key, or null if it is as usual.</summary>
    public double? this[string key] => values.TryGetValue(key, out double value) ? value : null;

    /// <summary>The same with another value of a key; null for as usual.</summary>
    public OwnSettings With(string key, double? value)
    {
        var others = new SortedDictionary<string, double>(values, StringComparer.Ordinal);
        others.Remove(key);
        if (value is { } number) others.Add(key, number);
        return new(others);
    }

    /// <summary>The part with the values of those settings that it has.</summary>
    internal TPart ApplyTo<TPart>(TPart part) where TPart : IConfigurable<TPart>
    {
        foreach (PartSetting<TPart> setting in part.Settings)
            if (this[setting.Name] is { } value) part = setting.Write(part, value);
        return part;
    }

    /// <inheritdoc/>
    public bool Equals(OwnSettings? other) => other is not null && values.SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? other) => Equals(other as OwnSettings);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach ((string key, double value) in values) hash.Add((key, value));
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
