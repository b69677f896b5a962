namespace Qdiff.Tensors;

public static partial class Operation
{
    /// <summary>x·σ(x).</summary>
    /// <remarks>Hendrycks and Gimpel, arXiv 1606.08415; Ramachandran et al., arXiv 1710.05941.</remarks>
    public static Tensor Silu(Tensor x) => Activate(x, ActivationFunction.Silu);

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), the tanh form of GELU.</summary>
    /// <remarks>Hendrycks and Gimpel, arXiv 1606.08415.</remarks>
    public static Tensor Gelu(Tensor x) => Activate(x, ActivationFunction.Gelu);

    /// <summary>max(x, 0); the slope at 0 is 0.</summary>
    public static Tensor Relu(Tensor x) => Activate(x, ActivationFunction.Relu);

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public static Tensor Sigmoid(Tensor x) => Activate(x, ActivationFunction.Sigmoid);

    /// <summary>a + b, element by element.</summary>
    public static Tensor Add(Tensor a, Tensor b)
    {
        Require.SameShape(a, b);
        return a.Workspace.Engine.Add(a, b);
    }

    /// <summary>x·factor.</summary>
    public static Tensor Scale(Tensor x, float factor) => x.Workspace.Engine.Scale(x, factor);

    /// <summary>Each channel of x [C, H, W] times its own gate [C].</summary>
    public static Tensor ScaleChannels(Tensor x, Tensor gate)
    {
        Require.Rank(x, 3);
        Require.That(gate.Shape == new Shape(x.Shape[0]),
            $"The gate must have shape {x.Shape[0]}, one number a channel; it has {gate.Shape}.");
        return x.Workspace.Engine.ScaleChannels(x, gate);
    }

    /// <summary>x with one number a channel added to every pixel: [C, H, W] + [C].</summary>
    public static Tensor AddChannels(Tensor x, Tensor shift)
    {
        Require.Rank(x, 3);
        Require.That(shift.Shape == new Shape(x.Shape[0]),
            $"The shift must have shape {x.Shape[0]}, one number a channel; it has {shift.Shape}.");
        return x.Workspace.Engine.AddChannels(x, shift);
    }

    /// <summary>scale·x + shift, feature by feature, for a vector x [C].</summary>
    public static Tensor Affine(Tensor x, Parameter scale, Parameter shift)
    {
        Require.Rank(x, 1);
        Require.Shape(scale, x.Shape);
        Require.Shape(shift, x.Shape);
        return x.Workspace.Engine.Affine(x, scale, shift);
    }

    /// <summary>What an audit opened passes on everything as it is.</summary>
    static Tensor Activate(Tensor x, ActivationFunction function) =>
        x.Workspace.OpensActivations ? x : x.Workspace.Engine.Activate(x, function);
}
