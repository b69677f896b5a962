namespace Qdiff.Tensors;

/// <summary>
/// The numbers of a <see cref="ParameterTable"/>: one flat array in order of declaration, and what is derived from it.
/// </summary>
/// <remarks>
/// Any number of threads may compute from the same weights. A change is for one thread while nobody reads:
/// <see cref="Refresh"/> and training steps refuse to change weights that are being read, and reading is refused while they
/// change, with an <see cref="InvalidOperationException"/>. Spans are not watched, nor what is computed in a
/// <see cref="Workspace"/> of one's own: see <see cref="BeginChange"/>.
/// </remarks>
public sealed unsafe class Weights
{
    readonly AlignedBuffer values, derived;
    readonly object?[] prepared;
    readonly WeightsUse use = new();

    /// <summary>All zero; see <see cref="Initialise"/>. What is derived from them is there after the first
    /// <see cref="Refresh"/>.</summary>
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

    /// <summary>Grows with every <see cref="Refresh"/>: who keeps a copy of the numbers, such as an engine with memory of its
    /// own, sees by it that they have changed.</summary>
    public long Version { get; private set; }

    /// <summary>The numbers of one parameter.</summary>
    /// <exception cref="ArgumentException">It is one of another network, or was declared later.</exception>
    /// <exception cref="InvalidOperationException">It is derived, and there was no <see cref="Refresh"/> yet.</exception>
    public Span<float> this[Parameter parameter] => BufferOf(parameter).Span.Slice(parameter.Offset, parameter.Count);

    /// <summary>
    /// Draws the initial weights. Each parameter has a random stream of its own, addressed by its name, so that parameters which
    /// two networks share by name and shape start equal.
    /// </summary>
    /// <exception cref="InvalidOperationException">Somebody computes from these weights at present.</exception>
    public Weights Initialise(long seed)
    {
        using IDisposable change = BeginChange();
        foreach (Parameter parameter in Table)
            parameter.Initialise!(new RandomStream(seed, "initial " + parameter.Name), parameter.Shape, this[parameter]);
        Refresh();
        return this;
    }

    /// <summary>Recomputes what is derived from the trainable numbers.</summary>
    /// <exception cref="InvalidOperationException">Somebody computes from these weights at present.</exception>
    public void Refresh()
    {
        using IDisposable change = BeginChange();
        Version++;
        foreach (Parameter parameter in Table.Derived) parameter.Derivation!.Compute(this, this[parameter]);
        for (int i = 0; i < prepared.Length; i++) prepared[i] = Table.Prepared[i].Compute(this, prepared[i]);
    }

    /// <summary>
    /// Claims the weights for changes by this thread until the result is disposed: other threads that would compute from them are
    /// refused meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">Somebody computes from them at present, or changes them.</exception>
    public IDisposable BeginChange() => use.Change();

    /// <summary>Claims the weights for computing from them until the result is disposed.</summary>
    internal IDisposable BeginRead() => use.Read();

    /// <summary>What was prepared from these weights at the last <see cref="Refresh"/>.</summary>
    /// <exception cref="ArgumentException">It is prepared from the weights of another network.</exception>
    public T Get<T>(Prepared<T> place) where T : class
    {
        if (place.Table != Table)
            throw new ArgumentException("What is asked for is prepared from the weights of another network than these.");
        if (place.Index >= prepared.Length)
            throw new ArgumentException("What is asked for was declared after these weights were made.");
        return (T)(prepared[place.Index] ?? throw NotRefreshed());
    }

    /// <summary>A copy with numbers of its own.</summary>
    /// <exception cref="InvalidOperationException">Another thread is changing these weights.</exception>
    public Weights Copy()
    {
        using IDisposable read = BeginRead();
        var copy = new Weights(Table);
        Values.CopyTo(copy.Values);
        copy.Refresh();
        return copy;
    }

    /// <summary>Valid as long as these weights are reachable.</summary>
    internal float* Pointer(Parameter parameter) => BufferOf(parameter).Pointer + parameter.Offset;

    AlignedBuffer BufferOf(Parameter parameter)
    {
        if (parameter.Table != Table)
            throw new ArgumentException($"Parameter '{parameter.Name}' belongs to another network than these weights.");
        AlignedBuffer buffer = parameter.IsDerived ? derived : values;
        if (parameter.Offset + parameter.Count > buffer.Length)
            throw new ArgumentException($"Parameter '{parameter.Name}' was declared after these weights were made.");
        // Zeros would pass for its numbers.
        return parameter.IsDerived && Version == 0 ? throw NotRefreshed() : buffer;
    }

    static InvalidOperationException NotRefreshed() => new("The weights were not refreshed after they were made.");
}
