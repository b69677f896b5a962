using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Takes one figure of a preset: its protocol, refused before anything is computed, its value and its
/// interval.</summary>
sealed class Measurement(FeatureReader reader, EvaluationOptions options, string split)
{
    const double Level = 0.95;

    /// <summary>Splits into halves of the Fréchet distance where nothing else is asked for: those of wide features take
    /// seconds.</summary>
    static int UsualResamples(int width) => width <= 256 ? 50 : width <= 1024 ? 20 : 0;

    /// <summary>With fewer samples on a side halves of them would say nothing.</summary>
    const int FewestForHalves = 4;

    /// <summary>Whether intervals are taken too; real images in place of samples go without, which saves most of the
    /// time.</summary>
    public bool Intervals { get; init; } = true;

    public Measurement WithoutIntervals => new(reader, options, split) { Intervals = false };

    /// <exception cref="InputException">The samples do not bear the metric, or are no distribution at all.</exception>
    public MetricValue Of(string metric, ImageFeatures generated, ImageFeatures reference)
    {
        FeatureSet real = reference.Features, made = generated.Features;
        int fewest = Math.Min(real.Count, made.Count);
        switch (metric)
        {
            case "fid":
                Protocol protocol = ProtocolOf(metric, reference, generated);
                int resamples = !Intervals || fewest < FewestForHalves ? 0 : options.Resamples ?? UsualResamples(real.Width);
                return new(FrechetDistance.Between(real, made), protocol,
                    resamples == 0 ? null : FrechetDistance.Interval(real, made, resamples, Level, options.Seed));
            case "kid":
                protocol = ProtocolOf(metric, reference, generated);
                MeanAndDeviation subsets = KernelDistance.OverSubsets(real, made, protocol.Subsets!.Value,
                    protocol.SubsetSize!.Value, options.Seed);
                return new(subsets.Mean, protocol, KernelInterval(real, made, subsets, protocol.Subsets.Value),
                    subsets.Deviation);
            case "precision":
                return ShareInside(made, real, ProtocolOf(metric, reference, generated));
            case "recall":
                return ShareInside(real, made, ProtocolOf(metric, reference, generated));
            case "density" or "coverage":
                protocol = ProtocolOf(metric, reference, generated);
                int neighbours = protocol.Neighbours!.Value;
                DensityCoverage balls = DensityCoverage.Of(real, made, neighbours);
                double value = metric == "density" ? balls.Density : balls.Coverage;
                if (!Intervals || fewest < DensityCoverage.FewestForHalves(neighbours)) return new(value, protocol);
                return new(value, protocol, metric == "density"
                    ? DensityCoverage.DensityInterval(BallJackknife.Density(made, real, neighbours), real, made, Level)
                    : DensityCoverage.CoverageInterval(value, real, made, neighbours, Level, options.Seed));
            case "is":
                FeatureSet logits = LogitsOf(generated);
                protocol = ProtocolOf(metric, reference, generated);
                MeanAndDeviation score = InceptionScore.Of(logits, protocol.Splits!.Value, options.Seed);
                return new(score.Mean, protocol,
                    protocol.Splits > 1 ? Interval.OfMean(score.Mean, score.Deviation, protocol.Splits.Value, Level) : null,
                    score.Deviation);
            case "accuracy":
                ClassAccuracy accuracy = Accuracy(generated);
                return new(accuracy.Accuracy, ProtocolOf(metric, reference, generated), accuracy.Interval);
            default:
                throw new InputException($"There is no way to measure '{metric}'.");
        }
    }

    /// <summary>Whether samples are copies of the training images, in numbers; the share nearer to them is the figure.</summary>
    public (MetricValue Value, Memorisation Details) Memorised(ImageFeatures generated, ImageFeatures training,
        ImageFeatures heldOut)
    {
        Memorisation details = Memorisation.Of(generated.Features, training.Features, heldOut.Features, seed: options.Seed);
        int references = Math.Min(training.Count, heldOut.Count);
        Protocol protocol = ProtocolOf("memorisation", training, generated, "trained") with
        {
            RealCount = references,
            Reference = $"{training.Hash}+{heldOut.Hash}",
        };
        return (new(details.NearerToTraining, protocol, details.Interval(Level)), details);
    }

    /// <summary>The protocol; of the kernel distance with subsets that the samples have.</summary>
    /// <exception cref="InputException">Fewer samples than the metric bears.</exception>
    public Protocol ProtocolOf(string metric, ImageFeatures real, ImageFeatures generated, string? part = null)
    {
        EvaluationPreset preset = options.Preset;
        int fewest = Math.Min(real.Count, generated.Count);
        bool onLogits = metric is "is" or "accuracy";
        FeatureLayer layer = onLogits ? reader.Logits!.Value : reader.Layer;
        preset = preset with
        {
            Metrics = [metric],
            Resize = reader.Network.Resize,
            ReferenceSplit = part ?? split,
            // With all samples in every subset the subsets would be one.
            SubsetSize = fewest > preset.SubsetSize ? preset.SubsetSize : Math.Max(2, fewest / 2),
        };
        return preset.ProtocolOf(metric, layer.Width, real.Count, generated.Count, layer.Name,
            FeatureReader.Short(reader.Network.WeightsHash), real.Hash,
            options.Seed, options.FewSamples);
    }

    /// <summary>The share of samples in balls around those of the other set: precision, or recall.</summary>
    MetricValue ShareInside(FeatureSet samples, FeatureSet balls, Protocol protocol)
    {
        int neighbours = protocol.Neighbours!.Value;
        NearestNeighbours.RequireNeighbours(samples, balls, neighbours);
        if (!Intervals || !BallJackknife.Bears(samples, balls, neighbours))
            return new(PrecisionRecall.ShareInside(samples, balls, neighbours), protocol);
        SampledFigure share = BallJackknife.Share(samples, balls, neighbours);
        return new(share.Value, protocol, share.OfShare(PrecisionRecall.Coins(samples, balls), Level));
    }

    /// <summary>
    /// Of the mean over subsets: the variance of the distance between the whole sets, and that of its mean over so many random
    /// subsets around it.
    /// </summary>
    Interval? KernelInterval(FeatureSet real, FeatureSet made, MeanAndDeviation subsets, int count)
    {
        if (!Intervals || Math.Min(real.Count, made.Count) < FewestForHalves) return null;
        (SampledFigure whole, double ofSingles) = KernelVariance.Of(real, made, subsets.Mean, options.Seed);
        double ofSubsets = subsets.Deviation * subsets.Deviation / count;
        return (whole with { Variance = whole.Variance + ofSubsets }).OfSquare(ofSingles, Level);
    }

    ClassAccuracy Accuracy(ImageFeatures generated)
    {
        FeatureSet logits = LogitsOf(generated);
        if (generated.Labels.Length == 0)
            throw new InputException("No class was asked for: the samples have no labels, as those of an unconditional network.");
        return ClassAccuracy.Of(generated.Labels, Predicted(logits), logits.Width);
    }

    FeatureSet LogitsOf(ImageFeatures images) => images.Logits
        ?? throw new InputException($"The feature network {reader.Network.Name} is no classifier: it has no logits.");

    static int[] Predicted(FeatureSet logits)
    {
        var predicted = new int[logits.Count];
        var row = new double[logits.Width];
        for (int i = 0; i < predicted.Length; i++)
        {
            logits.CopyTo(i, 0, row);
            predicted[i] = TensorPrimitives.IndexOfMax(row);
        }

        return predicted;
    }
}
