namespace Qdiff.Quantum;

/// <summary>
/// The layout of the simulator: 16 samples side by side. A complex number of a tile is 32 floats, 16 real parts, then 16
/// imaginary parts; amplitude k of a state is at k·32.
/// </summary>
/// <remarks>
/// Samples do not meet before the end, so kernels do not loop over the parts of a tile: a program runs as a whole for the first
/// lanes, then for the next, and its pointers point to the first of them.
/// </remarks>
static unsafe class Tile
{
    public const int Samples = 16;
    /// <summary>Floats of one complex number.</summary>
    public const int Amplitude = 2 * Samples;

    /// <summary>Zero in these lanes of <paramref name="count"/> floats.</summary>
    public static void Clear<V>(float* values, nint count) where V : struct, ILanes<V>
    {
        for (float* end = values + count; values < end; values += Samples) default(V).Store(values);
    }
}
