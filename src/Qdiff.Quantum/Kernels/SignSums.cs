using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// Σ_k (−1)^|k·z| p[k] for several masks z at once: fold the highest bit into sums (masks without it) and differences (masks with
/// it), and go on with each. The Z of all wires cost 4 passes together instead of one pass each.
/// </summary>
sealed unsafe class SignSums
{
    readonly int bit;
    readonly SignSums? sum, difference;
    readonly int[] totals;

    SignSums(int bits, IReadOnlyList<(ulong Mask, int Term)> masks)
    {
        totals = bits == 0 ? [.. masks.Select(mask => mask.Term)] : [];
        bit = bits - 1;
        if (bits == 0) return;
        (ulong Mask, int Term)[] without = [.. masks.Where(mask => (mask.Mask >> bit & 1) == 0)];
        (ulong Mask, int Term)[] with = [.. masks.Where(mask => (mask.Mask >> bit & 1) != 0)];
        if (without.Length > 0) sum = new(bit, without);
        if (with.Length > 0) difference = new(bit, with);
    }

    /// <summary>A plan for these masks over 2^bits numbers.</summary>
    public static SignSums? For(int bits, IReadOnlyList<(ulong Mask, int Term)> masks) =>
        masks.Count == 0 ? null : new(bits, masks);

    /// <summary>terms[i] ← the sums; p has 2^bits vectors and the working space as many behind it.</summary>
    public void Evaluate<V>(float* p, float* terms) where V : struct, ILanes<V>
    {
        if (bit < 0)
        {
            foreach (int term in totals) V.Load(p).Store(terms + term * Samples);
            return;
        }

        nint half = (nint)Samples << bit;
        float* folded = p + 2 * half;
        if (sum is not null)
        {
            for (nint k = 0; k < half; k += Samples) (V.Load(p + k) + V.Load(p + half + k)).Store(folded + k);
            sum.Evaluate<V>(folded, terms);
        }

        if (difference is null) return;
        for (nint k = 0; k < half; k += Samples) (V.Load(p + k) - V.Load(p + half + k)).Store(folded + k);
        difference.Evaluate<V>(folded, terms);
    }

    /// <summary>The transpose: o[k] ← Σ_i (−1)^|k·z_i| terms[i]; o has 2^bits vectors and as many behind it.</summary>
    public void Spread<V>(float* terms, float* o) where V : struct, ILanes<V>
    {
        if (bit < 0)
        {
            V total = default;
            foreach (int term in totals) total += V.Load(terms + term * Samples);
            total.Store(o);
            return;
        }

        nint half = (nint)Samples << bit;
        float* folded = o + 2 * half;
        if (sum is not null)
        {
            sum.Spread<V>(terms, folded);
            for (nint k = 0; k < half; k += Samples)
            {
                V.Load(folded + k).Store(o + k);
                V.Load(folded + k).Store(o + half + k);
            }
        }

        if (difference is null) return;
        difference.Spread<V>(terms, folded);
        for (nint k = 0; k < half; k += Samples)
        {
            V d = V.Load(folded + k);
            V low = sum is null ? default : V.Load(o + k), high = sum is null ? default : V.Load(o + half + k);
            (low + d).Store(o + k);
            (high - d).Store(o + half + k);
        }
    }
}
