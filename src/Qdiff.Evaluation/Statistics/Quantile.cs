namespace Qdiff.Evaluation;

/// <summary>Quantiles of samples.</summary>
static class Quantile
{
    /// <summary>The quantile of sorted values at <paramref name="share"/>, between neighbours in proportion.</summary>
    /// <remarks>Hyndman and Fan 1996, type 7, which is numpy's default.</remarks>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = Math.Min((int)position, sorted.Length - 1), above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
