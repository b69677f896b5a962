namespace Qdiff.Evaluation;

/// <summary>The tables of the papers that can be run again.</summary>
public static class PublishedTables
{
    /// <summary>All tables, paper by paper.</summary>
    public static IReadOnlyList<PublishedTable> All { get; } = [.. VertexTables.All, .. AttentionTables.All, .. EarthTables.All];

    /// <summary>The tables of a paper, or those of one data set.</summary>
    /// <param name="dataset">The name of a data set or a table; null for all.</param>
    /// <exception cref="InputException">There is no such paper or table; the message lists those there are.</exception>
    public static IReadOnlyList<PublishedTable> Of(string paper, string? dataset)
    {
        KnownNames.IndexOf("paper", paper, [.. All.Select(table => table.Paper).Distinct()]);
        PublishedTable[] all = [.. All.Where(table => table.Paper == paper)];
        PublishedTable[] chosen = [.. all.Where(table => dataset is null || table.Name == dataset
            || table.Name.StartsWith(dataset + "-", StringComparison.Ordinal))];
        return chosen.Length > 0 ? chosen
            : throw new InputException($"{paper} has no table of '{dataset}'. Known are "
                + $"{string.Join(", ", all.Select(table => table.Name))}.");
    }
}
