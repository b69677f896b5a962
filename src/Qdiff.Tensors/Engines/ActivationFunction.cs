namespace Qdiff.Tensors;

/// <summary>A function of one number between layers; each has an <see cref="Operation"/> of its name.</summary>
public enum ActivationFunction
{
    /// <summary>x·σ(x).</summary>
    Silu,

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))).</summary>
    Gelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>1/(1 + e⁻ˣ).</summary>
    Sigmoid,
}
