using MathNet.Numerics.Distributions;

namespace Qdiff.Evaluation;

/// <summary>Quantiles of Student's t, also far out where there are few degrees of freedom.</summary>
static class StudentQuantile
{
    /// <summary>A tail below which the library's search, which stops at a quantile of 800, may find nothing.</summary>
    const double FarOut = 4e-4;

    /// <summary>The t that so large a share, above one half, of the distribution lies below.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1; need be no whole number.</param>
    /// <param name="share">Below 1.</param>
    public static double Of(double freedom, double share)
    {
        double tail = 1 - share;
        if (tail > FarOut) return StudentT.InvCDF(0, 1, freedom, share);
        double low = 0, high = 1;
        while (StudentT.CDF(0, 1, freedom, -high) > tail) (low, high) = (high, 2 * high);
        // Until the two are neighbours.
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
            if (StudentT.CDF(0, 1, freedom, -middle) > tail) low = middle;
            else high = middle;
        return high;
    }
}
