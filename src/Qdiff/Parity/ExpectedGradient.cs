using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What a parity file records of the gradient by one parameter: all of it, or its length and a few
/// projections.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Values">What is recorded.</param>
/// <param name="IsWhole">Whether that is the gradient itself.</param>
sealed record ExpectedGradient(Parameter Parameter, float[] Values, bool IsWhole)
{
    /// <summary>Errors count relative to this: the largest number, or the length.</summary>
    public double Scale => IsWhole ? Values.Max(MathF.Abs) : Values[0];

    /// <exception cref="InputException">There is neither, or not in this size.</exception>
    public static ExpectedGradient Read(SafeTensors file, Parameter parameter)
    {
        string gradient = "gradient/" + parameter.Name, projection = "projection/" + parameter.Name;
        bool whole = !file.TryGet(projection, out _);
        float[] values = ParityCheck.Required(file, whole ? gradient : projection).ToSingles();
        int expected = whole ? parameter.Count : 1 + ParityNumbers.Projections;
        return values.Length == expected ? new(parameter, values, whole) : throw new InputException(FormattableString.Invariant(
            $"{file.Source}: '{(whole ? gradient : projection)}' has {values.Length} numbers; {expected} were expected."));
    }

    /// <summary>The largest difference.</summary>
    public double Error(ReadOnlySpan<float> actual)
    {
        double[] recorded = IsWhole ? [.. actual.ToArray()] : ParityNumbers.Summary(Parameter.Name, actual);
        return recorded.Zip(Values, (a, b) => Math.Abs(a - b)).Aggregate(0.0, Math.Max);
    }
}
