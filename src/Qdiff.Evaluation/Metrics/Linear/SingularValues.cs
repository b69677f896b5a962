using System.Numerics;
using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Singular values of a dense matrix in double, without vectors; absolute error a few ε·σ₁, also for singular matrices.
/// </summary>
/// <remarks>
/// Householder reduction to an upper bidiagonal matrix, in panels (Golub and Kahan 1965; Dongarra, Sorensen and Hammarling 1989),
/// then the implicit QL iteration on its Golub–Kahan form, the symmetric tridiagonal matrix with zero diagonal and off-diagonals
/// d₁ e₁ d₂ e₂ …, whose eigenvalues are ±σ (Golub and Van Loan, "Matrix Computations", 8.6.1).
/// </remarks>
static class SingularValues
{
    const int Panel = 32;

    /// <summary>
    /// The min(rows, columns) singular values, largest first, of the row-major matrix <paramref name="a"/>, which is overwritten.
    /// </summary>
    internal static double[] Of(double[] a, int rows, int columns)
    {
        if (rows < columns) (a, rows, columns) = (Transpose(a, rows, columns), columns, rows);
        double scale = columns == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(a));
        if (scale == 0) return new double[columns];
        // With elements of at most 1 no square overflows, and one that vanishes does not matter.
        TensorPrimitives.Divide(a, scale, a);
        (double[] d, double[] e) = Bidiagonal(a, rows, columns);
        var offDiagonal = new double[2 * columns];
        for (int i = 0; i < columns; i++) (offDiagonal[2 * i], offDiagonal[2 * i + 1]) = (d[i], i + 1 < columns ? e[i] : 0);
        double[] values = Eigenvalues(offDiagonal);
        Array.Sort(values, static (x, y) => y.CompareTo(x));
        return [.. values.Take(columns).Select(value => scale * Math.Max(value, 0))];
    }

    /// <summary>The diagonal d and superdiagonal e of the bidiagonal form of a (m × n, m ≥ n).</summary>
    static (double[] D, double[] E) Bidiagonal(double[] a, int m, int n)
    {
        var d = new double[n];
        var e = new double[n];
        // Within a panel the matrix is left as it is and stands for a − U·Yᵀ − X·Vᵀ; each row here is one column of U, Y, X or V.
        double[][] u = Vectors(m), x = Vectors(m), y = Vectors(n), v = Vectors(n);
        for (int start = 0; start < n; start += Panel)
        {
            int end = Math.Min(start + Panel, n);
            for (int k = start; k < end; k++)
            {
                int j = k - start;

                // Column k as it now is, and the reflection that leaves only its head.
                Span<double> uk = u[j].AsSpan(k), yk = y[j].AsSpan(k + 1), vk = v[j].AsSpan(k + 1), xk = x[j].AsSpan(k + 1);
                for (int i = k; i < m; i++) u[j][i] = a[i * n + k];
                for (int p = 0; p < j; p++)
                {
                    Subtract(uk, u[p].AsSpan(k), y[p][k]);
                    Subtract(uk, x[p].AsSpan(k), v[p][k]);
                }

                double tau = Reflect(uk, out d[k]);
                u[j].AsSpan(0, k).Clear();
                TransposedTimes(a, n, k, m, k + 1, n, uk, yk);
                for (int p = 0; p < j; p++)
                {
                    Subtract(yk, y[p].AsSpan(k + 1), TensorPrimitives.Dot<double>(u[p].AsSpan(k), uk));
                    Subtract(yk, v[p].AsSpan(k + 1), TensorPrimitives.Dot<double>(x[p].AsSpan(k), uk));
                }

                TensorPrimitives.Multiply(yk, tau, yk);
                if (k + 1 == n) break;

                // Row k as it now is, likewise.
                a.AsSpan(k * n + k + 1, n - k - 1).CopyTo(vk);
                for (int p = 0; p <= j; p++) Subtract(vk, y[p].AsSpan(k + 1), u[p][k]);
                for (int p = 0; p < j; p++) Subtract(vk, v[p].AsSpan(k + 1), x[p][k]);
                tau = Reflect(vk, out e[k]);
                Times(a, n, k + 1, m, k + 1, n, vk, xk);
                for (int p = 0; p <= j; p++)
                    Subtract(xk, u[p].AsSpan(k + 1), TensorPrimitives.Dot<double>(y[p].AsSpan(k + 1), vk));
                for (int p = 0; p < j; p++)
                    Subtract(xk, x[p].AsSpan(k + 1), TensorPrimitives.Dot<double>(v[p].AsSpan(k + 1), vk));
                TensorPrimitives.Multiply(xk, tau, xk);
            }

            if (end < n) Apply(a, m, n, end, u, y, x, v);
        }

        return (d, e);

        static double[][] Vectors(int length) => [.. Enumerable.Range(0, Panel).Select(_ => new double[length])];
    }

    /// <summary>a −= U·Yᵀ + X·Vᵀ on the rows and columns from <paramref name="from"/> on.</summary>
    static void Apply(double[] a, int m, int n, int from, double[][] u, double[][] y, double[][] x, double[][] v)
    {
        BlockedProduct.Run(m - from, n - from, 2 * Panel, Pair(u, x), Pair(y, v), (i0, rows, j0, width, tile, stride) =>
        {
            for (int i = 0; i < rows; i++)
            {
                Span<double> target = a.AsSpan((from + i0 + i) * n + from + j0, width);
                TensorPrimitives.Subtract(target, tile.Slice(i * stride, width), target);
            }
        });

        BlockedProduct.Pack Pair(double[][] first, double[][] second) => (start, count, k, depth, width, panel) =>
        {
            for (int p = 0; p < depth; p++)
            {
                double[] vector = k + p < Panel ? first[k + p] : second[k + p - Panel];
                vector.AsSpan(from + start, count).CopyTo(panel[(p * width)..]);
            }
        };
    }

    /// <summary>
    /// Makes of <paramref name="column"/> the vector u (u₀ = 1) of the reflection 1 − τ·u·uᵀ that maps it to
    /// (<paramref name="head"/>, 0, …).
    /// </summary>
    static double Reflect(Span<double> column, out double head)
    {
        head = column[0];
        column[0] = 1;
        Span<double> tail = column[1..];
        double tailNorm = TensorPrimitives.Norm<double>(tail);
        if (tailNorm == 0) return 0;
        // Away from the head's own sign, so that nothing cancels.
        double image = -Math.CopySign(double.Hypot(head, tailNorm), head);
        TensorPrimitives.Divide(tail, head - image, tail);
        double tau = (image - head) / image;
        head = image;
        return tau;
    }

    static void Subtract(Span<double> target, ReadOnlySpan<double> vector, double factor) =>
        TensorPrimitives.MultiplyAdd(vector, -factor, target, target);

    /// <summary>
    /// result = aᵀ·vector over the rows and columns given; stripes of columns on several threads, each summed in row order.
    /// </summary>
    static void TransposedTimes(double[] a, int n, int row, int rowEnd, int column, int columnEnd, Span<double> vector,
        Span<double> result)
    {
        int wide = columnEnd - column;
        double[] factors = vector.ToArray(), sum = new double[wide];
        Spread(wide, 64, (long)(rowEnd - row) * wide, (from, to) =>
        {
            Span<double> part = sum.AsSpan(from, to - from);
            int i = row;
            for (; i + 4 <= rowEnd; i += 4)
                AddFour(a.AsSpan(i * n + column + from), n, factors.AsSpan(i - row, 4), part);
            for (; i < rowEnd; i++) Subtract(part, a.AsSpan(i * n + column + from, part.Length), -factors[i - row]);
        });
        sum.CopyTo(result);
    }

    /// <summary>sum += the next four rows, each times its factor, with one pass over the sum instead of four.</summary>
    static void AddFour(ReadOnlySpan<double> rows, int stride, ReadOnlySpan<double> factors, Span<double> sum)
    {
        ReadOnlySpan<double> r0 = rows[..sum.Length], r1 = rows.Slice(stride, sum.Length);
        ReadOnlySpan<double> r2 = rows.Slice(2 * stride, sum.Length), r3 = rows.Slice(3 * stride, sum.Length);
        int i = 0;
        Vector<double> f0 = new(factors[0]), f1 = new(factors[1]), f2 = new(factors[2]), f3 = new(factors[3]);
        for (; i + Vector<double>.Count <= sum.Length; i += Vector<double>.Count)
        {
            Vector<double> s = new(sum[i..]);
            s = Vector.FusedMultiplyAdd(f0, new(r0[i..]), s);
            s = Vector.FusedMultiplyAdd(f1, new(r1[i..]), s);
            s = Vector.FusedMultiplyAdd(f2, new(r2[i..]), s);
            Vector.FusedMultiplyAdd(f3, new(r3[i..]), s).CopyTo(sum[i..]);
        }

        for (; i < sum.Length; i++)
        {
            double s = Math.FusedMultiplyAdd(factors[0], r0[i], sum[i]);
            s = Math.FusedMultiplyAdd(factors[1], r1[i], s);
            s = Math.FusedMultiplyAdd(factors[2], r2[i], s);
            sum[i] = Math.FusedMultiplyAdd(factors[3], r3[i], s);
        }
    }

    /// <summary>result = a·vector over the rows and columns given, rows on several threads.</summary>
    static void Times(double[] a, int n, int row, int rowEnd, int column, int columnEnd, Span<double> vector, Span<double> result)
    {
        double[] factors = vector.ToArray(), products = new double[rowEnd - row];
        Spread(products.Length, 16, (long)products.Length * factors.Length, (from, to) =>
        {
            for (int i = from; i < to; i++)
                products[i] = TensorPrimitives.Dot<double>(a.AsSpan((row + i) * n + column, columnEnd - column), factors);
        });
        products.CopyTo(result);
    }

    /// <summary>
    /// Divides 0 … count − 1 among the processors. Each element is computed by itself, so the division changes no result.
    /// </summary>
    static void Spread(int count, int grain, long work, Action<int, int> part)
    {
        int parts = work < 60_000 ? 1 : Math.Min(Environment.ProcessorCount, Math.Max(1, count / grain));
        if (parts == 1)
        {
            part(0, count);
            return;
        }

        int each = ((count + parts - 1) / parts + grain - 1) / grain * grain;
        Parallel.For(0, parts, p =>
        {
            int from = Math.Min(p * each, count), to = Math.Min(from + each, count);
            if (from < to) part(from, to);
        });
    }

    /// <summary>
    /// Eigenvalues, in no order, of the symmetric tridiagonal matrix with zero diagonal and off-diagonal <paramref name="e"/>.
    /// </summary>
    static double[] Eigenvalues(double[] e)
    {
        int n = e.Length;
        var d = new double[n];
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(e));
        // Negligible means small beside the whole matrix: clusters at zero, which singular covariances have by the hundred, then
        // split off at once instead of being resolved to a relative accuracy that nobody asked for.
        double negligible = largest * Math.Pow(2, -53);
        for (int l = 0; l < n; l++)
        {
            for (int iteration = 0; ; iteration++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > negligible) m++;
                if (m == l) break;
                if (iteration == 200)
                    throw new InvalidOperationException("The eigenvalue iteration did not converge; are the numbers finite?");
                Sweep(d, e, l, m);
            }
        }

        return d;
    }

    /// <summary>One implicit QL sweep over rows l … m with the shift of the leading 2 × 2 block.</summary>
    static void Sweep(double[] d, double[] e, int l, int m)
    {
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        double r = double.Hypot(g, 1);
        g = d[m] - d[l] + e[l] / (g + Math.CopySign(r, g));
        double s = 1, c = 1, p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = s * e[i], b = c * e[i];
            r = Math.Sqrt(f * f + g * g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }

            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
        }

        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    static double[] Transpose(double[] a, int rows, int columns)
    {
        var transposed = new double[a.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) transposed[j * rows + i] = a[i * columns + j];
        return transposed;
    }
}
