namespace Qdiff.Quantum;

/// <summary>
/// How fast a positive value falls with the wires: the line through ln(value) against their number by least squares, each point
/// with the weight (value/standard error)², which is 1 over the variance of its logarithm.
/// </summary>
/// <param name="Slope">The change of ln(value) with each wire. Its interval follows from the standard errors of the points, and
/// is √(χ²/(k−2)) times as wide where k points lie further from the line than these say.</param>
/// <param name="Wires">Of the points that the line was fitted to.</param>
public sealed record ExponentialDecay(IntervalEstimate Slope, IReadOnlyList<int> Wires)
{
    const int FewestPoints = 3;

    /// <summary>The fit; null without three numbers of wires whose values are above 0, have standard errors and are not carried
    /// by few samples (<see cref="IntervalEstimate.IsCarriedByFew"/>): of these the standard errors are mostly too small as well,
    /// so that no weight mends them.</summary>
    public static ExponentialDecay? Fit(IReadOnlyList<(int Wires, IntervalEstimate Value)> points)
    {
        (int Wires, double Log, double Weight)[] fitted = [.. points
            .Where(point => point.Value.Value > IntervalEstimate.Nothing && point.Value.High > point.Value.Value
                && !point.Value.IsCarriedByFew())
            .Select(point => (point.Wires, Math.Log(point.Value.Value), Math.Pow(
                IntervalEstimate.Normal * point.Value.Value / (point.Value.High - point.Value.Value), 2)))];
        if (fitted.Select(point => point.Wires).Distinct().Count() < FewestPoints) return null;
        double total = fitted.Sum(point => point.Weight);
        double wires = fitted.Sum(point => point.Weight * point.Wires) / total;
        double log = fitted.Sum(point => point.Weight * point.Log) / total;
        double spread = fitted.Sum(point => point.Weight * Math.Pow(point.Wires - wires, 2));
        double slope = fitted.Sum(point => point.Weight * (point.Wires - wires) * point.Log) / spread;
        double chiSquared = fitted.Sum(point => point.Weight * Math.Pow(point.Log - log - slope * (point.Wires - wires), 2));
        return new(IntervalEstimate.Around(slope, Math.Sqrt(Math.Max(1, chiSquared / (fitted.Length - 2)) / spread)),
            [.. fitted.Select(point => point.Wires)]);
    }
}
