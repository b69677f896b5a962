namespace Qdiff.Evaluation;

/// <summary>What a <see cref="Metric"/> is computed from. Sets that the metric does not need are not there.</summary>
public sealed record MetricInput
{
    /// <summary>The samples.</summary>
    public required ImageFeatures Generated { get; init; }

    /// <summary>The real images that samples are compared with; see <see cref="MetricNeeds.Reference"/>.</summary>
    public ImageFeatures Reference
    {
        get => ReferenceSet ?? throw Missing(nameof(Reference), MetricNeeds.Reference);
        init => ReferenceSet = value;
    }

    /// <summary>The images that the model learned from; see <see cref="MetricNeeds.Training"/>.</summary>
    public ImageFeatures Training
    {
        get => TrainingSet ?? throw Missing(nameof(Training), MetricNeeds.Training);
        init => TrainingSet = value;
    }

    /// <summary>Real images that it did not learn from; see <see cref="MetricNeeds.Training"/>.</summary>
    public ImageFeatures HeldOut
    {
        get => HeldOutSet ?? throw Missing(nameof(HeldOut), MetricNeeds.Training);
        init => HeldOutSet = value;
    }

    /// <summary>The same, or null where the metric does not need them.</summary>
    internal ImageFeatures? ReferenceSet { get; init; }

    /// <inheritdoc cref="ReferenceSet"/>
    internal ImageFeatures? TrainingSet { get; init; }

    /// <inheritdoc cref="ReferenceSet"/>
    internal ImageFeatures? HeldOutSet { get; init; }

    /// <summary>The protocol, with the metric's own settings.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Seed of every random choice of the computation.</summary>
    public long Seed => Protocol.Seed;

    /// <summary>Whether an interval is wanted; real images in place of samples go without, which saves most of the
    /// time.</summary>
    public bool WantsInterval { get; init; } = true;

    /// <summary>The level that intervals are wanted at.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Splits into halves that were asked for; null if it was left open, 0 for no interval.</summary>
    public int? Resamples { get; init; }

    /// <summary>
    /// The value of all samples, and an interval of its mean over repeated draws by its values in random splits of every set
    /// into halves, 50 unless others were asked for: an interval for any metric, at the price of a hundred computations on half
    /// the samples. None where halves are too few for the metric.
    /// </summary>
    /// <param name="compute">The value of an input like this one; called from several threads.</param>
    public MetricEstimate ByHalves(Func<MetricInput, double> compute)
    {
        double value = compute(this);
        int splits = Resamples ?? 50;
        ImageFeatures?[] sets = [Generated, ReferenceSet, TrainingSet, HeldOutSet];
        if (!WantsInterval || splits == 0 || sets.Any(set => set is { Count: < Halves.Fewest })) return new(value);
        double[] first = new double[splits], second = new double[splits];
        try
        {
            Parallel.For(0, splits,
                split => (first[split], second[split]) = (compute(Half(split, 0)), compute(Half(split, 1))));
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is InputException))
        {
            // Halves need not bear what all samples do: the value stands, without an interval.
            return new(value);
        }

        return new(value, new SampledValue(value, Halves.Variance(first, second), splits).Symmetric(Level));

        MetricInput Half(int split, int half)
        {
            return this with
            {
                Generated = Part(Generated, "generated")!,
                ReferenceSet = Part(ReferenceSet, "reference"),
                TrainingSet = Part(TrainingSet, "training"),
                HeldOutSet = Part(HeldOutSet, "held-out"),
                WantsInterval = false,
            };

            ImageFeatures? Part(ImageFeatures? set, string which)
            {
                if (set is null) return null;
                (int[] rows, int[] others) = Halves.Draw(set.Count, which, split, Seed);
                return set.Take(half == 0 ? rows : others, set.Hash);
            }
        }
    }

    /// <summary>What is measured; sets that are not there cannot be printed.</summary>
    public override string ToString() => Protocol.ToString();

    static InvalidOperationException Missing(string set, MetricNeeds need) =>
        new($"The metric reads {set}, but its {nameof(Metric.Needs)} do not hold {nameof(MetricNeeds)}.{need}.");
}
