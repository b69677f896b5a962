namespace Qdiff.Evaluation;

/// <summary>What one network says of a set of images.</summary>
/// <param name="Features">At the layer that distances are measured in.</param>
/// <param name="Logits">A classifier's answers, if it is one and they are needed.</param>
/// <param name="Labels">The images' labels; empty if they have none.</param>
/// <param name="Hash">The images' hash, shortened as protocols show it.</param>
sealed record ImageFeatures(FeatureSet Features, FeatureSet? Logits, int[] Labels, string Hash)
{
    public int Count => Features.Count;

    /// <summary>The images at these places.</summary>
    public ImageFeatures Take(int[] rows, string hash) =>
        new(Features.Take(rows), Logits?.Take(rows), Labels.Length == 0 ? [] : [.. rows.Select(row => Labels[row])], hash);

    /// <summary>Where the images of a class are.</summary>
    public int[] RowsOf(int label) => [.. Enumerable.Range(0, Labels.Length).Where(i => Labels[i] == label)];
}
