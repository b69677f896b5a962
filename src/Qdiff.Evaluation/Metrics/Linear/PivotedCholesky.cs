using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>The factor F (rank × n) of a symmetric positive semidefinite matrix S = FᵀF, also where S is singular.</summary>
/// <remarks>
/// Cholesky with diagonal pivoting, which takes the largest remaining variance first and stops when what remains is rounding
/// noise: Higham 1990, "Analysis of the Cholesky decomposition of a semi-definite matrix"; blocked as LAPACK working note 161.
/// </remarks>
static class PivotedCholesky
{
    const int Panel = 48;

    /// <summary>
    /// Factors the <paramref name="n"/> × <paramref name="n"/> matrix <paramref name="s"/>, of which the upper triangle is read
    /// and which is overwritten. Row r of the result is the r-th row of F.
    /// </summary>
    internal static (double[] Factor, int Rank) Factor(double[] s, int n)
    {
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) s[i * n + j] = s[j * n + i];
        // Row r of `factor` holds the r-th column of the lower triangular factor, in the original order of the variables
        // throughout, so that a pivot costs no exchange of rows: a variable that has been taken is only marked.
        var factor = new double[(long)n * n];
        var remaining = new double[n];
        var taken = new bool[n];
        for (int i = 0; i < n; i++) remaining[i] = s[i * n + i];
        double largest = TensorPrimitives.Max<double>(remaining);
        double noise = largest * n * Math.Pow(2, -52);
        int rank = 0;
        for (int start = 0; start < n; start += Panel)
        {
            int end = Math.Min(start + Panel, n);
            for (; rank < end; rank++)
            {
                int pivot = Largest(remaining, taken);
                if (pivot < 0 || !(remaining[pivot] > noise)) return (factor, rank);
                Span<double> row = factor.AsSpan(rank * n, n);
                s.AsSpan(pivot * n, n).CopyTo(row);
                for (int r = start; r < rank; r++)
                {
                    ReadOnlySpan<double> earlier = factor.AsSpan(r * n, n);
                    TensorPrimitives.MultiplyAdd(earlier, -earlier[pivot], row, row);
                }

                double root = Math.Sqrt(remaining[pivot]);
                TensorPrimitives.Divide(row, root, row);
                row[pivot] = root;
                for (int i = 0; i < n; i++)
                {
                    if (taken[i]) row[i] = 0;
                    remaining[i] -= row[i] * row[i];
                }

                taken[pivot] = true;
            }

            if (end == n) break;
            // What the panel explains leaves the matrix at once, as one product.
            BlockedProduct.Pack columns = BlockedProduct.Columns(factor.AsMemory(start * n, (end - start) * n), n);
            BlockedProduct.Run(n, n, end - start, columns, columns, (i0, rows, j0, width, tile, stride) =>
            {
                for (int i = 0; i < rows; i++)
                {
                    Span<double> target = s.AsSpan((i0 + i) * n + j0, width);
                    TensorPrimitives.Subtract(target, tile.Slice(i * stride, width), target);
                }
            });
        }

        return (factor, rank);
    }

    static int Largest(double[] remaining, bool[] taken)
    {
        int best = -1;
        for (int i = 0; i < remaining.Length; i++)
            if (!taken[i] && (best < 0 || remaining[i] > remaining[best])) best = i;
        return best;
    }
}
