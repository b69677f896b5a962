using System.Numerics;
using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The share of balls that hold a sample, in 64 splits of both sets into halves at once: split s is bit s of a word. The
/// jackknife would not do here: that a ball stays empty hangs on all samples around it together, not on each by itself.
/// </summary>
static class BallHalves
{
    const int Splits = 64;

    /// <summary>
    /// Nearest centres that are kept: the k-th of the same half, about the 2k-th of all, is among them but for one split in
    /// millions, and then the last of them stands in.
    /// </summary>
    static int Kept(int k) => k <= 5 ? 40 : 2 * k + (int)(8 * Math.Sqrt(2 * k)) + 8;

    /// <summary>
    /// The variance of the share of <paramref name="balls"/> with a sample inside, and the mean share in halves.
    /// </summary>
    public static (double Variance, double Mean) Covered(FeatureSet balls, FeatureSet samples, int k, long seed)
    {
        ulong[] sidesOfBalls = Halves.Sides(balls.Count, "balls", seed),
            sidesOfSamples = Halves.Sides(samples.Count, "samples", seed);
        double[] radii = Radii(balls, k, sidesOfBalls);
        double[] widest = [.. Enumerable.Range(0, balls.Count)
            .Select(i => TensorPrimitives.Max<double>(radii.AsSpan(i * Splits, Splits)))];
        var covered = new ulong[balls.Count];
        NearestNeighbours.ForEach(balls, samples, (row, column, squares) =>
        {
            for (int j = 0; j < squares.Length; j++)
            {
                if (squares[j] > widest[row]) continue;
                ulong open = ~(sidesOfBalls[row] ^ sidesOfSamples[column + j]) & ~covered[row];
                for (; open != 0; open &= open - 1)
                {
                    int split = BitOperations.TrailingZeroCount(open);
                    if (squares[j] <= radii[row * Splits + split]) covered[row] |= 1ul << split;
                }
            }
        });
        double[] first = new double[Splits], second = new double[Splits];
        for (int split = 0; split < Splits; split++)
        {
            for (int i = 0; i < covered.Length; i++)
                if ((covered[i] >> split & 1) != 0) ((sidesOfBalls[i] >> split & 1) != 0 ? first : second)[split]++;
            first[split] /= balls.Count / 2;
            second[split] /= balls.Count - balls.Count / 2;
        }

        return (Halves.Variance(first, second), first.Concat(second).Average());
    }

    /// <summary>Of each ball in each split, the squared distance to the k-th nearest other centre of its half.</summary>
    static double[] Radii(FeatureSet balls, int k, ulong[] sides)
    {
        int kept = Math.Min(Kept(k), balls.Count - 1);
        (double[] squares, int[] which) = NearestNeighbours.Others(balls, kept);
        var radii = new double[balls.Count * Splits];
        var met = new int[Splits];
        for (int i = 0; i < balls.Count; i++)
        {
            Array.Clear(met);
            radii.AsSpan(i * Splits, Splits).Fill(squares[i * kept + kept - 1]);
            ulong open = ulong.MaxValue;
            for (int q = 0; q < kept && open != 0; q++)
                for (ulong same = ~(sides[i] ^ sides[which[i * kept + q]]) & open; same != 0; same &= same - 1)
                {
                    int split = BitOperations.TrailingZeroCount(same);
                    if (++met[split] < k) continue;
                    radii[i * Splits + split] = squares[i * kept + q];
                    open &= ~(1ul << split);
                }
        }

        return radii;
    }
}
