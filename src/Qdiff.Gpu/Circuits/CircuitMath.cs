using ILGPU;

namespace Qdiff.Gpu;

/// <summary>Elementary functions of angles in double, the same on every device.</summary>
static class CircuitMath
{
    /// <summary>Sine and cosine, to about 1e-15 for some turns and 1e-11 for up to 1e15; those of 0 for angles beyond, which
    /// double hardly tells from their neighbours.</summary>
    public static void SinCos(double angle, out double sin, out double cos)
    {
        if (angle > ManyTurns || angle < -ManyTurns) angle = WithinATurn(angle);
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

    /// <summary>A large angle without its whole turns.</summary>
    /// <remarks>2π in parts of 27 bits, the turns in two of 26, so that every product is exact, whoever fuses it with a
    /// sum.</remarks>
    static double WithinATurn(double angle)
    {
        if (angle > MaxAngle || angle < -MaxAngle) return IsFinite(angle) ? 0 : double.NaN;
        long turns = (long)(angle * 0.15915494309189535);
        double low = turns % (1L << 26), high = turns - turns % (1L << 26);
        const double first = 6.283185303211212, second = 3.968374295837407e-09, rest = 2.2884754904439327e-17;
        return angle - high * first - low * first - high * second - low * second - turns * rest;
    }

    /// <summary>Whether it is a number, and not infinite; by its bits, for compilers turn comparisons round.</summary>
    public static bool IsFinite(double value) => (Interop.FloatAsInt(value) >> 52 & 0x7FF) != 0x7FF;

    /// <summary>π/2.</summary>
    public const double HalfPi = 1.5707963267948966;

    /// <summary>Above it a product with π/2 is rounded too much; few angles are.</summary>
    const double ManyTurns = 1e5;

    /// <summary>Up to it there are digits behind the point.</summary>
    const double MaxAngle = 1e15;

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
    public static double Log(double x) => x > 0 ? DeviceMath.Log(x) : double.NaN;

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
