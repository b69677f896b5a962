using MathNet.Numerics.Distributions;

namespace Qdiff.Evaluation;

/// <summary>A value and how much it varies from draw to draw of all the samples that it is of.</summary>
/// <param name="Value">The value.</param>
/// <param name="Variance">Its estimated variance.</param>
/// <param name="Freedom">Degrees of freedom of <paramref name="Variance"/>: how well that is known itself.</param>
readonly record struct SampledValue(double Value, double Variance, double Freedom)
{
    /// <summary>Degrees of freedom of the variance of <paramref name="values"/>: n − 1 of Gaussian ones, fewer with long
    /// tails.</summary>
    /// <remarks>By the fourth moment: Satterthwaite 1946; Box 1953.</remarks>
    public static double FreedomOf(ReadOnlySpan<double> values)
    {
        double n = values.Length, mean = MeanAndDeviation.Of(values, freedomLost: 0).Mean, second = 0, fourth = 0;
        foreach (double value in values)
        {
            double square = (value - mean) * (value - mean);
            second += square;
            fourth += square * square;
        }

        return second == 0 ? 1 : Math.Max(1, 2 / Math.Max(fourth / (second * second) - 1 / n, 2 / (n - 1)));
    }

    double T(double level) => StudentQuantile.Of(Math.Max(1, Freedom), (1 + level) / 2);

    /// <summary>Value ± t·deviation.</summary>
    public Interval Symmetric(double level)
    {
        double half = T(level) * Math.Sqrt(Variance);
        return new(Value - half, Value + half, level);
    }

    /// <summary>
    /// For a squared distance θ, whose variance grows with it: all θ′ with (value − θ′)² ≤ t²·variance at θ′, the part of the
    /// variance that is <paramref name="growing"/> taken for proportional to θ′. So a distance that came out small by chance is
    /// not taken for a sure one.
    /// </summary>
    /// <remarks>A score interval, as Wilson's 1927 of shares.</remarks>
    public Interval OfSquare(double growing, double level)
    {
        double t = T(level), deviation = Math.Sqrt(Variance);
        // Of a distance within its noise the proportion is not known.
        double centre = deviation > 0 ? t * t * growing / Math.Max(Value, deviation) / 2 : 0;
        double half = Math.Sqrt(centre * centre + t * t * Variance);
        return new(Value + centre - half, Value + centre + half, level);
    }

    /// <summary>The same on the scale of logarithms, for a value that is never negative.</summary>
    public Interval OfPositive(double level)
    {
        double factor = Math.Exp(T(level) * Math.Sqrt(Variance) / Value);
        return new(Value / factor, Value * factor, level);
    }

    /// <summary>
    /// For a share: the exact interval of so many coins as would vary as much, <paramref name="coins"/> of them where it shows no
    /// variance, and no more than these where it is 0 or 1.
    /// </summary>
    /// <remarks>Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts
    /// estimated from survey data".</remarks>
    public Interval OfShare(double coins, double level)
    {
        double wider = T(level) / Normal.InvCDF(0, 1, (1 + level) / 2);
        bool inside = Value is > 0 and < 1;
        // A share of none or all may hang on one ball and vary much: half a coin off the end, its coins vary too.
        double p = inside ? Value : 0.5 / coins;
        double worth = Variance > 0 ? p * (1 - p) / (Variance * wider * wider) : coins;
        return Interval.OfShare(Value, inside ? worth : Math.Min(coins, worth), level);
    }
}
