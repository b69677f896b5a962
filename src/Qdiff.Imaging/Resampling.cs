namespace Qdiff.Imaging;

/// <summary>How a new pixel is made from old ones when the size changes: a filter on the distance of pixels.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Reach">From this distance on the weight is 0, in old pixels; when shrinking, in new ones.</param>
/// <param name="Weight">The weight of an old pixel at a distance; the weights of a new pixel are brought to the sum 1. Their
/// magnitudes may be twice their sum at most.</param>
public sealed record Resampling(string Name, double Reach, Func<double, double> Weight)
{
    /// <summary>The mean of the old pixels that fall into the new one.</summary>
    public static Resampling Area { get; } = new("area", 0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0);

    /// <summary>Weights that fall linearly to zero one pixel away; when shrinking, one new pixel away.</summary>
    public static Resampling Bilinear { get; } = new("bilinear", 1, x => Math.Max(0, 1 - Math.Abs(x)));

    /// <summary>The cubic of Keys (1981) with a = −1/2, two pixels wide to each side; when shrinking, two new pixels.</summary>
    public static Resampling Bicubic { get; } = new("bicubic", 2, Cubic);

    static double Cubic(double x)
    {
        const double a = -0.5;
        double d = Math.Abs(x);
        return d < 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
}
