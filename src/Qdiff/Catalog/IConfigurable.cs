namespace Qdiff;

/// <summary>A part with settings of its own, which configurations give beside its name: <c>eta</c> of <c>ddim</c>.</summary>
/// <typeparam name="TPart">The kind of part.</typeparam>
public interface IConfigurable<TPart> : IPart where TPart : IConfigurable<TPart>
{
    /// <summary>Its own settings; those that all parts of the kind have do not belong here.</summary>
    IReadOnlyList<PartSetting<TPart>> Settings { get; }
}
