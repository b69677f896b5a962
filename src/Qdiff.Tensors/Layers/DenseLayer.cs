namespace Qdiff.Tensors;

/// <summary>W·x + b with W [out, in] and b [out].</summary>
public sealed class DenseLayer(ParameterTable table, string name, int inputs, int outputs, Initialiser? initialise = null,
    Initialiser? initialiseBias = null)
{
    /// <summary>[out, in]</summary>
    public Parameter Weight { get; } = table.Add(name + ".weight", [outputs, inputs], initialise ?? Initialisers.LecunNormal);

    /// <summary>[out]</summary>
    public Parameter Bias { get; } = table.Add(name + ".bias", [outputs], initialiseBias ?? Initialisers.Zeros);

    /// <summary>[in] to [out].</summary>
    public Tensor Apply(Tensor x) => Operation.Dense(x, Weight, Bias);
}
