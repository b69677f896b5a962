using System.Numerics.Tensors;

namespace Qdiff.Tensors;

/// <summary>The gradient of a loss with respect to <see cref="Weights"/>, laid out like them.</summary>
public sealed unsafe class WeightGradient
{
    readonly AlignedBuffer values, derived;

    /// <summary>All zero.</summary>
    public WeightGradient(ParameterTable table)
    {
        Table = table;
        values = new(table.Scalars);
        derived = new(table.DerivedScalars);
    }

    /// <summary>The names and shapes of these numbers.</summary>
    public ParameterTable Table { get; }

    /// <summary>The gradient of every trainable number, in order of declaration.</summary>
    public Span<float> Values => values.Span;

    /// <summary>The gradient of one parameter.</summary>
    public Span<float> this[Parameter parameter] => BufferOf(parameter).Span.Slice(parameter.Offset, parameter.Count);

    /// <summary>Sets everything to zero.</summary>
    public void Clear()
    {
        values.Span.Clear();
        derived.Span.Clear();
    }

    /// <summary>Adds another gradient, number by number.</summary>
    public void Add(WeightGradient other)
    {
        Require.That(other.Table == Table, "Gradients of two different networks cannot be added.");
        TensorPrimitives.Add(values.Span, other.values.Span, values.Span);
        TensorPrimitives.Add(derived.Span, other.derived.Span, derived.Span);
    }

    /// <summary>Becomes the sum of the gradients of all processes' tiles, in their order.</summary>
    /// <param name="own">Those of this process's tiles.</param>
    internal void SumTiles(ProcessGroup processes, List<WeightGradient> own, int tiles)
    {
        processes.SumTiles(values.Span, tiles, i => own[i].values.Span);
        processes.SumTiles(derived.Span, tiles, i => own[i].derived.Span);
    }

    /// <summary>Carries the gradients of derived parameters back to what they were computed from, the last derived
    /// first.</summary>
    public void Propagate(Weights weights)
    {
        for (int i = Table.Derived.Count - 1; i >= 0; i--)
        {
            Parameter parameter = Table.Derived[i];
            parameter.Derivation!.Propagate(weights, this[parameter], this);
        }
    }

    /// <summary>Valid as long as this gradient is reachable.</summary>
    internal float* Pointer(Parameter parameter) => BufferOf(parameter).Pointer + parameter.Offset;

    AlignedBuffer BufferOf(Parameter parameter)
    {
        if (parameter.Table != Table)
            throw new ArgumentException($"Parameter '{parameter.Name}' belongs to another network than this gradient.");
        AlignedBuffer buffer = parameter.IsDerived ? derived : values;
        if (parameter.Offset + parameter.Count > buffer.Length)
            throw new ArgumentException($"Parameter '{parameter.Name}' was declared after this gradient was made.");
        return buffer;
    }
}
