using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Metrics of each class by itself, and the mean over classes.</summary>
static class ClassByClass
{
    public static void Measure(Metric metric, FeatureReader reader, EvaluationOptions options, string split, ImageFeatures made,
        ImageFeatures reference, RealPair? floor, List<MeasuredMetric> metrics, List<MissingMetric> missing)
    {
        int[] known = [.. reference.Labels.Distinct().Order()];
        // Of a model of one class nobody need say which it is.
        if (made.Labels.Length == 0 && known.Length == 1)
            made = made with { Labels = [.. Enumerable.Repeat(known[0], made.Count)] };
        var found = new List<MeasuredMetric>();
        foreach (int label in made.Labels.Distinct().Order())
            try
            {
                if (!known.Contains(label)) throw new InputException($"The reference has no image of class {label}.");
                var measurement = new Measurement(reader, options, $"{split}-class-{label}");
                found.Add(new(measurement.Measure(metric, Of(made, label), Limited(reference, label)),
                    FloorOf(measurement, label), label));
            }
            catch (InputException e)
            {
                missing.Add(new($"{metric.Name} class {label}", e.Message));
            }

        if (found.Count > 0)
        {
            // All classes of the reference are known by its hash; of some of them the mean is another for every choice.
            string classes = found.Count == known.Length ? $"{found.Count}-classes"
                : $"classes-{string.Join('-', found.Select(m => m.Class))}";
            MetricValue[] values = [.. found.Select(m => m.Value)],
                floors = [.. found.Select(m => m.Floor).OfType<MetricValue>()];
            metrics.Add(new(Mean(values, $"{split}-{classes}", IntervalOfMean(found)),
                floors.Length == found.Count ? Mean(floors, $"{split}-{classes}") : null));
        }

        metrics.AddRange(found);

        MetricValue? FloorOf(Measurement measurement, int label)
        {
            if (floor is null || floor.Samples.RowsOf(label).Length < 2) return null;
            try
            {
                return measurement.WithoutIntervals.Measure(metric, Of(floor.Samples, label), Limited(floor.Reference, label));
            }
            catch (InputException)
            {
                return null;
            }
        }

        ImageFeatures Limited(ImageFeatures images, int label)
        {
            int[] rows = images.RowsOf(label);
            int limit = options.Preset.ReferenceCount;
            if (limit > 0 && rows.Length > limit)
                rows = [.. new RandomStream(options.Seed, "reference of a class", label).Permutation(rows.Length).Take(limit)
                    .Order()];
            return images.Take(rows, images.Hash);
        }
    }

    /// <summary>The mean over classes. Its protocol has counts of one class, which all would have to share: the fewest stand for
    /// them.</summary>
    static MetricValue Mean(MetricValue[] classes, string split, Interval? interval = null)
    {
        Protocol fewest = classes.MinBy(m => m.Protocol.RealCount)!.Protocol;
        return new(classes.Average(m => m.Value),
            fewest with { Split = split, GeneratedCount = classes.Min(m => m.Protocol.GeneratedCount) }, interval);
    }

    /// <summary>Classes are measured on different images, so their deviations add in squares.</summary>
    static Interval? IntervalOfMean(IReadOnlyList<MeasuredMetric> classes)
    {
        if (classes.Any(m => m.Value.Interval is null)) return null;
        double mean = classes.Average(m => m.Value.Value), n = classes.Count;
        double below = Math.Sqrt(classes.Sum(m => Square(m.Value.Value - m.Value.Interval!.Value.Low))) / n,
            above = Math.Sqrt(classes.Sum(m => Square(m.Value.Interval!.Value.High - m.Value.Value))) / n;
        return new(mean - below, mean + above, classes[0].Value.Interval!.Value.Level);

        static double Square(double x) => x * x;
    }

    static ImageFeatures Of(ImageFeatures images, int label) => images.Take(images.RowsOf(label), images.Hash);
}
