namespace Qdiff;

/// <summary>The evaluation of a run's checkpoint: draws what samples are missing, measures them and keeps the figures in the run.</summary>
public static class RunEvaluation
{
    /// <summary>Evaluates a checkpoint and adds the report to the run's <c>metrics.json</c>.</summary>
    /// <param name="sampling">How samples are drawn.</param>
    /// <param name="samples">How many; null for the configuration's number, then the preset's.</param>
    /// <param name="step">Which checkpoint; null for the latest.</param>
    /// <param name="raw">The weights as the optimiser left them instead of their average.</param>
    /// <param name="dataFolder">Where the data are, if not where the configuration says.</param>
    /// <param name="warn">Is told of what is damaged and therefore made anew.</param>
    /// <exception cref="InputException">There is no such checkpoint, or what <see cref="Evaluation.Run"/> refuses.</exception>
    public static EvaluationReport Of(RunFolder folder, EvaluationOptions options, SamplingConfig sampling, int? samples = null, long? step = null,
        bool raw = false, string? dataFolder = null, Action<string>? warn = null, CancellationToken cancel = default)
    {
        ExperimentConfig config = folder.Experiment.Config;
        TrainedRun trained = TrainedRun.Open(folder, step, raw, warn);
        int classes = Math.Max(1, config.Data.Classes.Count > 0 ? config.Data.Classes.Count : trained.Network.Classes);
        int count = samples ?? config.Evaluation.Samples ?? options.Preset.GeneratedCount * (options.Preset.PerClass ? classes : 1);
        // The real images first: if they are missing, nobody should wait for samples.
        RealImages real = RealImages.For(dataFolder is null ? config.Data : config.Data with { Folder = dataFolder }, options.Preset, count, options.Split, options.Seed);
        SampleStore store = SampleStore.Of(folder, trained, sampling, raw, warn);
        ImageSet generated = store.Take(count, part => options.Progress?.Invoke($"sampling {count:N0} images, {sampling.Sampler}", part), cancel);
        EvaluationReport report = Evaluation.Run(generated, real, options, store.Recipe.Key, $"{RunFolder.NameOf(config)}, {store.Recipe.Words}", trained.Step, cancel);
        MetricsFile.Add(folder.PathOf(MetricsFile.FileName), report);
        return report;
    }
}
