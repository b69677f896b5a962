using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// A step inside a block: bits of the block's numbering; the control may lie outside and then switches whole blocks.
/// </summary>
readonly record struct BlockStep(int Run, int Target, int Control, int OuterControl);

/// <summary>
/// Steps on a state too large for the cache, applied block by block: the block is copied to a small buffer, all its steps are
/// applied there, and it is copied back, so that the state passes through the cache once for all of them.
/// </summary>
sealed class StepPass
{
    /// <summary>2¹¹ amplitudes of 16 samples are 256 KiB: state and co-state of a block stay in an L2.</summary>
    public const int BlockBits = 11;

    /// <summary>
    /// The lowest bits belong to every block, so that it is copied in pieces of 4 KiB. Single amplitudes, powers of two apart,
    /// would fight for the same few sets of the cache: with blocks of 64 amplitudes in an L1 the passes took longer than no
    /// passes at all.
    /// </summary>
    const int LowBits = 5;

    /// <summary>
    /// Measured: at 20 qubits passes halve the time, at 16, where a shared L3 holds the state, they cost a tenth.
    /// </summary>
    const int SmallestState = 17;

    StepPass(int bits, int blockMask, List<ClusterStep> steps)
    {
        Bits = bits;
        int[] inside = [.. Enumerable.Range(0, bits).Where(bit => (blockMask >> bit & 1) != 0)];
        OuterBits = [.. Enumerable.Range(0, bits).Where(bit => (blockMask >> bit & 1) == 0)];
        Offsets = [.. Enumerable.Range(0, 1 << BlockBits).Select(index => Spread(index, inside))];
        IsContiguous = blockMask == (1 << BlockBits) - 1;
        Steps = [.. steps.Select(step => new BlockStep(step.Run, Array.IndexOf(inside, step.Target),
            step.Control < 0 ? -1 : Array.IndexOf(inside, step.Control),
            step.Control >= 0 && (blockMask >> step.Control & 1) == 0 ? step.Control : -1))];
    }

    public int Bits { get; }

    public BlockStep[] Steps { get; }

    /// <summary>Where the amplitudes of a block are, from its first.</summary>
    public int[] Offsets { get; }

    /// <summary>Whether blocks lie in one piece, so that nothing need be copied.</summary>
    public bool IsContiguous { get; }

    public int Blocks => 1 << OuterBits.Length;

    int[] OuterBits { get; }

    /// <summary>The number of the first amplitude of a block.</summary>
    public int First(int block) => Spread(block, OuterBits);

    static int Spread(int index, int[] bits)
    {
        int spread = 0;
        for (int k = 0; k < bits.Length; k++) spread |= (index >> k & 1) << bits[k];
        return spread;
    }

    /// <summary>
    /// The steps in an equivalent order: each entry is either one step or a pass. A step may overtake others that touch none of
    /// its bits.
    /// </summary>
    public static List<(ClusterStep Step, StepPass? Pass)> Group(IReadOnlyList<ClusterStep> steps)
    {
        List<(ClusterStep, StepPass?)> groups = [];
        List<ClusterStep> pending = [];
        foreach (ClusterStep step in steps)
        {
            if (!step.IsBranch && step.Bits >= SmallestState)
            {
                pending.Add(step);
                continue;
            }

            Flush();
            groups.Add((step, null));
        }

        Flush();
        return groups;

        void Flush()
        {
            while (pending.Count > 0) groups.Add(Take(pending));
        }
    }

    static (ClusterStep, StepPass?) Take(List<ClusterStep> pending)
    {
        int block = (1 << LowBits) - 1, blocked = 0, controls = 0;
        List<ClusterStep> taken = [], left = [];
        foreach (ClusterStep step in pending)
        {
            int control = step.Control < 0 ? 0 : 1 << step.Control, target = 1 << step.Target;
            if (((control | target) & blocked) == 0 && BitOperations.PopCount((uint)(block | target)) <= BlockBits)
            {
                taken.Add(step);
                block |= target;
                controls |= control;
            }
            else
            {
                left.Add(step);
                blocked |= control | target;
            }
        }

        int bits = pending[0].Bits;
        pending.Clear();
        pending.AddRange(left);
        if (taken.Count == 1) return (taken[0], null);
        // The rest of the block: controls, so that they need not switch whole blocks, then the lowest bits, so that pieces are
        // long.
        foreach (int bit in WireGraph.Bits((uint)(controls & ~block)).Concat(Enumerable.Range(0, bits)))
            if (BitOperations.PopCount((uint)block) < BlockBits) block |= 1 << bit;
        return (taken[0], new(bits, block, taken));
    }
}
