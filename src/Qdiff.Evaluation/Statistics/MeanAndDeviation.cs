namespace Qdiff.Evaluation;

/// <summary>A mean and the standard deviation around it.</summary>
public readonly record struct MeanAndDeviation(double Mean, double Deviation)
{
    /// <summary>
    /// Of <paramref name="values"/>, with squares divided by n − <paramref name="freedomLost"/>; the deviation is 0 where that
    /// leaves nothing to divide by, as for the spread of one value.
    /// </summary>
    public static MeanAndDeviation Of(ReadOnlySpan<double> values, int freedomLost)
    {
        if (values.IsEmpty) throw new InputException("The mean of no values was asked for.");
        double mean = 0, squares = 0;
        foreach (double value in values) mean += value;
        mean /= values.Length;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        return new(mean, values.Length > freedomLost ? Math.Sqrt(squares / (values.Length - freedomLost)) : 0);
    }
}
