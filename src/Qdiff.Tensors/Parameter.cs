namespace Qdiff.Tensors;

/// <summary>
/// A named place in a <see cref="ParameterTable"/>: what a layer keeps of its weights. It holds no numbers, so that one network
/// serves any number of <see cref="Weights"/> (the trained ones, their running average, another run's).
/// </summary>
public sealed class Parameter
{
    internal Parameter(ParameterTable table, string name, Shape shape, int offset, Initialiser? initialise,
        Derivation? derivation)
    {
        (Table, Name, Shape, Offset, Initialise, Derivation) = (table, name, shape, offset, initialise, derivation);
    }

    /// <summary>The name in checkpoints and exports, such as <c>down.0.res0.conv0.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Convolution kernels are [out, in, kernelHeight, kernelWidth], dense weights [out, in].</summary>
    public Shape Shape { get; }

    /// <summary>How many numbers it has.</summary>
    public int Count => Shape.Count;

    /// <summary>
    /// Whether it is computed from trainable parameters once a step (a standardised kernel, say) instead of being trained itself.
    /// </summary>
    public bool IsDerived => Derivation is not null;

    /// <summary>Where its numbers start in <see cref="Weights.Values"/>, or for a derived one in the derived values.</summary>
    public int Offset { get; }

    internal ParameterTable Table { get; }

    internal Initialiser? Initialise { get; }

    internal Derivation? Derivation { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
