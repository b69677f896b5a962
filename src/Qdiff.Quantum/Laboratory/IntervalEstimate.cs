namespace Qdiff.Quantum;

/// <summary>A value with the ends of its 95 % interval.</summary>
public readonly record struct Interval(double Value, double Low, double High)
{
    /// <summary>Two-sided 95 % of the normal distribution.</summary>
    internal const double Normal = 1.959963984540054;

    /// <summary>The mean of independent values, with the interval of the normal distribution.</summary>
    internal static Interval OfMean(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        double variance = values.Count < 2 ? 0 : values.Sum(value => Math.Pow(value - mean, 2)) / (values.Count - 1);
        return Around(mean, Math.Sqrt(variance / values.Count));
    }

    /// <summary>A value of this standard error.</summary>
    internal static Interval Around(double value, double error) => new(value, value - Normal * error, value + Normal * error);

    /// <summary>The same, no lower end below this.</summary>
    internal Interval AtLeast(double least) => this with { Low = Math.Max(least, Low) };
}
