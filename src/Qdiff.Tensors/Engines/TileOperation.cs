namespace Qdiff.Tensors;

/// <summary>
/// An operation that is computed elsewhere than in this library, such as in the circuit simulator: on spans of this machine's
/// memory, laid out like tensors, and by its definition. An engine that knows the operation by its type may do it in its own way.
/// </summary>
/// <param name="output">The shape of the result.</param>
/// <param name="weights">The parameter it depends on, or null.</param>
public abstract class TileOperation(Shape output, Parameter? weights)
{
    /// <summary>The shape of the result.</summary>
    public Shape Output => output;

    /// <summary>The parameter it depends on, or null.</summary>
    public Parameter? Parameter => weights;

    /// <summary>Computes the result <paramref name="y"/> of a tile <paramref name="x"/>.</summary>
    public abstract void Forward(Workspace space, ReadOnlySpan<float> x, Span<float> y);

    /// <summary>
    /// Carries the gradient <paramref name="dy"/> of the result back: adds to <paramref name="dx"/>, which starts at zero, and to
    /// the weights' gradient <paramref name="dweights"/>, which is empty if none is wanted.
    /// </summary>
    public abstract void Backward(Workspace space, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx,
        Span<float> dweights);

    /// <summary>The definition, in double, for one sample: the result from the input and the weights (empty if none).</summary>
    public abstract double[] Define(double[] x, double[] weights);

    /// <summary>Where the gradient of the weights is to be added, or empty if none is wanted.</summary>
    internal Span<float> GradientIn(Workspace space) =>
        weights is null || space.Gradient is null ? default : space.Gradient[weights];
}
