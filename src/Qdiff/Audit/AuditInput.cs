namespace Qdiff;

/// <summary>Whether the output depends on an input of the network.</summary>
/// <param name="Name"><c>image</c>, <c>timestep</c> or <c>label</c>.</param>
/// <param name="Effect">How much the output changes with it, relative to its root mean square.</param>
/// <param name="Matters">Whether that is more than rounding.</param>
public sealed record AuditInput(string Name, double Effect, bool Matters);
