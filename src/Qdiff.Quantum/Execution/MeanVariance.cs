namespace Qdiff.Quantum;

/// <summary>The variance of a mean: the square of its standard error.</summary>
static class MeanVariance
{
    /// <summary>Estimated from the sum of so many numbers and that of their squares; NaN of one number, which says nothing of
    /// it.</summary>
    public static double Of(double sum, double squares, double count)
    {
        double mean = sum / count;
        return count > 1 ? Math.Max(0, squares / count - mean * mean) / (count - 1) : double.NaN;
    }
}
