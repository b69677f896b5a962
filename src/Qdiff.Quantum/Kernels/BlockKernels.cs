using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>A block of amplitudes from its places to one piece of memory and back.</summary>
static unsafe class BlockKernels<V> where V : struct, ILanes<V>
{
    public static void Gather(float* from, int[] offsets, float* block)
    {
        for (int k = 0; k < offsets.Length; k++, block += Amplitude)
        {
            float* a = from + (nint)offsets[k] * Amplitude;
            V.Load(a).Store(block);
            V.Load(a + 16).Store(block + 16);
        }
    }

    public static void Scatter(float* block, int[] offsets, float* to)
    {
        for (int k = 0; k < offsets.Length; k++, block += Amplitude)
        {
            float* a = to + (nint)offsets[k] * Amplitude;
            V.Load(block).Store(a);
            V.Load(block + 16).Store(a + 16);
        }
    }
}
