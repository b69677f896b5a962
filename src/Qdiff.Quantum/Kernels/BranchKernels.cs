using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>The two sides of a gate between clusters, forward and back; see <see cref="StepKind"/>.</summary>
static unsafe class BranchKernels<V> where V : struct, ILanes<V>
{
    /// <summary>The upper half becomes the amplitudes whose control bit is 1, the lower keeps those whose bit is 0.</summary>
    public static void SplitControl(float* state, int bits, int control)
    {
        nint half = (nint)Amplitude << bits;
        for (int k = 0; k < 1 << bits; k++)
        {
            float* a = state + (nint)k * Amplitude;
            bool on = (k >> control & 1) != 0;
            (on ? V.Load(a) : default).Store(a + half);
            (on ? V.Load(a + 16) : default).Store(a + half + 16);
            if (!on) continue;
            default(V).Store(a);
            default(V).Store(a + 16);
        }
    }

    /// <summary>Back: amplitudes with the control bit 1 come from the upper half, in state and co-state alike.</summary>
    public static void JoinControl(float* state, int bits, int control)
    {
        nint half = (nint)Amplitude << bits;
        var pairs = new Pairs(bits, control, -1);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + ((nint)pairs.First(k) + (1 << control)) * Amplitude;
            V.Load(a + half).Store(a);
            V.Load(a + half + 16).Store(a + 16);
        }
    }

    /// <summary>to ← from, 2^bits amplitudes.</summary>
    public static void Copy(float* from, float* to, int bits)
    {
        float* end = to + ((nint)Amplitude << bits);
        for (; to < end; to += Samples, from += Samples) V.Load(from).Store(to);
    }

    /// <summary>to ← to + from, <paramref name="count"/> floats.</summary>
    public static void Accumulate(float* from, float* to, nint count)
    {
        for (nint k = 0; k < count; k += Samples) (V.Load(to + k) + V.Load(from + k)).Store(to + k);
    }
}
