namespace Qdiff.Cli;

/// <summary>A running mean that forgets: each value before weighs <paramref name="keep"/> times as much. The weights add up to
/// one from the first value on, so that it counts no more than the others.</summary>
sealed class SmoothedValue(double keep = 0.95)
{
    double sum, weight;

    /// <summary>The mean; NaN before the first value.</summary>
    public double Value => sum / weight;

    /// <summary>Takes in the next value.</summary>
    public void Add(double value) =>
        (sum, weight) = (keep * sum + (1 - keep) * value, keep * weight + (1 - keep));
}
