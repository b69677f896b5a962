using System.Numerics.Tensors;

namespace Qdiff.Tensors;

/// <summary>
/// The numbers of a <see cref="ParameterTable"/> in double, for <see cref="ReferenceEngine"/>: every trainable number, and
/// what is derived from them by its definition.
/// </summary>
public sealed class ReferenceWeights
{
    readonly double[] values;
    Dictionary<Parameter, double[]> derived = [];

    /// <summary>The numbers of <paramref name="weights"/>, widened.</summary>
    public ReferenceWeights(Weights weights)
    {
        Table = weights.Table;
        values = new double[Table.Scalars];
        TensorPrimitives.ConvertChecked<float, double>(weights.Values, values);
        Refresh();
    }

    /// <summary>The names and shapes of these numbers.</summary>
    public ParameterTable Table { get; }

    /// <summary>Every trainable number. After a change call <see cref="Refresh"/>.</summary>
    public Span<double> Values => values;

    /// <summary>A copy of the numbers of one parameter, trainable or derived.</summary>
    public double[] this[Parameter parameter]
    {
        get
        {
            Require.That(parameter.Table == Table,
                $"Parameter '{parameter.Name}' belongs to another network than these weights.");
            return parameter.IsDerived ? [.. derived[parameter]] : values[parameter.Offset..(parameter.Offset + parameter.Count)];
        }
    }

    /// <summary>Recomputes what is derived from the trainable numbers.</summary>
    public void Refresh()
    {
        // Replaced as a whole, so that readers have the old numbers or the new ones.
        Dictionary<Parameter, double[]> next = [];
        foreach (Parameter parameter in Table.Derived)
            next[parameter] = parameter.Derivation!.Definition([.. parameter.Derivation.Sources.Select(source =>
                next.TryGetValue(source, out double[]? numbers) ? [.. numbers] : this[source])]);
        derived = next;
    }
}
