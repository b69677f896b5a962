using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// Toom and Cook's way to compute m outputs of a filter of r taps with n = m + r − 1 products instead of m·r: signal and filter
/// are taken as polynomials, evaluated at n points, multiplied there, and interpolated. The points are 0, ±p₁, ±p₂, … and
/// infinity, so that even and odd coefficients share their sums.
/// </summary>
/// <remarks>
/// Lavin and Gray 2015, arXiv 1509.09308 (Winograd's minimal filters F(m, r)); in its notation Y = Aᵀ[(G g) ⊙ (Bᵀ d)], here with
/// row i of Bᵀ the coefficients of Π_{j≠i}(x − p_j), G_ik = p_i^k/Π_{j≠i}(p_i − p_j) and Aᵀ_ki = p_i^k.
/// The points are close to 1 and in reciprocal pairs, which keeps the rounding errors small: 10⁻⁶ of the result's spread for 8
/// points, 5·10⁻⁶ for 12.
/// </remarks>
sealed unsafe class WinogradFilter
{
    /// <summary>For 3, 4 and 5 pairs.</summary>
    static readonly double[][] s_points = [[1, 2, 0.5], [1, 2, 0.5, 1.5], [1, 1.5, 2 / 3.0, 3, 1 / 3.0]];

    readonly AlignedBuffer input, output;
    readonly double[,] filter;

    /// <summary>F(<paramref name="outputs"/>, <paramref name="taps"/>); for 8, 10 or 12 points.</summary>
    public WinogradFilter(int outputs, int taps)
    {
        (Outputs, Taps, Points) = (outputs, taps, outputs + taps - 1);
        Pairs = (Points - 2) / 2;
        double[] p = s_points[Pairs - 3];
        input = new(Pairs + 1 + 2 * Pairs * Pairs);
        output = new(outputs * Pairs);
        filter = new double[Points, taps];

        double[] all = Product(p);
        for (int k = 0; k <= Pairs; k++) input.Pointer[k] = (float)all[k];
        for (int j = 0; j < Pairs; j++)
        {
            double[] others = Product([.. p.Where((_, i) => i != j)]);
            float* row = input.Pointer + Pairs + 1 + 2 * j * Pairs;
            for (int k = 0; k < Pairs; k++) (row[k], row[Pairs + k]) = ((float)others[k], (float)(p[j] * others[k]));
            for (int k = 0; k < outputs; k++) output.Pointer[k * Pairs + j] = (float)Math.Pow(p[j], k);

            double scale = 2 * p[j] * p[j] * Evaluate(others, p[j] * p[j]);
            for (int k = 0; k < taps; k++)
            {
                filter[1 + 2 * j, k] = Math.Pow(p[j], k) / scale;
                filter[2 + 2 * j, k] = Math.Pow(-p[j], k) / scale;
            }
        }

        filter[0, 0] = 1 / all[0];
        filter[Points - 1, taps - 1] = 1;
    }

    public int Outputs { get; }

    public int Taps { get; }

    public int Points { get; }

    int Pairs { get; }

    /// <summary>G: how much tap k counts at point i.</summary>
    public double Filter(int i, int k) => filter[i, k];

    /// <summary>Bᵀd: the values of the signal at the points.</summary>
    public void Input<V>(float* d, nint stride, float* v, nint step) where V : struct, ILanes<V>
    {
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count, d += V.Count, v += V.Count)
            switch (Pairs)
            {
                case 3: Input<V, Size3>(d, stride, v, step, input.Pointer); break;
                case 4: Input<V, Size4>(d, stride, v, step, input.Pointer); break;
                default: Input<V, Size5>(d, stride, v, step, input.Pointer); break;
            }
    }

    /// <summary>AᵀM: the outputs from the products at the points.</summary>
    public void Output<V>(float* m, nint stride, float* y, nint step) where V : struct, ILanes<V>
    {
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count, m += V.Count, y += V.Count)
            switch (Pairs)
            {
                case 3: Output<V, Size3>(m, stride, y, step, output.Pointer, Outputs); break;
                case 4: Output<V, Size4>(m, stride, y, step, output.Pointer, Outputs); break;
                default: Output<V, Size5>(m, stride, y, step, output.Pointer, Outputs); break;
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Input<V, TPairs>(float* d, nint stride, float* v, nint step, float* table)
        where V : struct, ILanes<V> where TPairs : struct, IBlockSize
    {
        V d0 = V.Load(d), d1 = V.Load(d + stride), d2 = V.Load(d + 2 * stride), d3 = V.Load(d + 3 * stride),
            d4 = V.Load(d + 4 * stride), d5 = V.Load(d + 5 * stride), d6 = V.Load(d + 6 * stride), d7 = V.Load(d + 7 * stride);
        V d8 = default, d9 = default, d10 = default, d11 = default;
        if (TPairs.Value > 3) (d8, d9) = (V.Load(d + 8 * stride), V.Load(d + 9 * stride));
        if (TPairs.Value > 4) (d10, d11) = (V.Load(d + 10 * stride), V.Load(d + 11 * stride));

        Sum<V, TPairs>(table, d0, d2, d4, d6, d8, d10, TPairs.Value + 1).Store(v);
        Sum<V, TPairs>(table, d1, d3, d5, d7, d9, d11, TPairs.Value + 1).Store(v + (2 * TPairs.Value + 1) * step);
        table += TPairs.Value + 1;
        for (int j = 0; j < TPairs.Value; j++, table += 2 * TPairs.Value)
        {
            V even = Sum<V, TPairs>(table, d2, d4, d6, d8, d10, default, TPairs.Value),
                odd = Sum<V, TPairs>(table + TPairs.Value, d1, d3, d5, d7, d9, default, TPairs.Value);
            (even + odd).Store(v += step);
            (even - odd).Store(v += step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Output<V, TPairs>(float* m, nint stride, float* y, nint step, float* powers, int outputs)
        where V : struct, ILanes<V> where TPairs : struct, IBlockSize
    {
        V first = V.Load(m), last = V.Load(m + (2 * TPairs.Value + 1) * stride);
        (V u0, V v0) = Both<V>(m + stride, stride);
        (V u1, V v1) = Both<V>(m + 3 * stride, stride);
        (V u2, V v2) = Both<V>(m + 5 * stride, stride);
        V u3 = default, v3 = default, u4 = default, v4 = default;
        if (TPairs.Value > 3) (u3, v3) = Both<V>(m + 7 * stride, stride);
        if (TPairs.Value > 4) (u4, v4) = Both<V>(m + 9 * stride, stride);

        for (int k = 0; k < outputs; k++, powers += TPairs.Value, y += step)
        {
            V sum = (k & 1) == 0
                ? Sum<V, TPairs>(powers, u0, u1, u2, u3, u4, default, TPairs.Value)
                : Sum<V, TPairs>(powers, v0, v1, v2, v3, v4, default, TPairs.Value);
            if (k == 0) sum += first;
            if (k == outputs - 1) sum += last;
            sum.Store(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (V Sum, V Difference) Both<V>(float* m, nint stride) where V : struct, ILanes<V>
    {
        V plus = V.Load(m), minus = V.Load(m + stride);
        return (plus + minus, plus - minus);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Sum<V, TPairs>(float* c, V x0, V x1, V x2, V x3, V x4, V x5, int terms)
        where V : struct, ILanes<V> where TPairs : struct, IBlockSize
    {
        V sum = V.Create(c[0]) * x0;
        sum = V.MultiplyAdd(V.Create(c[1]), x1, sum);
        sum = V.MultiplyAdd(V.Create(c[2]), x2, sum);
        if (terms > 3) sum = V.MultiplyAdd(V.Create(c[3]), x3, sum);
        if (terms > 4) sum = V.MultiplyAdd(V.Create(c[4]), x4, sum);
        if (terms > 5) sum = V.MultiplyAdd(V.Create(c[5]), x5, sum);
        return sum;
    }

    /// <summary>The coefficients of Π(z − p²), lowest first.</summary>
    static double[] Product(double[] points)
    {
        double[] c = [1];
        foreach (double p in points)
        {
            var next = new double[c.Length + 1];
            for (int k = 0; k < c.Length; k++)
            {
                next[k] -= p * p * c[k];
                next[k + 1] += c[k];
            }

            c = next;
        }

        return c;
    }

    static double Evaluate(double[] c, double z)
    {
        double value = 0;
        for (int k = c.Length - 1; k >= 0; k--) value = value * z + c[k];
        return value;
    }
}
