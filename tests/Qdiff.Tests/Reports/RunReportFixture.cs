using Qdiff;
using Qdiff.Evaluation;

[CollectionDefinition(RunReportFixture.Name)]
public sealed class RunReportCollection : ICollectionFixture<RunReportFixture>;

/// <summary>One small run with circuits, trained once.</summary>
public sealed class RunReportFixture : IDisposable
{
    public const string Name = "one run for all tests of reports";

    static readonly AuditReport s_audit = new()
    {
        Seed = 1,
        Nominal = 1_336,
        Live = 1_300,
        Undecided = 6,
        Detached = 2,
        Totals = [new(ParameterKind.Convolution, 1_000, 980, 0), new(ParameterKind.CircuitAngle, 336, 320, 2, 6)],
        Findings = [],
        Inputs = [new("image", 1, true), new("timestep", 0.5, true)],
        Circuits = [],
        Parameters = [],
        Margin = new(1e-13, 1e-9, 1e-12, 1e-4, 100, 12),
    };

    readonly TemporaryFolder folder = new();

    public RunReportFixture()
    {
        TrainingRun run = TinyExperiment.Start(folder.Path, "training.steps=12", "training.sampleEvery=6",
            "training.frameEvery=4",
            "training.checkpointEvery=6", "sampling.count=4", "diffusion.steps=8", "model.vertex.circuit=hqconv",
                "model.dimension=6");
        Run = TinyExperiment.Train(run);
        // Not measured, which takes seconds: a report shows what the file says.
        File.WriteAllText(Path.Combine(Run, "audit.json"), s_audit.ToJson());
        MetricsFile.Add(Path.Combine(Run, MetricsFile.FileName), Measured("tiny-42, step 12", 12, 3.25, 2));
        MetricsFile.Add(Path.Combine(Run, MetricsFile.FileName), Measured("tiny-42, step 6", 6, 7.5, 6));
    }

    public string Run { get; }

    /// <summary>A copy of the run that a test may damage.</summary>
    internal string Copy(TemporaryFolder into)
    {
        string copy = into.File("copy-42");
        foreach (string file in Directory.GetFiles(Run, "*", SearchOption.AllDirectories))
            into.Write(Path.Combine("copy-42", Path.GetRelativePath(Run, file)), File.ReadAllBytes(file));
        return copy;
    }

    public void Dispose() => folder.Dispose();

    static EvaluationReport Measured(string subject, long step, double value, double low)
    {
        Protocol protocol = new()
        {
            Metric = "fid",
            Features = "domain-clothes",
            GeneratedCount = 100,
            RealCount = 200,
            Split = "test"
        };
        return new()
        {
            Key = subject,
            Subject = subject,
            Step = step,
            Samples = 100,
            Preset = "domain",
            Missing = [new("kid", "too <few> samples")],
            Metrics = [new(new(value, protocol, new Interval(low, 9, 0.95)), new(0.5, protocol))],
            Notes = ["a note & more"],
        };
    }
}
