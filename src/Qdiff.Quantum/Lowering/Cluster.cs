namespace Qdiff.Quantum;

/// <summary>
/// Wires simulated together. Bit k of an amplitude's number is <c>Wires[k]</c>; the branch bits of gates to other clusters come
/// above, in the order in which they appear, so that the live amplitudes are always the first 2^bits.
/// </summary>
sealed class Cluster(int[] wires)
{
    public int[] Wires { get; } = wires;

    /// <summary>Wires of the cluster as bits.</summary>
    public ulong WireSet { get; } = wires.Aggregate(0UL, (set, wire) => set | 1UL << wire);

    public int WireBits => Wires.Length;

    /// <summary>All bits at the end: wires and branches.</summary>
    public int Bits { get; set; } = wires.Length;

    /// <summary>
    /// For each wire the runs on it before it meets another wire: they act on two amplitudes, not on the whole state.
    /// </summary>
    public List<int>[] Preparation { get; } = [.. wires.Select(_ => new List<int>())];

    public List<ClusterStep> Steps { get; } = [];

    /// <summary>The edges to neighbours, as numbers of <see cref="ClusterProgram.Edges"/>.</summary>
    public List<int> Edges { get; } = [];

    public int BitOf(int wire) => Array.IndexOf(Wires, wire);

    /// <summary>A Pauli string as bits of this cluster's amplitudes.</summary>
    public PauliString Local(PauliString pauli)
    {
        ulong x = 0, z = 0;
        for (int bit = 0; bit < Wires.Length; bit++)
        {
            x |= (pauli.XBits >> Wires[bit] & 1) << bit;
            z |= (pauli.ZBits >> Wires[bit] & 1) << bit;
        }

        return new(x, z);
    }
}
