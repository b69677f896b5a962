namespace Qdiff.Quantum;

/// <summary>A mean and its variance, the square of its standard error.</summary>
static class MeanVariance
{
    /// <summary>Estimated from the sum of so many numbers and that of their squares; NaN of one number, which says nothing of
    /// it.</summary>
    public static double Of(double sum, double squares, double count)
    {
        double mean = sum / count;
        return count > 1 ? Math.Max(0, squares / count - mean * mean) / (count - 1) : double.NaN;
    }

    /// <summary>Of values that were seen so many times each.</summary>
    public static (double Mean, double Variance) Of(IEnumerable<(double Value, double Times)> seen)
    {
        double sum = 0, squares = 0, count = 0;
        foreach ((double value, double times) in seen)
            (sum, squares, count) = (sum + times * value, squares + times * value * value, count + times);
        return (sum / count, Of(sum, squares, count));
    }
}
