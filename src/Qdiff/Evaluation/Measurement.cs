using System.Numerics.Tensors;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Takes one figure of a preset: its protocol, refused before anything is computed, its value and its
/// interval.</summary>
sealed class Measurement(FeatureReader reader, EvaluationOptions options, string split)
{
    const double Level = 0.95;

    /// <summary>Resamples of the Fréchet distance where nothing else is asked for: those of wide features take seconds.</summary>
    static int UsualResamples(int width) => width <= 256 ? 100 : width <= 1024 ? 40 : 0;

    /// <summary>Independent parts that intervals of means over samples are taken from.</summary>
    const int Blocks = 10;

    /// <summary>Whether intervals are taken too; real images in place of samples go without, which saves most of the
    /// time.</summary>
    public bool Intervals { get; init; } = true;

    public Measurement WithoutIntervals => new(reader, options, split) { Intervals = false };

    /// <exception cref="InputException">The samples do not bear the metric, or are no distribution at all.</exception>
    public MetricValue Of(string metric, ImageFeatures generated, ImageFeatures reference)
    {
        FeatureSet real = reference.Features, made = generated.Features;
        switch (metric)
        {
            case "fid":
                Protocol protocol = ProtocolOf(metric, reference, generated);
                int resamples = !Intervals ? 0 : options.Resamples ?? UsualResamples(real.Width);
                return new(FrechetDistance.Between(real, made), protocol,
                    resamples == 0 ? null : FrechetDistance.Interval(real, made, resamples, Level, options.Seed));
            case "kid":
                protocol = ProtocolOf(metric, reference, generated);
                MeanAndDeviation subsets = KernelDistance.OverSubsets(real, made, protocol.Subsets!.Value,
                    protocol.SubsetSize!.Value, options.Seed);
                return new(subsets.Mean, protocol, KernelInterval(real, made, subsets.Mean), subsets.Deviation);
            case "precision" or "recall":
                protocol = ProtocolOf(metric, reference, generated);
                PrecisionRecall both = PrecisionRecall.Of(real, made, protocol.Neighbours!.Value);
                return Share(metric == "precision" ? both.Precision : both.Recall, real.Count, made.Count, protocol);
            case "density":
                protocol = ProtocolOf(metric, reference, generated);
                return Density(real, made, protocol);
            case "coverage":
                protocol = ProtocolOf(metric, reference, generated);
                return Share(DensityCoverage.Of(real, made, protocol.Neighbours!.Value).Coverage, real.Count, made.Count,
                    protocol);
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
        return (Share(details.NearerToTraining, references, generated.Count, protocol), details);
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
        return preset.Protocol(metric, layer.Width, real.Count, generated.Count, layer.Name,
            FeatureReader.Short(reader.Network.WeightsHash), real.Hash,
            options.Seed, options.FewSamples);
    }

    /// <summary>
    /// A share of the members of one set that depends on the other: each set is a draw, and a share whose samples all hang on the
    /// same neighbours is not known as well as that of so many coins. Wilson's interval is taken at n·m/(n + m) of them, which
    /// bears out in repeated draws (a test makes them).
    /// </summary>
    static MetricValue Share(double share, int real, int generated, Protocol protocol)
    {
        int independent = Math.Max(1, (int)((long)real * generated / (real + generated)));
        return new(share, protocol, Interval.OfShare((int)Math.Round(share * independent), independent, Level));
    }

    /// <summary>
    /// The spread of the distance over disjoint parts of both sets, which are independent and each unbiased, by Student's t:
    /// resamples with repetition would not be, for a sample is like itself.
    /// </summary>
    Interval? KernelInterval(FeatureSet real, FeatureSet made, double value)
    {
        int realSize = real.Count / Blocks, madeSize = made.Count / Blocks;
        if (!Intervals || Math.Min(realSize, madeSize) < 2) return null;
        int[] realOrder = Order(real, "real"), madeOrder = Order(made, "generated");
        double[] values = [.. Enumerable.Range(0, Blocks).Select(b => KernelDistance.Between(
            real.Take(realOrder.AsSpan(b * realSize, realSize)), made.Take(madeOrder.AsSpan(b * madeSize, madeSize))))];
        return Interval.OfMean(value, MeanAndDeviation.Of(values, freedomLost: 1).Deviation, Blocks, Level);
    }

    /// <summary>
    /// Density is the number of pairs of a sample and a real ball that holds it, over k and the samples. Means over disjoint
    /// parts of the samples are independent, and so are those over parts of the balls; both sets being draws, the variances add.
    /// </summary>
    MetricValue Density(FeatureSet real, FeatureSet made, Protocol protocol)
    {
        int neighbours = protocol.Neighbours!.Value;
        double density = DensityCoverage.Of(real, made, neighbours).Density;
        if (!Intervals || Math.Min(made.Count, real.Count) / Blocks <= neighbours) return new(density, protocol);
        double[] radii = NearestNeighbours.SquaredRadii(real, neighbours);
        double[] ofSamples = new double[made.Count], ofBalls = new double[real.Count];
        NearestNeighbours.ForEach(made, real, (row, column, squares) =>
        {
            for (int j = 0; j < squares.Length; j++)
                if (squares[j] <= radii[column + j]) ofSamples[row]++;
        });
        NearestNeighbours.ForEach(real, made, (row, _, squares) =>
        {
            foreach (double square in squares)
                if (square <= radii[row]) ofBalls[row]++;
        });
        double deviation = Math.Sqrt(Variance(ofSamples, Order(made, "generated")) + Variance(ofBalls, Order(real, "real")));
        // Without a single hit the parts show no spread, which is not certainty.
        if (density == 0) return new(density, protocol);
        Interval interval = Interval.OfMean(density, density * deviation, Blocks, Level);
        return new(density, protocol, interval with { Low = Math.Max(0, interval.Low) });

        // Of the parts' means, relative to the mean of all.
        static double Variance(double[] hits, int[] order)
        {
            int size = hits.Length / Blocks;
            double all = hits.Average();
            double[] parts = [.. Enumerable.Range(0, Blocks)
                .Select(b => order.Skip(b * size).Take(size).Average(i => hits[i]) / all)];
            double deviation = all > 0 ? MeanAndDeviation.Of(parts, freedomLost: 1).Deviation : 0;
            return deviation * deviation;
        }
    }

    /// <summary>Images may come sorted by class; parts of them must not.</summary>
    int[] Order(FeatureSet set, string which) => new RandomStream(options.Seed, "parts, " + which).Permutation(set.Count);

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
