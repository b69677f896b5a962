namespace Qdiff.Quantum;

/// <summary>
/// The branch bits shared by two clusters. Dense bits are summed over independently in bra and ket. Diagonal bits belong to
/// controls that end in the computational basis: bra and ket agree on them, and on the control's side the wire's own bit serves.
/// </summary>
sealed class ClusterEdge(int a, int b)
{
    public int A { get; } = a;

    public int B { get; } = b;

    /// <summary>Where the dense bits are in cluster A and in cluster B.</summary>
    public List<(int A, int B)> Dense { get; } = [];

    public List<(int A, int B)> Diagonal { get; } = [];

    public int Other(int cluster) => cluster == A ? B : A;

    /// <summary>
    /// A message over the edge has this many complex numbers a sample: a matrix over dense bits for each value of the diagonal
    /// ones.
    /// </summary>
    public int MessageSize => 1 << 2 * Dense.Count + Diagonal.Count;

    public int[] DenseBits(int cluster) => [.. Dense.Select(bit => cluster == A ? bit.A : bit.B)];

    public int[] DiagonalBits(int cluster) => [.. Diagonal.Select(bit => cluster == A ? bit.A : bit.B)];
}
