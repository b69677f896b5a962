namespace Qdiff.Tensors;

/// <summary>
/// What <see cref="Workspace.OnDetach"/> is told of a detached tensor: its name and, by the reference engine, one sample's
/// values.
/// </summary>
public delegate void DetachedValues(string name, int sample, Span<double> values);
