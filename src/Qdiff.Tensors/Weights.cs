namespace Qdiff.Tensors;

/// <summary>
/// The numbers of a <see cref="ParameterTable"/>: one flat array in order of declaration, and what is derived from it.
/// </summary>
public sealed unsafe class Weights
{
    readonly AlignedBuffer values, derived;
    readonly object?[] prepared;

    /// <summary>All zero; see <see cref="Initialise"/>.</summary>
    public Weights(ParameterTable table)
    {
        Table = table;
        values = new(table.Scalars);
        derived = new(table.DerivedScalars);
        prepared = new object?[table.Prepared.Count];
    }

    /// <summary>The names and shapes of these numbers.</summary>
    public ParameterTable Table { get; }

    /// <summary>Every trainable number. After a change call <see cref="Refresh"/>.</summary>
    public Span<float> Values => values.Span;

    /// <summary>The numbers of one parameter.</summary>
    public Span<float> this[Parameter parameter] => new(Pointer(parameter), parameter.Count);

    /// <summary>
    /// Draws the initial weights. Each parameter has a random stream of its own, addressed by its name, so that parameters which
    /// two networks share by name and shape start equal.
    /// </summary>
    public Weights Initialise(long seed)
    {
        foreach (Parameter parameter in Table)
            parameter.Initialise!(new RandomStream(seed, "initial " + parameter.Name), parameter.Shape, this[parameter]);
        Refresh();
        return this;
    }

    /// <summary>Recomputes what is derived from the trainable numbers.</summary>
    public void Refresh()
    {
        foreach (Parameter parameter in Table.Derived) parameter.Derivation!.Compute(this, this[parameter]);
        for (int i = 0; i < prepared.Length; i++) prepared[i] = Table.Prepared[i].Compute(this, prepared[i]);
    }

    /// <summary>What was prepared from these weights at the last <see cref="Refresh"/>.</summary>
    public T Get<T>(Prepared<T> place) where T : class =>
        (T)(prepared[place.Index] ?? throw new InvalidOperationException("The weights were not refreshed after they were made."));

    /// <summary>A copy with numbers of its own.</summary>
    public Weights Copy()
    {
        var copy = new Weights(Table);
        Values.CopyTo(copy.Values);
        copy.Refresh();
        return copy;
    }

    internal float* Pointer(Parameter parameter)
    {
        if (parameter.Table != Table)
            throw new ArgumentException($"Parameter '{parameter.Name}' belongs to another network than these weights.");
        AlignedBuffer buffer = parameter.IsDerived ? derived : values;
        if (parameter.Offset + parameter.Count > buffer.Length)
            throw new ArgumentException($"Parameter '{parameter.Name}' was declared after these weights were made.");
        return buffer.Pointer + parameter.Offset;
    }
}
