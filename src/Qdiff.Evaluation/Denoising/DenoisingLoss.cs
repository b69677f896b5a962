namespace Qdiff.Evaluation;

/// <summary>
/// The denoising loss of a network on images: the mean of (ε̂ − ε)² over pixels, timesteps and images, whatever the network
/// predicts; every timestep counts the same. Two networks of one schedule, measured by the same seed, had the same noise, so
/// that what both owe to image, timestep and noise cancels in their difference image by image.
/// </summary>
/// <remarks>Ho et al. 2020, arXiv 2006.11239, equation 14. Made by <see cref="DenoisingMeasurement"/>.</remarks>
public sealed class DenoisingLoss
{
    /// <summary>Parts of the schedule that are told apart, if it has so many timesteps.</summary>
    public const int Parts = 8;

    readonly double[] ofImages;

    /// <param name="losses">Of each draw, those of an image one after another.</param>
    /// <param name="timesteps">Of each draw.</param>
    /// <param name="each">Draws of an image.</param>
    internal DenoisingLoss(double[] losses, int[] timesteps, int each, NoiseSchedule schedule)
    {
        ofImages = [.. losses.Chunk(each).Select(own => own.Average())];
        ByNoise = [.. Enumerable.Range(0, Math.Min(Parts, schedule.Steps))
            .Select(part => LossAtNoise.Of(part, losses, timesteps, schedule)).OfType<LossAtNoise>()];
    }

    /// <summary>The mean loss of each image over its timesteps, in the order of the images.</summary>
    public IReadOnlyList<double> OfImages => ofImages;

    /// <summary>The mean over all images.</summary>
    public double Mean => ofImages.Average();

    /// <summary>The same in parts of the schedule of about equally many timesteps, the least noisy first.</summary>
    public IReadOnlyList<LossAtNoise> ByNoise { get; }

    /// <summary>The interval of <see cref="Mean"/> by Student's t over the images: how much it would vary with other images,
    /// timesteps and noise. It says nothing of how it would vary with another training.</summary>
    /// <exception cref="InputException">There is a single image.</exception>
    public Interval Interval(double level = 0.95) => Qdiff.Evaluation.Interval.OfMean(ofImages, level);

    /// <summary>This loss minus that of another network on the same images with the same seed, image by image. Pairs are images
    /// here, not seeds: it is a statement about two given trainings.</summary>
    /// <exception cref="InputException">They are of unequal numbers of images, or of a single one.</exception>
    public PairedDifference Minus(DenoisingLoss other) => PairedDifference.Between(ofImages, other.ofImages);
}
