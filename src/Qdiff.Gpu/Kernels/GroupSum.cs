using ILGPU;

namespace Qdiff.Gpu;

/// <summary>Sums within a warp or a thread group, always in the same order.</summary>
static class GroupSum
{
    /// <summary>Threads of a warp.</summary>
    public const int Lanes = 32;

    /// <summary>The most warps of a group that sums.</summary>
    public const int MaxWarps = 16;

    /// <summary>The sum over the lanes of a warp, given to all of them. All lanes must come here.</summary>
    public static float OfWarp(float value)
    {
        for (int mask = Lanes / 2; mask > 0; mask /= 2) value += Warp.ShuffleXor(value, mask);
        return value;
    }

    /// <summary>The same in double.</summary>
    public static double OfWarp(double value)
    {
        for (int mask = Lanes / 2; mask > 0; mask /= 2) value += Warp.ShuffleXor(value, mask);
        return value;
    }

    /// <summary>
    /// The sum over the warps of a group, lane by lane, given to all threads: <paramref name="shared"/> has a number for each
    /// thread. All threads must come here.
    /// </summary>
    public static float OverWarps(ArrayView<float> shared, float value)
    {
        int lane = Group.IdxX % Lanes, warps = Group.DimX / Lanes;
        Group.Barrier();
        shared[Group.IdxX] = value;
        Group.Barrier();
        float sum = 0;
        for (int w = 0; w < warps; w++) sum += shared[w * Lanes + lane];
        return sum;
    }

    /// <summary>The largest over the warps of a group, lane by lane.</summary>
    public static float MaxOverWarps(ArrayView<float> shared, float value)
    {
        int lane = Group.IdxX % Lanes, warps = Group.DimX / Lanes;
        Group.Barrier();
        shared[Group.IdxX] = value;
        Group.Barrier();
        float max = shared[lane];
        for (int w = 1; w < warps; w++)
        {
            float other = shared[w * Lanes + lane];
            max = other > max ? other : max;
        }

        return max;
    }
}
