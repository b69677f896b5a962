using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Squared Euclidean distances between samples, scanned tile by tile: ‖x‖² + ‖y‖² − 2·x·y in double.</summary>
static class NearestNeighbours
{
    /// <summary>
    /// Takes the squared distances from sample <paramref name="row"/> of the first set to samples column, column + 1, … of the
    /// second. Called from one thread for a row, in ascending column order.
    /// </summary>
    internal delegate void Scan(int row, int column, ReadOnlySpan<double> squares);

    /// <summary>Scans all pairs.</summary>
    internal static void ForEach(FeatureSet from, FeatureSet to, Scan scan)
    {
        double[] fromNorms = SquaredNorms(from), toNorms = from == to ? fromNorms : SquaredNorms(to);
        BlockedProduct.Run(from.Count, to.Count, from.Width, from.AsRows(), to.AsRows(), (i0, tall, j0, wide, tile, stride) =>
        {
            for (int i = 0; i < tall; i++)
            {
                Span<double> row = tile.Slice(i * stride, wide);
                TensorPrimitives.MultiplyAdd(row, -2, toNorms.AsSpan(j0, wide), row);
                TensorPrimitives.Add(row, fromNorms[i0 + i], row);
                TensorPrimitives.Max(row, 0, row);
                scan(i0 + i, j0, row);
            }
        });
    }

    /// <summary>The squared distance from each sample to the k-th nearest other sample of its own set.</summary>
    internal static double[] SquaredRadii(FeatureSet set, int k)
    {
        double[] squares = Others(set, k).Squares;
        return [.. Enumerable.Range(0, set.Count).Select(i => squares[i * k + k - 1])];
    }

    /// <summary>
    /// The k nearest other samples of each sample's own set, k a sample and ascending: squared distances and which they are.
    /// </summary>
    internal static (double[] Squares, int[] Which) Others(FeatureSet set, int k)
    {
        var nearest = new double[set.Count * k];
        var which = new int[set.Count * k];
        Array.Fill(nearest, double.PositiveInfinity);
        ForEach(set, set, (row, column, squares) =>
        {
            Span<double> best = nearest.AsSpan(row * k, k);
            Span<int> names = which.AsSpan(row * k, k);
            for (int j = 0; j < squares.Length; j++)
            {
                if (!(squares[j] < best[^1]) || column + j == row) continue;
                int place = k - 1;
                for (; place > 0 && best[place - 1] > squares[j]; place--)
                    (best[place], names[place]) = (best[place - 1], names[place - 1]);
                (best[place], names[place]) = (squares[j], column + j);
            }
        });
        return (nearest, which);
    }

    /// <summary>The distance from each sample of <paramref name="from"/> to the nearest of <paramref name="to"/>.</summary>
    internal static double[] Distances(FeatureSet from, FeatureSet to) => Nearest(from, to).Distances;

    /// <summary>The same, and which sample of <paramref name="to"/> it is.</summary>
    internal static (double[] Distances, int[] Which) Nearest(FeatureSet from, FeatureSet to)
    {
        var nearest = new double[from.Count];
        var which = new int[from.Count];
        Array.Fill(nearest, double.PositiveInfinity);
        ForEach(from, to, (row, column, squares) =>
        {
            int best = TensorPrimitives.IndexOfMin(squares);
            if (squares[best] < nearest[row]) (nearest[row], which[row]) = (squares[best], column + best);
        });
        TensorPrimitives.Sqrt<double>(nearest, nearest);
        return (nearest, which);
    }

    internal static void RequireNeighbours(FeatureSet a, FeatureSet b, int k)
    {
        if (k < 1) throw new InputException($"The number of neighbours must be at least 1, got {k}.");
        FeatureSet.RequireComparable(a, b, fewest: Math.Max(2, k + 1));
    }

    /// <summary>
    /// ‖x‖² in the very order in which the product sums x·y, so that the distance of equal samples is exactly 0.
    /// </summary>
    static double[] SquaredNorms(FeatureSet set)
    {
        var norms = new double[set.Count];
        var row = new double[set.Width];
        for (int i = 0; i < norms.Length; i++)
        {
            set.CopyTo(i, 0, row);
            double sum = 0;
            foreach (double value in row) sum = Math.FusedMultiplyAdd(value, value, sum);
            norms[i] = sum;
        }

        return norms;
    }
}
