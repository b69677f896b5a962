using System.Text.Json.Serialization;

namespace Qdiff.Evaluation;

/// <summary>A table of a paper: what was printed, how it was measured, why our values may differ, and what to run for
/// ours.</summary>
public sealed record PublishedTable : IPart
{
    static string IPart.Kind => "published table";

    /// <summary>Two papers may have tables of one data set.</summary>
    string IPart.Name => $"{Paper}/{Name}";

    /// <summary>Which paper, in a word: <c>paper-a</c>.</summary>
    public required string Paper { get; init; }

    /// <summary>Which of its tables: the data set, and the network where one data set has several.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required string Source { get; init; }

    /// <summary>The rows, the one that others are compared with first.</summary>
    public required IReadOnlyList<PublishedRow> Rows { get; init; }

    /// <summary>Passes over the data after which values were printed, besides the end.</summary>
    public IReadOnlyList<double> Epochs { get; init; } = [];

    /// <summary>How it was measured, as far as it is known.</summary>
    public required string Protocol { get; init; }

    /// <summary>What keeps published values and ours from being compared.</summary>
    public required IReadOnlyList<string> NotComparable { get; init; }
}

/// <summary>A row of a table.</summary>
/// <param name="Title">What the paper calls it; for rows that it does not have, what they are for.</param>
/// <param name="Config">The configuration in <c>configs/</c>, without ending.</param>
/// <param name="Values">What was printed; none for controls that are ours.</param>
public sealed record PublishedRow(string Title, string Config,
    [property: JsonPropertyName("figures")] IReadOnlyList<PublishedValue> Values)
{
    /// <summary>The printed number of parameters, if there is one.</summary>
    public int? Parameters { get; init; }

    /// <summary>Settings that make the row of its configuration.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}

/// <summary>A printed number.</summary>
/// <param name="Metric">fid, kid, is, accuracy or ssim.</param>
/// <param name="Value">The number.</param>
/// <param name="Deviation">The number printed behind ±, over subsets or splits; null if there is none.</param>
/// <param name="Epoch">After how many passes over the data; null for the end.</param>
/// <param name="Part">What part of the row it is of, where that is less than the row says or the paper prints several; null
/// else.</param>
/// <param name="Class">The class that it is of alone; null for all.</param>
public sealed record PublishedValue(string Metric, double Value, double? Deviation = null, double? Epoch = null,
    [property: JsonPropertyName("of")] string? Part = null, int? Class = null);
