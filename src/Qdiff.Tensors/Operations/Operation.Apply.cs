namespace Qdiff.Tensors;

/// <summary>Computes an operation's result <paramref name="y"/> from a tile <paramref name="x"/>; both are laid out like
/// tensors. What <paramref name="y"/> holds before is undefined: every element has to be written.</summary>
public delegate void TileFunction(ReadOnlySpan<float> x, Span<float> y);

/// <summary>
/// Carries the gradient <paramref name="dy"/> of an operation's result back: adds to <paramref name="dx"/>, which starts at zero,
/// and to the weights' gradient <paramref name="dweights"/>, which is empty if none is wanted.
/// </summary>
public delegate void TileGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dweights);

/// <summary>An operation's definition, in double, for one sample: the result from its input and its weights (empty if
/// none).</summary>
public delegate double[] SampleFunction(double[] x, double[] weights);

public static partial class Operation
{
    /// <summary>An operation that is computed elsewhere: the door for what this library does not know, such as
    /// circuits.</summary>
    public static Tensor Apply(Tensor x, TileOperation operation) => x.Workspace.Engine.Apply(x, operation);

    /// <summary>The same from three functions.</summary>
    /// <param name="output">The shape of the result.</param>
    /// <param name="weights">The parameter it depends on, or null.</param>
    /// <param name="definition">What the reference engine computes.</param>
    public static Tensor Apply(Tensor x, Shape output, Parameter? weights, TileFunction forward, TileGradient backward,
        SampleFunction definition) =>
        Apply(x, new FunctionOperation(output, weights, forward, backward, definition));

    sealed class FunctionOperation(Shape output, Parameter? weights, TileFunction forward, TileGradient backward,
        SampleFunction definition) : TileOperation(output, weights)
    {
        public override void Forward(Workspace space, ReadOnlySpan<float> x, Span<float> y) => forward(x, y);

        public override void Backward(Workspace space, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx,
            Span<float> dweights) => backward(x, dy, dx, dweights);

        public override double[] Define(double[] x, double[] weights) => definition(x, weights);
    }
}
