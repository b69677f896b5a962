namespace Qdiff.Tensors;

/// <summary>
/// How a derived parameter comes from others, and how its gradient goes back to them. It runs once a step, before and after the
/// tiles, because all of them share its result.
/// </summary>
/// <param name="Sources">The parameters that it comes from.</param>
/// <param name="Compute">Writes the derived values, given the weights.</param>
/// <param name="Propagate">Adds to the gradient of the parameters it came from, given its own gradient.</param>
/// <param name="Definition">The same as <paramref name="Compute"/> in double, from the numbers of the sources in their
/// order.</param>
public record Derivation(IReadOnlyList<Parameter> Sources, DerivedValues Compute, DerivedGradient Propagate,
    Func<double[][], double[]> Definition);

/// <summary>Computes a derived parameter from <paramref name="weights"/>.</summary>
public delegate void DerivedValues(Weights weights, Span<float> result);

/// <summary>Adds the chain rule's share of <paramref name="gradient"/> to the sources' gradient in
/// <paramref name="sources"/>.</summary>
public delegate void DerivedGradient(Weights weights, ReadOnlySpan<float> gradient, WeightGradient sources);

/// <summary>Weight standardisation, by <see cref="Derive.Standardised"/>: named, so that an engine can do it in its own
/// way.</summary>
sealed record Standardisation(double Epsilon, IReadOnlyList<Parameter> Sources, DerivedValues Compute, DerivedGradient Propagate,
    Func<double[][], double[]> Definition) : Derivation(Sources, Compute, Propagate, Definition);

/// <summary>By <see cref="Derive.ValueThroughOutput"/> from [qkv, output]: named likewise.</summary>
sealed record ValueThroughOutput(int Heads, IReadOnlyList<Parameter> Sources, DerivedValues Compute, DerivedGradient Propagate,
    Func<double[][], double[]> Definition) : Derivation(Sources, Compute, Propagate, Definition);
