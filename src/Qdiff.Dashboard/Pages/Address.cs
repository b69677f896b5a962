namespace Qdiff.Dashboard;

/// <summary>Addresses of pages; names stand in them as values, so that none is taken for a part of the address.</summary>
static class Address
{
    /// <summary>The page of a run or of event files.</summary>
    public static string Of(RunRow row) => With(row.Kind == FolderKind.Run ? "/run" : "/events", ("name", row.Name));

    /// <summary>A path with values; empty ones are left out.</summary>
    public static string With(string path, params IEnumerable<(string Name, string Value)> values)
    {
        string query = string.Join('&', values.Where(entry => entry.Value != "")
            .Select(entry => $"{entry.Name}={Uri.EscapeDataString(entry.Value)}"));
        return query == "" ? path : $"{path}?{query}";
    }
}
