namespace Qdiff.Tensors;

/// <summary>Group normalisation with a scale and a bias for each channel.</summary>
public sealed class GroupNormLayer(ParameterTable table, string name, int channels, int groups)
{
    /// <summary>[channels], initially 1.</summary>
    public Parameter Scale { get; } = table.Add(name + ".weight", [channels], Initialisers.Ones);

    /// <summary>[channels], initially 0.</summary>
    public Parameter Bias { get; } = table.Add(name + ".bias", [channels], Initialisers.Zeros);

    /// <summary>Normalises [channels, H, W], then modulates by <paramref name="film"/> if given, then applies SiLU if asked, then
    /// adds <paramref name="addend"/> if given.</summary>
    public Tensor Apply(Tensor x, Tensor? film = null, bool silu = false, Tensor? addend = null) =>
        Operation.GroupNorm(x, groups, Scale, Bias, film, silu, addend: addend);
}
