namespace Qdiff.Evaluation;

/// <summary>The evaluation of samples that another program made.</summary>
public static class ExternalEvaluation
{
    /// <summary>Compares them with a data set of the catalogue; its training split counts as what their model learned
    /// from.</summary>
    /// <param name="count">How many of them, drawn by the options' seed since files are often sorted by class; null for
    /// all.</param>
    /// <exception cref="InputException">Too few samples, or what <see cref="Evaluator.Run"/> refuses.</exception>
    public static EvaluationReport Run(ExternalSamples samples, DataConfig data, Catalog catalog, EvaluationOptions options,
        int? count = null, CancellationToken cancellationToken = default)
    {
        DenoisingLossMetric.RequireNone(options.Preset);
        Evaluator.Require(options);
        if (count > samples.Images.Count)
            throw new InputException($"{count} samples are wanted, but {samples.Images.Name} has only {samples.Images.Count}.");
        // All of them unless it was said otherwise: whoever gives samples wants them counted.
        DataConfig there = data.Split is null ? RealImages.FirstPartThatIsThere(data, catalog) : data;
        (ImageSet images, string reading) = samples.As(there.Load(catalog));
        if (count < images.Count) images = images.Draw(count.Value, options.Seed);
        RealImages real = RealImages.For(there, catalog, options.Preset, images.Count, options.Split, options.Seed,
            known: there.Split is null or Split.Train, images.Labels.ToArray());
        options.Processes.RequireSameProgram();
        options.Processes.RequireEqual("samples or real images", Evaluator.KeyOf(images.Hash, images.Count, real, options));
        // What was done to the real images stands nowhere else; their name has it.
        string[] fitted = data.Crop is null && data.Size is null ? [] : [$"Compared with: {real.Reference.Name}."];
        return Evaluator.Run(images, real with { Notes = [$"Samples read as: {reading}.", .. fitted, .. real.Notes] }, options,
            $"{data.Dataset} {images.Hash[..16]}", images.Name, cancellationToken: cancellationToken);
    }
}
