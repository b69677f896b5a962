namespace Qdiff;

/// <summary>
/// The gradient of one step by the angles of one layer of circuits, before clipping. Where angles are drawn at random, the
/// variance of such derivatives falls exponentially with the number of qubits and, up to a depth, of layers: a barren plateau.
/// </summary>
/// <remarks>McClean et al. 2018, arXiv 1803.11173; there the variance is over random angles, here over the angles of a layer as
/// they are.</remarks>
/// <param name="Circuit">The circuits: those of one block of the network that are built alike, by the beginning of their
/// names.</param>
/// <param name="Layer">The layer, counted from 1: one of the equal repetitions that a circuit consists of
/// (<see cref="Quantum.CircuitLayers"/>).</param>
/// <param name="Norm">Euclidean norm of the derivatives of the loss by the angles of this layer, of all these circuits
/// together.</param>
/// <param name="Variance">Variance of these derivatives over the angles of the layer, Σ(g − mean)²/n, mean over the
/// circuits.</param>
public sealed record CircuitLayerGradient(string Circuit, int Layer, double Norm, double Variance)
{
    /// <summary>What charts and tables call it: <c>mid.res0.circuit 2</c>.</summary>
    public override string ToString() => Invariant($"{Circuit} {Layer}");
}
