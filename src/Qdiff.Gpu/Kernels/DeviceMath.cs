using ILGPU;

namespace Qdiff.Gpu;

/// <summary>
/// Elementary functions that are the same on every device: a device's own exponential and sine round as they like, and in single
/// precision some are good for four digits only.
/// </summary>
static class DeviceMath
{
    const double InverseLn2 = 1.4426950408889634;

    /// <summary>eˣ within 2 units in the last place; 0 and infinity become the smallest and largest normal numbers.</summary>
    /// <remarks>Cody and Waite's reduction, the polynomial of Moshier's Cephes library.</remarks>
    public static float Exp(float x)
    {
        x = x < -87f ? -87f : x > 88f ? 88f : x;
        int n = (int)(x * (float)InverseLn2 + (x < 0 ? -0.5f : 0.5f));
        float r = x - n * 0.693359375f + n * 2.12194440e-4f;
        float p = 1.9875691500e-4f;
        p = p * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        return (p * r * r + r + 1f) * Interop.IntAsFloat((uint)(n + 127 << 23));
    }

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public static float Sigmoid(float x) => 1f / (1f + Exp(-x));

    /// <summary>tanh x.</summary>
    public static float Tanh(float x) => 1f - 2f / (Exp(2f * x) + 1f);

    /// <summary>ln x of a positive normal number, to about 1e-16.</summary>
    /// <remarks>ln m = 2·artanh((m − 1)/(m + 1)) with m in [√½, √2).</remarks>
    public static double Log(double x)
    {
        long bits = (long)Interop.FloatAsInt(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = Interop.IntAsFloat((ulong)(bits & 0xFFFFFFFFFFFFF | 0x3FF0000000000000));
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        double z = (m - 1) / (m + 1), z2 = z * z, sum = 0;
        for (int k = 23; k >= 1; k -= 2) sum = sum * z2 + 1.0 / k;
        return exponent * 0.69314718055994531 + 2 * z * sum;
    }

    /// <summary>sin and cos of a number of turns in [0, 1), to about 1e-16.</summary>
    public static void SinCosOfTurn(double turn, out double sin, out double cos)
    {
        int quarter = (int)(turn * 4 + 0.5);
        double x = (turn - quarter * 0.25) * 6.2831853071795865, x2 = x * x, s = 0, c = 0;
        // Taylor's series to x¹⁹ and x¹⁸, enough for |x| ≤ π/4.
        for (int k = 19; k >= 3; k -= 2) s = (s + 1) * -x2 / (k * (k - 1));
        for (int k = 18; k >= 2; k -= 2) c = (c + 1) * -x2 / (k * (k - 1));
        s = x * (1 + s);
        c = 1 + c;
        quarter &= 3;
        sin = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
        cos = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
    }
}
