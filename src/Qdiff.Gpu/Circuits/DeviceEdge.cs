namespace Qdiff.Gpu;

/// <summary>One side of an edge as tables for the device: see the processors' <c>EdgeKernels</c>.</summary>
sealed class DeviceEdge
{
    public DeviceEdge(CircuitCode code, int bits, int[] denseBits, int[] diagonalBits)
    {
        int mask = denseBits.Aggregate(0, (all, bit) => all | 1 << bit), size = 1 << denseBits.Length;
        int[] amplitudes = [.. Enumerable.Range(0, 1 << bits)];
        int[] bases = [.. amplitudes.Where(index => (index & mask) == 0).OrderBy(index => Value(index, diagonalBits))];
        BasesOfBlock = bases.Length >> diagonalBits.Length;
        Bases = code.Add(bases);
        Rows = code.Add([.. amplitudes.Select(index =>
            (Value(index, diagonalBits) * size + Value(index, denseBits)) * size)]);
        Dense = code.Add([size, .. Enumerable.Range(1, size - 1).Select(value => Spread(value, denseBits)), mask]);
    }

    /// <summary>The bases, those of one block behind another.</summary>
    public int Bases { get; }

    public int BasesOfBlock { get; }

    /// <summary>For each amplitude where its row of a message begins.</summary>
    public int Rows { get; }

    /// <summary>How many dense values there are, where values 1, 2, … are from their base, and all dense bits.</summary>
    public int Dense { get; }

    static int Value(int index, int[] bits)
    {
        int value = 0;
        for (int k = 0; k < bits.Length; k++) value |= (index >> bits[k] & 1) << k;
        return value;
    }

    static int Spread(int value, int[] bits)
    {
        int index = 0;
        for (int k = 0; k < bits.Length; k++) index |= (value >> k & 1) << bits[k];
        return index;
    }
}
