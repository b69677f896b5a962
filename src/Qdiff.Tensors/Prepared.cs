namespace Qdiff.Tensors;

/// <summary>
/// A place in a <see cref="ParameterTable"/> for an object that is computed from the weights once a step and read by all tiles: a
/// circuit with its matrices, say.
/// </summary>
public sealed class Prepared<T> : IPrepared where T : class
{
    readonly Func<Weights, T?, T> compute;

    internal Prepared(ParameterTable table, int index, Func<Weights, T?, T> compute) =>
        (Table, Index, this.compute) = (table, index, compute);

    internal ParameterTable Table { get; }

    internal int Index { get; }

    object IPrepared.Compute(Weights weights, object? previous) => compute(weights, (T?)previous);
}

/// <summary>A <see cref="Prepared{T}"/> of whatever type.</summary>
interface IPrepared
{
    object Compute(Weights weights, object? previous);
}
