namespace Qdiff;

/// <summary>
/// A network on one tile (16 samples side by side, element e of sample s at e·16 + s): reads x_t, writes its prediction, which
/// has the same length. Called from one thread at a time; samples must not influence each other.
/// </summary>
public delegate void TileNetwork(ReadOnlySpan<float> xt, int timestep, Span<float> output);
