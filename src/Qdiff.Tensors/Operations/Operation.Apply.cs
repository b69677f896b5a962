namespace Qdiff.Tensors;

/// <summary>Computes an operation's result <paramref name="y"/> from a tile <paramref name="x"/>; both are laid out like
/// tensors.</summary>
public delegate void TileFunction(ReadOnlySpan<float> x, Span<float> y);

/// <summary>
/// Carries the gradient <paramref name="dy"/> of an operation's result back: adds to <paramref name="dx"/>, which starts at zero,
/// and to the weights' gradient <paramref name="dweights"/>, which is empty if none is wanted.
/// </summary>
public delegate void TileGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dweights);

/// <summary>An operation's definition, in double, for one sample: the result from its input and its weights (empty if
/// none).</summary>
public delegate double[] SampleFunction(double[] x, double[] weights);

public static unsafe partial class Operation
{
    /// <summary>An operation that is computed elsewhere: the door for other engines, such as the circuit simulator.</summary>
    /// <param name="output">The shape of the result.</param>
    /// <param name="weights">The parameter it depends on, or null.</param>
    /// <param name="definition">What a reference workspace computes.</param>
    public static Tensor Apply(Tensor x, Shape output, Parameter? weights, TileFunction forward, TileGradient backward,
        SampleFunction definition)
    {
        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            double[] w = weights is null ? [] : space.Definition(weights);
            return space.Define(output, s => definition(x.Definition[s], w));
        }

        Tensor y = space.Output(output, space.Records(x, weights));
        forward(x.Values, y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            Span<float> into = space.Span(dx, x.Count);
            into.Clear();
            backward(x.Values, y.Gradient, into, weights is null || space.Gradient is null ? default : space.Gradient[weights]);
            space.EndGradient(x, dx);
        });
        return y;
    }
}
