namespace Qdiff.Tensors;

/// <summary>Draws the initial values of a parameter of this shape.</summary>
public delegate void Initialiser(Random random, Shape shape, Span<float> values);
