using ILGPU;

namespace Qdiff.Gpu;

/// <summary>Elementary functions of angles, the same on every device.</summary>
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
}
