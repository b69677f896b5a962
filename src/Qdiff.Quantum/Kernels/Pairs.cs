using System.Runtime.CompilerServices;

namespace Qdiff.Quantum;

/// <summary>
/// The pairs of amplitudes that a 2×2 matrix acts on: indices that differ in the target bit, with the control bit, if any, set.
/// </summary>
/// <remarks>
/// Kernels make their own from three numbers: handed over as a whole it goes through memory, written in words and read in one,
/// which the processor cannot forward; of a circuit of single qubits that took a quarter of the time.
/// </remarks>
readonly struct Pairs
{
    readonly int low, middle, high, set;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pairs(int bits, int target, int control)
    {
        if (control < 0)
        {
            (low, middle, high) = ((1 << target) - 1, ~((1 << target) - 1), 0);
            Count = 1 << (bits - 1);
        }
        else
        {
            (int first, int second) = target < control ? (target, control) : (control, target);
            low = (1 << first) - 1;
            middle = (1 << (second - 1)) - 1 & ~low;
            high = ~((1 << (second - 1)) - 1);
            set = 1 << control;
            Count = 1 << (bits - 2);
        }
    }

    public int Count { get; }

    /// <summary>Index of the amplitude with target bit 0 of pair k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(int k) => k & low | (k & middle) << 1 | (k & high) << 2 | set;
}
