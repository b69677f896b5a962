using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// What a network is wrong by on average, at each timestep that a sampler visits and for each label: a mean over images of
/// (what it predicts − what it should), pixel by pixel, which samples are freed of before the prediction is used. Of a perfect
/// network it is 0. Little of it is seen in the loss, and much in samples: where noise is strong an error of ε counts 1/√ᾱ times
/// in x̂₀, the same way for all samples. Made by <see cref="SampleGenerator.Calibrated"/>.
/// </summary>
/// <remarks>
/// Pang et al. 2023, "On Calibrating Diffusion Probabilistic Models", arXiv 2302.10688, section 3: E[ε̂(x_t)] should be 0. Here the
/// mean of the noise that was really drawn is subtracted too, so that n images tell the mean error to √(loss / n) instead of
/// 1/√n.
/// </remarks>
public sealed class Calibration
{
    /// <summary>Images for each label that are usual.</summary>
    public const int UsualImages = 1024;

    /// <summary>The label of networks that take none.</summary>
    internal const int NoLabel = -1;

    readonly int[] timesteps;
    readonly Dictionary<int, float[][]> errors;

    internal Calibration(int images, int[] timesteps, Dictionary<int, float[][]> errors) =>
        (Images, this.timesteps, this.errors) = (images, timesteps, errors);

    /// <summary>How many images each mean is of.</summary>
    public int Images { get; }

    /// <summary>The timesteps at which it was measured, in ascending order.</summary>
    public IReadOnlyList<int> Timesteps => timesteps;

    /// <summary>
    /// The mean error of the network's output at a timestep, one number for each element of an image; between two measured
    /// timesteps in proportion.
    /// </summary>
    /// <param name="label">Of a network that takes labels.</param>
    /// <exception cref="ArgumentException">It was not measured for this label.</exception>
    public float[] MeanError(int timestep, int? label = null)
    {
        (float[] below, float[] above, float part) = Around(timestep, label ?? NoLabel);
        return [.. below.Zip(above, (a, b) => a + part * (b - a))];
    }

    /// <summary>Takes the mean error off a network's output on a tile, each sample's with its own label.</summary>
    internal void TakeOff(int timestep, ReadOnlySpan<int> labels, int members, Span<float> output)
    {
        for (int s = 0; s < members; s++)
        {
            (float[] below, float[] above, float part) = Around(timestep, labels.IsEmpty ? NoLabel : labels[s]);
            for (int e = 0; e < below.Length; e++)
                output[e * Tensor.Samples + s] -= below[e] + part * (above[e] - below[e]);
        }
    }

    (float[] Below, float[] Above, float Part) Around(int timestep, int label)
    {
        if (!errors.TryGetValue(label, out float[][]? measured))
            throw new ArgumentException($"The calibration was not measured for label {label}.", nameof(label));
        int above = Array.BinarySearch(timesteps, timestep);
        if (above >= 0) return (measured[above], measured[above], 0);
        above = ~above;
        if (above == 0 || above == timesteps.Length)
            return (measured[Math.Max(0, above - 1)], measured[Math.Max(0, above - 1)], 0);
        float part = (float)(timestep - timesteps[above - 1]) / (timesteps[above] - timesteps[above - 1]);
        return (measured[above - 1], measured[above], part);
    }
}
