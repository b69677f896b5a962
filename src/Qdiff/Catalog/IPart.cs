namespace Qdiff;

/// <summary>An entry of the <see cref="Catalog"/>: what configurations, options and runs know by its name.</summary>
public interface IPart
{
    /// <summary>What configurations call it.</summary>
    string Name { get; }

    /// <summary>What kind of part it is, in messages: <c>sampler</c>.</summary>
    static abstract string Kind { get; }
}
