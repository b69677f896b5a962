using System.Collections;

namespace Qdiff.Tensors;

/// <summary>The named parameters of a network in the order in which its layers declared them. Safe to share.</summary>
public sealed class ParameterTable : IReadOnlyList<Parameter>
{
    readonly List<Parameter> trainable = [];
    readonly List<Parameter> derived = [];
    readonly List<IPrepared> prepared = [];
    readonly List<object> layers = [];
    readonly Dictionary<string, Parameter> byName = new(StringComparer.Ordinal);

    /// <summary>The number of trainable parameters' tensors (not of their numbers: that is <see cref="Scalars"/>).</summary>
    public int Count => trainable.Count;

    /// <summary>The number of trainable numbers: what a paper calls its parameter count.</summary>
    public int Scalars { get; private set; }

    /// <summary>Trainable parameter <paramref name="index"/> in order of declaration.</summary>
    public Parameter this[int index] => trainable[index];

    /// <summary>The parameter of this name; an unknown name is an error.</summary>
    public Parameter this[string name] =>
        Find(name) ?? throw new ArgumentException($"No parameter is named '{name}'.", nameof(name));

    internal IReadOnlyList<Parameter> Derived => derived;

    internal IReadOnlyList<IPrepared> Prepared => prepared;

    /// <summary>The layers that had themselves remembered, in that order.</summary>
    internal IReadOnlyList<object> Layers => layers;

    internal int DerivedScalars { get; private set; }

    /// <summary>The trainable parameter of this name, or null.</summary>
    public Parameter? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Declares a trainable parameter.</summary>
    public Parameter Add(string name, Shape shape, Initialiser initialise)
    {
        lock (byName)
        {
            var parameter = new Parameter(this, name, shape, Scalars, initialise, null);
            int scalars = checked(Scalars + shape.Count);
            if (!byName.TryAdd(name, parameter))
                throw new ArgumentException($"A parameter named '{name}' exists already.", nameof(name));
            trainable.Add(parameter);
            Scalars = scalars;
            return parameter;
        }
    }

    /// <summary>
    /// Declares a parameter that is computed from others. Its sources must have been declared before it.
    /// </summary>
    public Parameter Derive(string name, Shape shape, Derivation derivation)
    {
        lock (byName)
        {
            var parameter = new Parameter(this, name, shape, DerivedScalars, null, derivation);
            DerivedScalars = checked(DerivedScalars + shape.Count);
            derived.Add(parameter);
            return parameter;
        }
    }

    /// <summary>
    /// Declares an object that is computed from the weights whenever they change. <paramref name="compute"/> is given the object
    /// of the step before, if there is one, to overwrite and return.
    /// </summary>
    public Prepared<T> Prepare<T>(Func<Weights, T?, T> compute) where T : class
    {
        lock (byName)
        {
            var place = new Prepared<T>(this, prepared.Count, compute);
            prepared.Add(place);
            return place;
        }
    }

    /// <summary>Keeps a layer for whoever has the table and looks for layers of its kind; the table knows no kinds.</summary>
    internal void Remember(object layer)
    {
        lock (byName) layers.Add(layer);
    }

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => trainable.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
