using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Lets a sampler begin from the mean image: where x_t holds next to nothing of the image, x̂₀ is the mean of training images, of
/// the sample's class if it has one (guided: as guidance mixes that with the mean of all), instead of the network's estimate. Of
/// a network that predicts ε that estimate is its error times 1/√ᾱ (20,291 at the first timestep of the cosine schedule), which
/// clipping leaves as black and white noise; a sampler of few steps takes that over as a shift of brightness and never undoes
/// it. For <see cref="SampleGenerator.StartingFromMean(MeanStart, IReadOnlyList{int})"/>.
/// </summary>
/// <remarks>
/// E[x₀|x_t] tends to E[x₀] as ᾱ tends to 0, where a perfect network would say the same. Lu et al. 2022 (arXiv 2211.01095) begin
/// the cosine schedule later, at t = 0.9946, for the same reason; that leaves the mean out altogether.
/// </remarks>
public sealed class MeanStart
{
    /// <summary>Where λ = ln(√ᾱ / √(1 − ᾱ)) is below this the mean is taken: there 1/√ᾱ is above 20.</summary>
    public const double Below = -3;

    readonly float[] ofAll;
    readonly Dictionary<int, float[]> ofClasses;

    internal MeanStart(Shape shape, float[] ofAll, Dictionary<int, float[]> ofClasses) =>
        (Shape, this.ofAll, this.ofClasses) = (shape, ofAll, ofClasses);

    /// <summary>The mean of these images, and that of each of these classes.</summary>
    /// <exception cref="InputException">There is no image of a class.</exception>
    public static MeanStart Of(ImageSet images, params IReadOnlyList<int> classes) =>
        new(images.Shape, Mean(images, [.. Enumerable.Range(0, images.Count)]), classes.ToDictionary(label => label, label =>
        {
            int[] members = images.HasLabels
                ? [.. Enumerable.Range(0, images.Count).Where(i => images.Labels[i] == label)] : [];
            return members.Length > 0 ? Mean(images, members)
                : throw new InputException($"To begin from the mean image of class {ClassNames.Of(label, images.ClassNames)} it "
                    + $"takes images of this class, and {images.Name} has none.");
        }));

    /// <summary>The shape of an image: channels, height, width.</summary>
    public Shape Shape { get; }

    /// <summary>The classes that have a mean of their own, ascending.</summary>
    public IReadOnlyList<int> Classes => [.. ofClasses.Keys.Order()];

    /// <summary>The mean image of a class, one number for each element, in −1 … 1; of all images without one.</summary>
    /// <exception cref="ArgumentException">It was not made for this class.</exception>
    public IReadOnlyList<float> Image(int? label = null) => ImageOf(label);

    /// <summary>Whether the mean is taken at this timestep.</summary>
    public static bool Covers(NoiseSchedule schedule, int timestep) => schedule.Lambda(timestep) < Below;

    /// <summary>Refuses timesteps at which the mean would stand for all that the network says, or for nothing.</summary>
    /// <exception cref="InputException">They are so few, or begin so late.</exception>
    internal static void Require(NoiseSchedule schedule, TimestepTable table)
    {
        if (Covers(schedule, table[table.Count - 1]))
            throw new InputException(Invariant($"In {table.Count} steps nothing is left to the network that begins from the ")
                + "mean image: take more.");
        if (!Covers(schedule, table[0]))
            throw new InputException(Invariant($"The sampler begins at timestep {table[0]}, where λ is ")
                + Invariant($"{schedule.Lambda(table[0]):F1}; the mean image is taken below {Below} only, so it would change ")
                + (Covers(schedule, schedule.Steps - 1) ? "nothing. Take trailing or uniform spacing, or leave it out."
                    : "nothing. Leave it out."));
    }

    /// <summary>What a network of this kind says whose estimate of the image is the mean; under its null label that of all
    /// images.</summary>
    internal void Predict(NoiseSchedule schedule, Prediction prediction, ReadOnlySpan<float> xt, int timestep,
        ReadOnlySpan<int> labels, int? nullLabel, int members, Span<float> output)
    {
        double signal = schedule.SignalScale(timestep), noise = schedule.NoiseScale(timestep);
        (double ofImage, double ofNoise) = prediction.Target(schedule.AlphaBar[timestep]);
        output.Clear();
        for (int s = 0; s < members; s++)
        {
            float[] mean = ImageOf(labels.IsEmpty || labels[s] == nullLabel ? null : labels[s]);
            for (int e = 0; e < mean.Length; e++)
            {
                int at = e * Tensor.Samples + s;
                output[at] = (float)(ofImage * mean[e] + ofNoise * ((xt[at] - signal * mean[e]) / noise));
            }
        }
    }

    float[] ImageOf(int? label)
    {
        if (label is not { } number) return ofAll;
        return ofClasses.TryGetValue(number, out float[]? mean) ? mean
            : throw new ArgumentException($"The mean image was not made for class {number}.", nameof(label));
    }

    static float[] Mean(ImageSet images, int[] members)
    {
        var sum = new double[images.Shape.Count];
        var tile = new float[sum.Length * Tensor.Samples];
        foreach (int[] part in members.Chunk(Tensor.Samples))
        {
            images.FillTile(part, tile);
            for (int e = 0; e < sum.Length; e++)
                for (int s = 0; s < part.Length; s++) sum[e] += tile[e * Tensor.Samples + s];
        }

        return [.. sum.Select(of => (float)(of / members.Length))];
    }
}
