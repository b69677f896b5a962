namespace Qdiff.Evaluation;

/// <summary>One of the experiments that are compared; its seeds come from the plan.</summary>
/// <param name="Experiment">The configuration, whatever its seed.</param>
/// <param name="File">Where it was read, for messages.</param>
public sealed record ComparisonArm(ResolvedExperiment Experiment, string File)
{
    /// <summary>What it is called; the start of its run folders' names.</summary>
    public string Name => Config.Name;

    /// <summary>The configuration.</summary>
    public ExperimentConfig Config => Experiment.Config;

    /// <summary>Steps that another network is trained first, whose weights are then taken over.</summary>
    public int SourceSteps => Config.Transfer.StepsBefore;

    /// <summary>The source of a transfer with this seed, as <c>qdiff transfer</c> trains it; null if there is none.</summary>
    public ResolvedExperiment? Source(long seed) => Experiment.TransferSource()?.With($"training.seed={seed}");

    /// <summary>The experiment with this seed; checkpoints of <paramref name="steps"/> are kept.</summary>
    /// <param name="source">The folder of the trained source.</param>
    public ResolvedExperiment Seeded(long seed, IEnumerable<int> steps, string? source)
    {
        ResolvedExperiment seeded = Experiment.With($"training.seed={seed}", $"training.keepSteps=[{string.Join(", ", steps)}]");
        return source is null ? seeded : seeded.With(ResolvedExperiment.Option("transfer.from", source));
    }
}
