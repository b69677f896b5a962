using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The Fréchet distance against the number of generated samples n, and the line FID(n) = FID∞ + slope/n through it: how much of a
/// distance is owed to having few samples, and what it would be with endlessly many.
/// </summary>
/// <remarks>
/// Chong and Forsyth 2020, arXiv 1911.07023, section 3. The reference set is kept whole, as there; its own finite size stays in
/// <see cref="Limit"/>, so limits compare only for one reference set.
/// </remarks>
/// <param name="Points">The measured points, ascending in n; the last is over all samples.</param>
/// <param name="Limit">FID∞, the value of the line at 1/n = 0.</param>
/// <param name="LimitError">
/// Standard error of <paramref name="Limit"/>: over draws of all samples and by the scatter of the points around the line; that
/// alone of a line through given points.
/// </param>
/// <param name="Slope">
/// The bias is Slope/n. It differs from model to model, which is why distances at small n may rank models wrongly.
/// </param>
public sealed record FidBiasCurve(IReadOnlyList<FidBiasCurve.Point> Points, double Limit, double LimitError, double Slope)
{
    const int Splits = 20;

    /// <summary>The interval of the mean <see cref="Limit"/> over draws of all samples.</summary>
    public Interval Interval(double level = 0.95) =>
        // Splits of one draw depend on each other: they tell of its variance what fewer independent ones would. How many, the
        // simulations of docs/intervals.md say.
        new SampledValue(Limit, LimitError * LimitError, Splits * 0.3).OfSquare(LimitError * LimitError, level);

    /// <summary>The distance of a random part of <paramref name="Count"/> samples.</summary>
    public readonly record struct Point(int Count, double Distance);

    /// <summary>
    /// Measures the curve at <paramref name="points"/> evenly spaced n from <paramref name="smallest"/> (by default a tenth of
    /// the samples, but more than D) to all of <paramref name="generated"/>, each over its own random part.
    /// </summary>
    /// <exception cref="InputException">
    /// Too few generated samples for the covariance to be of full rank, hence for a line in 1/n.
    /// </exception>
    /// <remarks>
    /// All points are parts of one draw and rise and fall together, which their scatter around the line does not see; that of
    /// the whole sets, by halves of them, comes to it.
    /// </remarks>
    public static FidBiasCurve Between(FeatureSet reference, FeatureSet generated, int points = 15, int? smallest = null,
        long seed = 0)
    {
        FeatureSet.RequireComparable(reference, generated);
        int width = generated.Width, most = generated.Count, fewest = smallest ?? Math.Max(most / 10, width + 2);
        if (points < 3) throw new InputException($"A bias curve needs at least 3 points for a line and its error, got {points}.");
        if (fewest <= width)
            throw new InputException($"A bias curve from {fewest} samples on: with {width} features the bias is a line in 1/n "
                + $"only for more than {width} samples. Start at {width + 2} or higher.");
        if (most - fewest < points - 1)
            throw new InputException($"A bias curve of {points} points between {fewest} and {most} generated samples is "
                + $"impossible; generate at least {Math.Max(2 * fewest, fewest + points)}, or use features narrower than "
                + $"{width}.");
        FeatureStatistics fixedStatistics = FeatureStatistics.Of(reference);
        var measured = new Point[points];
        for (int i = 0; i < points; i++)
        {
            int count = fewest + (int)((long)(most - fewest) * i / (points - 1));
            int[] order = new RandomStream(seed, "bias curve", i).Permutation(most);
            measured[i] = new(count,
                FrechetDistance.Between(fixedStatistics, FeatureStatistics.Of(generated.Take(order.AsSpan(0, count)))));
        }

        FidBiasCurve curve = Fit(measured);
        double ofDraws = FrechetDistance.OfHalves(reference, generated, Splits, seed).Variance;
        return curve with { LimitError = Math.Sqrt(curve.LimitError * curve.LimitError + ofDraws) };
    }

    /// <summary>The least-squares line of distance against 1/n through at least three points at different n.</summary>
    public static FidBiasCurve Fit(IReadOnlyList<Point> points)
    {
        int n = points.Count;
        if (n < 3 || points.DistinctBy(point => point.Count).Count() < 2)
            throw new InputException($"A line and its error need at least 3 points at different numbers of samples, got {n} "
                + "points.");
        double meanX = points.Average(point => 1.0 / point.Count), meanY = points.Average(point => point.Distance);
        double spread = points.Sum(point => Square(1.0 / point.Count - meanX));
        double slope = points.Sum(point => (1.0 / point.Count - meanX) * (point.Distance - meanY)) / spread;
        double limit = meanY - slope * meanX;
        double residual = points.Sum(point => Square(point.Distance - limit - slope / point.Count)) / (n - 2);
        return new(points, limit, Math.Sqrt(residual * (1.0 / n + meanX * meanX / spread)), slope);

        static double Square(double x) => x * x;
    }
}
