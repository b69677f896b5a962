namespace Qdiff;

/// <summary>The evaluation of samples that another program made.</summary>
public static class ForeignEvaluation
{
    /// <summary>Compares them with a data set of the catalogue; its training split counts as what their model learned
    /// from.</summary>
    /// <param name="samples">Of more than <paramref name="count"/> the first ones are taken.</param>
    /// <exception cref="InputException">Too few samples, or what <see cref="Evaluation.Run"/> refuses.</exception>
    public static EvaluationReport Of(ForeignSamples samples, string dataset, string? dataFolder, EvaluationOptions options,
        int? count = null,
        CancellationToken cancel = default)
    {
        ImageSet images = samples.Images;
        if (count > images.Count)
            throw new InputException($"{count} samples are wanted, but {images.Name} has only {images.Count}.");
        // All of them unless it was said otherwise: whoever gives samples wants them counted.
        if (count < images.Count) images = images.First(count.Value);
        RealImages real = RealImages.For(new() { Dataset = dataset, Folder = dataFolder }, options.Preset, images.Count,
            options.Split, options.Seed);
        var given = new List<string> { $"Samples read as: {samples.Reading}." };
        return Evaluation.Run(images, real with { Notes = [.. given, .. real.Notes] }, options, $"{dataset} {images.Hash[..16]}",
            images.Name, cancel: cancel);
    }
}
