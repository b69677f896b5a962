namespace Qdiff.Imaging;

/// <summary>How a new pixel is made from old ones when the size changes.</summary>
public enum Resampling
{
    /// <summary>The mean of the old pixels that fall into the new one.</summary>
    Area,

    /// <summary>Weights that fall linearly to zero one pixel away; when shrinking, one new pixel away.</summary>
    Bilinear,

    /// <summary>The cubic of Keys (1981) with a = −1/2, two pixels wide to each side; when shrinking, two new pixels.</summary>
    Bicubic,
}
