using Qdiff.Imaging;

namespace Qdiff;

/// <summary>What becomes of an image that is not square when it is given a size.</summary>
public enum Fitting
{
    /// <summary>The short side gets the size and the middle is cut out: nothing is distorted.</summary>
    Crop,

    /// <summary>Both sides get the size.</summary>
    Stretch,
}

/// <summary>How images of any size become images of one: the middle is cut out, then it is scaled.</summary>
public sealed record ImageFit
{
    /// <summary>The middle of each image, so many pixels a side; null for the whole.</summary>
    public int? Crop { get; init; }

    /// <summary>Pixels a side; null for as it is.</summary>
    public int? Size { get; init; }

    /// <summary>How it is scaled.</summary>
    public Resampling Resampling { get; init; } = Resampling.Area;

    /// <summary>What becomes of images that are not square.</summary>
    public Fitting Fitting { get; init; }

    /// <summary>The rows and columns of what becomes of an image.</summary>
    public (int Height, int Width) ResultOf(int height, int width) =>
        Size is int size ? (size, size) : Crop is int crop ? (crop, crop) : (height, width);

    /// <summary>Cuts and scales.</summary>
    /// <exception cref="InputException">The images are smaller than what is to be cut out.</exception>
    public ImageSet Apply(ImageSet images)
    {
        if (Crop is int crop) images = images.CropCentre(crop, crop);
        if (Size is not int size) return images;
        int shorter = Math.Min(images.Height, images.Width);
        return Fitting == Fitting.Stretch || images.Height == images.Width
            ? images.Resize(size, size, Resampling)
            : images.Resize(Scaled(images.Height), Scaled(images.Width), Resampling).CropCentre(size, size);

        // As torchvision's Resize(size) does.
        int Scaled(int side) => (int)((long)side * size / shorter);
    }
}
