namespace Qdiff.Evaluation;

/// <summary>
/// How much of what is generated looks real (<paramref name="Precision"/>) and how much of what is real can be generated
/// (<paramref name="Recall"/>), each a share of samples that lie in the other set's manifold.
/// </summary>
/// <remarks>
/// Kynkäänniemi et al. 2019, arXiv 1904.06991, equations 1 and 2: a set's manifold is the union of balls around its samples that
/// reach to each sample's k-th nearest other sample of the set, border included. Nearer than D features' worth of samples the
/// balls are wide; compare only at equal counts and k.
/// </remarks>
public readonly record struct PrecisionRecall(double Precision, double Recall)
{
    /// <summary>Of generated samples against real ones, with the k-th neighbour at <paramref name="neighbours"/>.</summary>
    /// <exception cref="InputException">
    /// Different extractors or widths, no more samples than neighbours, or identical samples.
    /// </exception>
    public static PrecisionRecall Between(FeatureSet real, FeatureSet generated, int neighbours = 3)
    {
        NearestNeighbours.RequireNeighbours(real, generated, neighbours);
        return new(ShareInside(generated, real, neighbours), ShareInside(real, generated, neighbours));
    }

    /// <summary>
    /// The interval of the mean precision of repeated draws of both sets, the balls with them; of the recall with the two sets
    /// exchanged.
    /// </summary>
    /// <exception cref="InputException">
    /// What <see cref="Between"/> refuses, or fewer than two samples more than neighbours.
    /// </exception>
    public static Interval Interval(FeatureSet real, FeatureSet generated, int neighbours = 3, double level = 0.95)
    {
        Qdiff.Evaluation.Interval.RequireLevel(level);
        NearestNeighbours.RequireNeighbours(real, generated, neighbours + 1);
        return BallJackknife.Share(generated, real, neighbours).OfShare(Coins(real, generated), level);
    }

    /// <summary>
    /// Independent coins that a share of none or all is worth: as many as would have the variance of a mean over both sets.
    /// </summary>
    internal static double Coins(FeatureSet a, FeatureSet b) => (double)a.Count * b.Count / (a.Count + b.Count);

    internal static double ShareInside(FeatureSet samples, FeatureSet manifold, int neighbours)
    {
        double[] radii = NearestNeighbours.SquaredRadii(manifold, neighbours);
        var inside = new bool[samples.Count];
        NearestNeighbours.ForEach(samples, manifold, (row, column, squares) =>
        {
            for (int j = 0; j < squares.Length && !inside[row]; j++) inside[row] = squares[j] <= radii[column + j];
        });
        return inside.Count(hit => hit) / (double)samples.Count;
    }
}
