using ILGPU;

namespace Qdiff.Gpu;

/// <summary>Elementary functions of angles in double, the same on every device.</summary>
static class CircuitMath
{
    /// <summary>Sine and cosine, to about 1e-15 for angles up to a million turns.</summary>
    public static void SinCos(double angle, out double sin, out double cos)
    {
        int quarter = (int)(angle * 0.63661977236758134 + (angle < 0 ? -0.5 : 0.5));
        double x = angle - quarter * 1.5707963267948966 - quarter * 6.123233995736766e-17, y = -x * x;
        // Taylor's series to x¹⁷ and x¹⁸, enough for |x| ≤ π/4.
        double s = 1 + y * (1 / 6d) * (1 + y * (1 / 20d) * (1 + y * (1 / 42d) * (1 + y * (1 / 72d) * (1 + y * (1 / 110d)
            * (1 + y * (1 / 156d) * (1 + y * (1 / 210d) * (1 + y * (1 / 272d))))))));
        double c = 1 + y * 0.5 * (1 + y * (1 / 12d) * (1 + y * (1 / 30d) * (1 + y * (1 / 56d) * (1 + y * (1 / 90d)
            * (1 + y * (1 / 132d) * (1 + y * (1 / 182d) * (1 + y * (1 / 240d) * (1 + y * (1 / 306d)))))))));
        s *= x;
        quarter &= 3;
        sin = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
        cos = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
    }

    /// <summary>The sum over the 32 lanes of a warp, given to all of them.</summary>
    public static float SumOfWarp(float value)
    {
        for (int mask = 16; mask > 0; mask >>= 1) value += Warp.ShuffleXor(value, mask);
        return value;
    }

    /// <summary>π/2.</summary>
    public const double HalfPi = 1.5707963267948966;

    /// <summary>eˣ, to about 1e-15.</summary>
    public static double Exp(double x)
    {
        double clamped = x < -708 ? -708 : x > 709 ? 709 : x;
        int n = (int)(clamped * 1.4426950408889634 + (clamped < 0 ? -0.5 : 0.5));
        double r = clamped - n * 0.6931471805599453 - n * 2.3190468138462996e-17, sum = 1;
        for (int k = 14; k >= 1; k--) sum = 1 + sum * r / k;
        return sum * Interop.IntAsFloat((ulong)(n + 1023) << 52);
    }

    /// <summary>ln x of a positive number, to about 1e-15; no number for others.</summary>
    /// <remarks>ln m = 2·artanh((m − 1)/(m + 1)) with m in [√½, √2).</remarks>
    public static double Log(double x)
    {
        if (!(x > 0)) return double.NaN;
        ulong bits = Interop.FloatAsInt(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = Interop.IntAsFloat(bits & 0xFFFFFFFFFFFFFUL | 0x3FF0000000000000UL);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        double z = (m - 1) / (m + 1), sum = 0;
        for (int k = 23; k >= 1; k -= 2) sum = sum * z * z + 1.0 / k;
        return exponent * 0.69314718055994531 + 2 * z * sum;
    }

    /// <summary>The arc whose tangent is x, to about 1e-15.</summary>
    /// <remarks>arctan x = π/6 + arctan((x·√3 − 1)/(x + √3)).</remarks>
    public static double Arctan(double x)
    {
        double size = x < 0 ? -x : x, z = size > 1 ? 1 / size : size, sum = 0;
        bool isFar = z > 0.2679491924311227;
        if (isFar) z = (z * 1.7320508075688772 - 1) / (z + 1.7320508075688772);
        for (int k = 27; k >= 1; k -= 2) sum = 1.0 / k - z * z * sum;
        double arc = z * sum + (isFar ? 0.5235987755982989 : 0);
        if (size > 1) arc = HalfPi - arc;
        return x < 0 ? -arc : arc;
    }

    /// <summary>x to a power: of negative numbers to whole powers up to 64.</summary>
    public static double Power(double x, double power)
    {
        double size = power < 0 ? -power : power;
        if (size == 0.5) return power < 0 ? 1 / Math.Sqrt(x) : Math.Sqrt(x);
        if (size > 64 || size != (int)size) return x == 0 && power > 0 ? 0 : Exp(power * Log(x));
        double product = 1;
        for (int n = (int)size; n > 0; n--) product *= x;
        return power < 0 ? 1 / product : product;
    }
}
