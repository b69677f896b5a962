namespace Qdiff.Quantum;

/// <summary>A value with the ends of its 95 % interval.</summary>
public readonly record struct IntervalEstimate(double Value, double Low, double High)
{
    /// <summary>Two-sided 95 % of the normal distribution.</summary>
    internal const double Normal = 1.959963984540054;

    /// <summary>Squares of what rounding leaves of 0.</summary>
    internal const double Nothing = 1e-24;

    /// <summary>
    /// Whether few samples carry this mean of values that are never below 0: its interval is wider than ±40 % of it. It is then
    /// mostly too small, and so is the interval.
    /// </summary>
    public bool IsCarriedByFew() => Value > Nothing && High - Value > 0.4 * Value;

    /// <summary>Refuses samples that say nothing of how they vary.</summary>
    /// <exception cref="ArgumentException">There are fewer than 2.</exception>
    internal static void RequireSamples(int samples)
    {
        if (samples < 2) throw new ArgumentException($"{samples} samples are too few for an interval; at least 2 are needed");
    }

    /// <summary>The mean of two or more independent values, with the interval of the normal distribution.</summary>
    internal static IntervalEstimate OfMean(IReadOnlyList<double> values)
    {
        RequireSamples(values.Count);
        double mean = values.Average();
        double variance = values.Sum(value => Math.Pow(value - mean, 2)) / (values.Count - 1);
        return Around(mean, Math.Sqrt(variance / values.Count));
    }

    /// <summary>A value of this standard error.</summary>
    internal static IntervalEstimate Around(double value, double error) =>
        new(value, value - Normal * error, value + Normal * error);

    /// <summary>The same, no lower end below this.</summary>
    internal IntervalEstimate AtLeast(double least) => this with { Low = Math.Max(least, Low) };
}
