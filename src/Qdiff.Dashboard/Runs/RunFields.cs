using System.Globalization;

namespace Qdiff.Dashboard;

/// <summary>A value of a run by which a list can be filtered and sorted: a number, a text, or both.</summary>
readonly record struct FieldValue(double? Number, string? Text)
{
    public static FieldValue Of(double? number) => new(number, number?.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A text, which may be that of a number.</summary>
    public static FieldValue Of(string? text) => new(
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null, text);
}

/// <summary>The values of runs by name: those of the list, metrics, and every setting of the configuration.</summary>
static class RunFields
{
    static readonly Dictionary<string, Func<RunRow, FieldValue>> s_own = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = row => new(null, row.Name),
        ["model"] = row => new(null, row.Model),
        ["wiring"] = row => new(null, row.Wiring),
        ["data"] = row => new(null, row.Data),
        ["state"] = row => new(null, row.Kind == FolderKind.Events ? "events" : row.State.ToString().ToLowerInvariant()),
        ["seed"] = row => FieldValue.Of(row.Seed),
        ["step"] = row => FieldValue.Of(row.Done),
        ["steps"] = row => FieldValue.Of(row.Total),
        ["loss"] = row => FieldValue.Of(row.Loss),
        ["probe"] = row => FieldValue.Of(row.Probe),
        ["parameters"] = row => FieldValue.Of(row.Parameters),
        // As text, whose order is that of time: as a number a year would be seconds.
        ["started"] = row => new(null, row.Started?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
    };

    /// <summary>What reads the value of this name; null if none of these runs has one.</summary>
    public static Func<RunRow, FieldValue>? Find(string name, IReadOnlyList<RunRow> rows)
    {
        if (s_own.TryGetValue(name, out Func<RunRow, FieldValue>? own)) return own;
        if (rows.Any(row => row.Metrics.ContainsKey(name)))
            return row => row.Metrics.TryGetValue(name, out double value) ? FieldValue.Of(value) : default;
        // A setting by its whole path, or by its last word if that is one setting's only.
        string[] paths = [.. rows.SelectMany(row => row.Settings.Keys).Distinct()
            .Where(path => path == name || path.EndsWith("." + name, StringComparison.Ordinal))];
        string? path = paths.Contains(name) ? name : paths.Length == 1 ? paths[0] : null;
        return path is null ? null : row => row.Settings.TryGetValue(path, out string? text) ? FieldValue.Of(text) : default;
    }

    /// <summary>All names that these runs have.</summary>
    public static IEnumerable<string> Names(IReadOnlyList<RunRow> rows) => s_own.Keys
        .Concat(rows.SelectMany(row => row.Metrics.Keys)).Concat(rows.SelectMany(row => row.Settings.Keys)).Distinct();
}
