using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// What a folder holds, by SHA-256, without what tells times and machines: <c>manifest.json</c> (when and where it began),
/// <c>log.txt</c>, <c>costs.json</c> and <c>comparison.md</c> with the seconds of a step, event files, reports (they show all of
/// these), seconds in <c>steps.jsonl</c>, locks, and what a killed writer left beside its file. Where texts name the folder that
/// the work was done in, its name does not count.
/// </summary>
static partial class FolderContent
{
    static readonly string[] s_times =
        ["manifest.json", "log.txt", "costs.json", "comparison.md", "report.html", ".lock", ".lock-owner"];

    public static SortedDictionary<string, string> Of(string folder, string? workedIn = null)
    {
        SortedDictionary<string, string> content = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, path), file = Path.GetFileName(path);
            if (s_times.Contains(file) || file.StartsWith("events.out", StringComparison.Ordinal)) continue;
            if (file.EndsWith(".unfinished", StringComparison.Ordinal)) continue;
            byte[] bytes = File.ReadAllBytes(path);
            if (Path.GetExtension(file) is ".yaml" or ".json" && workedIn is not null)
                bytes = Encoding.UTF8.GetBytes(File.ReadAllText(path).Replace(workedIn, "."));
            if (file == "steps.jsonl") bytes = Encoding.UTF8.GetBytes(Seconds.Replace(File.ReadAllText(path), ""));
            content[name] = Convert.ToHexString(SHA256.HashData(bytes));
        }

        return content;
    }

    /// <summary>How two folders differ, in a line; null if they do not.</summary>
    public static string? Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> found)
    {
        string[] differing = [.. expected.Keys.Union(found.Keys).Where(name =>
            expected.GetValueOrDefault(name) != found.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
        return differing.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{differing.Length} files: ")
            + string.Join(", ", differing.Take(5).Select(name => name + (!expected.ContainsKey(name) ? " is too many"
                : found.ContainsKey(name) ? "" : " is missing")));
    }

    [GeneratedRegex(@",""seconds"":[-0-9.eE+]+")]
    static partial Regex Seconds { get; }
}
