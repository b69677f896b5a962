namespace Qdiff;

/// <summary>In which order the elements of a patch are the inputs (and read-outs) of a circuit.</summary>
public enum WireOrder
{
    /// <summary>All pixels of the first channel, then those of the next: number = pixels·channel + pixel.</summary>
    ChannelMajor,

    /// <summary>All channels of the first pixel, then those of the next: number = channels·pixel + channel.</summary>
    PixelMajor,
}
