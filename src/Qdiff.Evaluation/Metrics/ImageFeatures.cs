namespace Qdiff.Evaluation;

/// <summary>What one feature network says of a set of images.</summary>
/// <param name="Features">At the layer that metrics are measured in, N × D.</param>
/// <param name="Logits">A classifier's answers, N × classes, if it is one and they are needed.</param>
/// <param name="Labels">The images' labels; empty if they have none.</param>
/// <param name="Hash">The images' hash, shortened as protocols show it.</param>
public sealed record ImageFeatures(FeatureSet Features, FeatureSet? Logits, int[] Labels, string Hash)
{
    /// <summary>The images themselves, for metrics that need them.</summary>
    public ImageSet? Images { get; init; }

    /// <summary>N, the number of images.</summary>
    public int Count => Features.Count;

    /// <summary>The images at these places.</summary>
    /// <param name="hash">What protocols are to show of them.</param>
    public ImageFeatures Take(int[] rows, string hash) =>
        new(Features.Take(rows), Logits?.Take(rows), Labels.Length == 0 ? [] : [.. rows.Select(row => Labels[row])], hash)
        { Images = Images?.Select(rows, Images.Name) };

    /// <summary>Where the images of a class are.</summary>
    public int[] RowsOf(int label) => [.. Enumerable.Range(0, Labels.Length).Where(i => Labels[i] == label)];
}
