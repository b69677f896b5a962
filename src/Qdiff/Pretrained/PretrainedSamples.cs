using Qdiff.Imaging;

namespace Qdiff;

/// <summary>
/// The image beside a card: samples that anybody can draw again. With the <see cref="Arithmetic"/> of the card they are the
/// same bit for bit; with another, numbers differ in their last digits, and so may the pixels.
/// </summary>
public sealed record PretrainedSamples
{
    /// <summary>How far the pixels may be, on average, from those of the image where the arithmetic is another: of 255.</summary>
    public const double Bound = 0.1;

    /// <summary>Its plain name.</summary>
    public required string File { get; init; }

    /// <summary>The sampler, a name of <see cref="Catalog.Samplers"/>; the rest of it is as configured.</summary>
    public required string Sampler { get; init; }

    /// <summary>Timesteps visited.</summary>
    public required int SamplingSteps { get; init; }

    /// <summary>The seed of the samples.</summary>
    public required long Seed { get; init; }

    /// <summary>How many samples, of each network.</summary>
    public required int Count { get; init; }

    /// <summary>What they were computed with.</summary>
    public required Arithmetic Arithmetic { get; init; }

    /// <summary>Draws the samples anew.</summary>
    /// <param name="networks">The networks that are to draw, with the classes that they are for.</param>
    internal Raster Draw(IReadOnlyList<(int? Label, RunFolder Run)> networks, CancellationToken cancellationToken)
    {
        List<(string Title, float[] Samples)> rows = [];
        foreach ((int? label, RunFolder run) in networks)
        {
            TrainedRun trained = TrainedRun.Open(run);
            SamplingConfig sampling = run.Experiment.Config.Sampling.With(Sampler) with { Steps = SamplingSteps };
            ClassChoice choice = ClassChoice.Create(trained.Network, run.Manifest.Data, []);
            float[] samples = TrainedSampler.Create(run, trained.Network, trained.Weights, trained.Schedule, trained.Prediction,
                sampling.ToSampler(trained.Catalog, trained.Schedule))
                .Generate(Seed, Count, cancellationToken: cancellationToken);
            if (label is not { } number) return SampleSheet.Draw(trained.Network.Image, samples, choice);
            IReadOnlyList<string> names = run.Manifest.Data.ClassNames;
            rows.Add((number < names.Count ? names[number] : $"{number}", samples));
            if (rows.Count == networks.Count) return SampleSheet.Rows(trained.Network.Image, rows);
        }

        throw new ArgumentException("No network draws nothing.", nameof(networks));
    }
}

/// <summary>What drawing a model's image again gave.</summary>
/// <param name="SameArithmetic">Whether this machine computes like the one that drew it: then all must be equal.</param>
/// <param name="Equal">Whether every pixel is.</param>
/// <param name="Difference">How far pixels are from the image's on average, of 255.</param>
public sealed record PretrainedCheck(bool SameArithmetic, bool Equal, double Difference)
{
    /// <summary>Whether the samples are those of the card.</summary>
    public bool Passes => Equal || !SameArithmetic && Difference <= PretrainedSamples.Bound;

    internal static PretrainedCheck Compare(Raster kept, Raster drawn, bool sameArithmetic)
    {
        if ((kept.Width, kept.Height, kept.Channels) != (drawn.Width, drawn.Height, drawn.Channels))
            return new(sameArithmetic, false, byte.MaxValue);
        double sum = 0;
        for (int i = 0; i < drawn.Pixels.Length; i++) sum += Math.Abs(kept.Pixels[i] - drawn.Pixels[i]);
        return new(sameArithmetic, sum == 0, sum / drawn.Pixels.Length);
    }
}
