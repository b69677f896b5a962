namespace Qdiff.Tensors;

/// <summary>Normalisation over the channels of each pixel, times a scale for each channel.</summary>
public sealed class LayerNormLayer(ParameterTable table, string name, int channels)
{
    /// <summary>[channels], initially 1.</summary>
    public Parameter Scale { get; } = table.Add(name + ".weight", [channels], Initialisers.Ones);

    /// <summary>[channels, H, W] to the same; then adds <paramref name="addend"/> if given.</summary>
    public Tensor Apply(Tensor x, Tensor? addend = null) => Operation.LayerNorm(x, Scale, addend: addend);
}
