using Qdiff;
using Qdiff.Evaluation;

/// <summary>Run folders as a training leaves them, without the training.</summary>
static class SomeRuns
{
    /// <summary>A run whose log has these losses.</summary>
    public static string Add(string root, string name, int seed, double[] losses, params string[] settings)
    {
        ResolvedExperiment experiment = TinyExperiment.Resolve([$"name={name}", $"training.seed={seed}", .. settings]);
        string path = Path.Combine(root, RunFolder.NameOf(experiment.Config));
        RunFolder.CreateAt(path, experiment, Manifest(experiment));
        Log(path, 0, losses);
        return path;
    }

    /// <summary>Appends steps to a log.</summary>
    public static void Log(string run, long done, params double[] losses)
    {
        using StepLog log = StepLog.GoOn(Path.Combine(run, "steps.jsonl"), done);
        for (int i = 0; i < losses.Length; i++)
            log.Append(new(done + i + 1, losses[i], 2 * losses[i], 0.001, 0.9, 0.01)
            {
                CircuitGradientNorm = losses[i],
                CircuitLayers = [new("mid.res0.circuit", 1, losses[i], losses[i] / 8)],
            });
    }

    /// <summary>A measurement of a run.</summary>
    /// <param name="elsewhere">The value in the features of another network; null if it was not measured in any.</param>
    public static void Measure(string run, string metric, double value, long step, double? elsewhere = null,
        string features = "domain-clothes")
    {
        Protocol protocol = new()
        {
            Metric = metric,
            Features = features,
            GeneratedCount = 100,
            RealCount = 200,
            Split = "test"
        };
        MetricsFile.Add(Path.Combine(run, MetricsFile.FileName), new()
        {
            Key = $"{metric} {step}",
            Subject = Path.GetFileName(run),
            Step = step,
            Samples = 100,
            Preset = "domain",
            Missing = [],
            Metrics =
            [
                new(new(value, protocol, new Interval(value - 1, value + 1, 0.95)), new(0.5, protocol)),
                .. elsewhere is { } other
                    ? [new MeasuredMetric(new MetricValue(other, protocol with { Features = "inception-768" }))]
                    : Array.Empty<MeasuredMetric>(),
            ],
            Notes = [],
        });
    }

    static RunManifest Manifest(ResolvedExperiment experiment) => new()
    {
        Version = "0.1.0",
        Command = ["train", "--config", "tiny.yaml"],
        Started = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero).AddMinutes(experiment.Config.Training.Seed),
        Machine = MachineDescription.Here(),
        Data = new("fashion-mnist/test", 200, [1, 16, 16], new('a', 64)),
        Model = new(experiment.Config.Model.Name, experiment.Config.Model.Wiring, 1234, 0),
        Seeds = new Dictionary<string, long> { ["training"] = experiment.Config.Training.Seed },
    };
}
