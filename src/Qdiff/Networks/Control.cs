namespace Qdiff;

/// <summary>What stands in the place of a model's circuits, so that a comparison can tell which of their properties
/// matters.</summary>
public enum Control
{
    /// <summary>The circuits themselves.</summary>
    None,

    /// <summary>The circuits with their angles left at their initial values.</summary>
    Frozen,

    /// <summary>The circuits without entanglement: every controlled rotation acts on its target alone.</summary>
    Unentangled,

    /// <summary>The cosine of each input: what the encoding gives with no circuit behind it.</summary>
    Cosine,

    /// <summary>A classical layer with as many numbers as the circuit has live ones.</summary>
    Classical,

    /// <summary>A classical vertex, made narrower inside until the network has as many numbers as the hybrid one.</summary>
    Shrunk,
}
