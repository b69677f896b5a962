using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What a parameter is for, as far as its shape and its neighbours tell.</summary>
public enum ParameterKind
{
    /// <summary>A convolution's kernel or bias.</summary>
    Convolution,

    /// <summary>A dense layer's weight or bias.</summary>
    Dense,

    /// <summary>A scale or bias of a normalisation, or of another map that acts channel by channel.</summary>
    Norm,

    /// <summary>A table of embeddings.</summary>
    Embedding,

    /// <summary>Angles of a circuit.</summary>
    CircuitAngle,
}

/// <summary>How kinds are written in tables.</summary>
static class ParameterKindWords
{
    extension(ParameterKind kind)
    {
        /// <summary>The kind in lower case.</summary>
        public string Word => kind == ParameterKind.CircuitAngle ? "circuit angle" : kind.ToString().ToLowerInvariant();
    }
}

/// <summary>Tells the kind of a parameter of a network.</summary>
static class ParameterKinds
{
    const string Bias = ".bias", Weight = ".weight";

    public static ParameterKind Of(Network network, Parameter parameter)
    {
        if (network.Circuits.Any(circuit => circuit.Angles == parameter)) return ParameterKind.CircuitAngle;
        return (Owner(network, parameter) ?? parameter).Shape.Rank switch
        {
            4 => ParameterKind.Convolution,
            // A dense layer has a bias; a table of rows to choose from has none.
            2 => network.Parameters.Find(Stem(parameter) + Bias) is null ? ParameterKind.Embedding : ParameterKind.Dense,
            // A patch layer has all its parameters in one row.
            1 when parameter.Name.EndsWith(ClassicalPatchLayer.Weights, StringComparison.Ordinal) => ParameterKind.Dense,
            _ => ParameterKind.Norm,
        };
    }

    /// <summary>For a bias the weight of the same layer, else null.</summary>
    public static Parameter? Owner(Network network, Parameter parameter) =>
        parameter.Name.EndsWith(Bias, StringComparison.Ordinal) ? network.Parameters.Find(Stem(parameter) + Weight) : null;

    static string Stem(Parameter parameter) => parameter.Name[..Math.Max(0, parameter.Name.LastIndexOf('.'))];
}
