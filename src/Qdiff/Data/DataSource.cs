using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A data set of the <see cref="Catalog"/>: a named data set and how to load it.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Summary">One line on what it is.</param>
/// <param name="Obtain">Where its files come from and where to put them; empty if nothing is needed.</param>
/// <param name="Splits">The parts it has; the first is the default.</param>
/// <param name="Load">Loads a split from a folder (by default data/NAME under the working folder).</param>
public sealed record DataSource(
    string Name, string Summary, string Obtain, IReadOnlyList<Split> Splits, Func<string, Split, ImageSet> Load) : IPart
{
    static string IPart.Kind => "data set";

    /// <summary>[channels, height, width] of its images; null if that is not known before they are read.</summary>
    public Shape? Image { get; init; }

    /// <summary>The content hashes of the official files, by split; what is loaded may be compared with them.</summary>
    public IReadOnlyDictionary<Split, string> OfficialHashes { get; init; } = new Dictionary<Split, string>();

    /// <summary>Whose the images are and what they may be used under; empty where nobody said.</summary>
    public string Licence { get; init; } = "";

    /// <summary>The files that <see cref="DataDownload"/> can fetch; empty if it cannot or need not.</summary>
    public IReadOnlyList<DataFile> Files { get; init; } = [];
}
