namespace Qdiff;

/// <summary>Metrics of each class by itself, and the mean over classes.</summary>
static class ClassByClass
{
    public static void Measure(string metric, FeatureReader reader, EvaluationOptions options, string split, ImageFeatures made,
        ImageFeatures reference, ImageFeatures? floor, List<MeasuredMetric> metrics, List<MissingMetric> missing)
    {
        if (reference.Labels.Length == 0)
            throw new InputException($"Preset {options.Preset.Name} compares class by class, but the reference images have no "
                + $"labels.");
        int[] known = [.. reference.Labels.Distinct().Order()];
        // Of a model of one class nobody need say which it is.
        if (made.Labels.Length == 0 && known.Length == 1)
            made = made with { Labels = [.. Enumerable.Repeat(known[0], made.Count)] };
        if (made.Labels.Length == 0)
            throw new InputException($"Preset {options.Preset.Name} compares class by class, but the samples have no labels: "
                + $"give some with the samples, or train a conditional network or one of a single class.");

        var found = new List<MeasuredMetric>();
        foreach (int label in made.Labels.Distinct().Order())
            try
            {
                if (!known.Contains(label)) throw new InputException($"The reference has no image of class {label}.");
                var measurement = new Measurement(reader, options, $"{split}-class-{label}");
                int[] rows = reference.RowsOf(label);
                int limit = options.Preset.ReferenceCount;
                if (limit > 0 && rows.Length > limit)
                    rows = [.. new Qdiff.Tensors.RandomStream(options.Seed, "reference of a class",
                        label).Permutation(rows.Length).Take(limit).Order()];
                ImageFeatures against = reference.Take(rows, reference.Hash), samples = Of(made, label);
                found.Add(new(measurement.Of(metric, samples, against), FloorOf(measurement, label, against), label));
            }
            catch (InputException e)
            {
                missing.Add(new($"{metric} class {label}", e.Message));
            }

        if (found.Count > 0)
        {
            // Counts of a class, which all must share for a mean to have one protocol; the smallest stands for them.
            Protocol first = found.MinBy(m => m.Value.Protocol.RealCount)!.Value.Protocol;
            double[] floors = [.. found.Where(m => m.Floor is not null).Select(m => m.Floor!.Value)];
            Protocol overall = first with { Split = $"{split}-{found.Count}-classes" };
            metrics.Add(new(new(found.Average(m => m.Value.Value), overall),
                floors.Length == found.Count ? new(floors.Average(), overall) : null));
        }

        metrics.AddRange(found);

        MetricValue? FloorOf(Measurement measurement, int label, ImageFeatures against)
        {
            if (floor is null || floor.RowsOf(label) is not { Length: > 1 } rows) return null;
            try
            {
                return measurement.WithoutIntervals.Of(metric, floor.Take(rows, floor.Hash), against);
            }
            catch (InputException)
            {
                return null;
            }
        }
    }

    static ImageFeatures Of(ImageFeatures images, int label) => images.Take(images.RowsOf(label), images.Hash);
}
