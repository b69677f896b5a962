namespace Qdiff.Evaluation;

/// <summary>One arm with one seed: its run, or its runs if there is a network for each class.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Parts">What is trained, in this order; a transfer's source comes first.</param>
public sealed record ArmRun(ComparisonArm Arm, long Seed, IReadOnlyList<ArmRun.Part> Parts)
{
    /// <summary>One training run.</summary>
    /// <param name="Experiment">The experiment.</param>
    /// <param name="Root">The folder that its run folder is made in.</param>
    /// <param name="IsSource">Whether it is only the source of a transfer.</param>
    /// <param name="Label">The class that it is about, if there is a network for each.</param>
    public sealed record Part(ResolvedExperiment Experiment, string Root, bool IsSource = false, int? Label = null)
    {
        /// <summary>Its run folder.</summary>
        public string Path => System.IO.Path.Combine(Root, RunFolder.NameOf(Experiment.Config));

        /// <summary>Starts the run, or goes on with it.</summary>
        /// <exception cref="InputException">There is a run of this name with other settings.</exception>
        public TrainingRun Open(string? dataFolder, IReadOnlyList<string> command, Action<string>? warn) =>
            Open(dataFolder, command, warn, held: null);

        /// <param name="held">The run's lock, if the caller has it and keeps it.</param>
        internal TrainingRun Open(string? dataFolder, IReadOnlyList<string> command, Action<string>? warn, RunLock? held)
        {
            if (!RunFolder.Exists(Path)) return TrainingRun.Start(Experiment, Root, command, dataFolder, warn, held);
            RequireSame(RunFolder.Open(Path, Experiment.Catalog).Experiment.Config);
            return TrainingRun.Resume(Path, Experiment.Catalog, dataFolder, warn, [], held);
        }

        /// <summary>Why its training cannot be gone on with, or null: who does its steps again gets the same.</summary>
        internal string? Divergence()
        {
            if (!RunFolder.Exists(Path) || Qdiff.Divergence.In(Path) is not { } said) return null;
            RequireSame(RunFolder.Open(Path, Experiment.Catalog).Experiment.Config);
            return said;
        }

        /// <summary>Refuses, if the run is there, one with other settings.</summary>
        /// <exception cref="InputException">It has others, or cannot be read.</exception>
        internal void RequireSame()
        {
            if (!RunFolder.Exists(Path)) return;
            ExperimentConfig there;
            try
            {
                there = RunFolder.Open(Path, Experiment.Catalog).Experiment.Config;
            }
            catch (InputException e)
            {
                throw new InputException($"{e.Message} The plan cannot go on beside it: mend it, or move {Path} away, and the "
                    + "run is done anew.", e);
            }

            RequireSame(there);
        }

        void RequireSame(ExperimentConfig there)
        {
            if (Experiment.Settings.Difference(there, Experiment.Config, IsFree) is { } other)
                throw new InputException($"The run {Path} was trained with {other.Path} = {other.Told(there)}, but the "
                    + $"comparison wants {other.Told(Experiment.Config)}. Choose another name or folder for the "
                    + "comparison, or another name for the arm.");
        }

        /// <summary>Whether it may differ from that of a run that is there: it changes nothing of what is learned.</summary>
        internal static bool IsFree(Setting setting) =>
            !TrainedSettings.Contains(setting) && !TrainedSettings.Identity.Contains(setting.Path);
    }

    /// <summary>The run of an arm with this seed.</summary>
    /// <param name="folder">The comparison's folder.</param>
    /// <param name="steps">Steps, a source's included, whose checkpoints are needed.</param>
    public static ArmRun Create(ComparisonArm arm, long seed, string folder, IReadOnlyList<int> steps, string? dataFolder)
    {
        List<Part> parts = [];
        string? from = null;
        if (arm.Source(seed) is { } source)
        {
            parts.Add(new(source, folder, IsSource: true));
            from = parts[0].Path;
        }

        ResolvedExperiment seeded = arm.Seeded(seed, [.. steps.Select(s => s - arm.SourceSteps).Where(s => s > 0)], from);
        if (arm.Config.Data.EachClass)
        {
            var sweep = new ClassSweep(seeded, folder, dataFolder);
            parts.AddRange(sweep.Arms.Select(a => new Part(a.Experiment, sweep.Folder, Label: a.Label)));
        }
        else parts.Add(new(seeded, folder));
        return new(arm, seed, parts);
    }

    /// <summary>The runs that are measured.</summary>
    public IEnumerable<Part> Measured => Parts.Where(part => !part.IsSource);

    /// <summary>What it is called.</summary>
    public string Name => RunFolder.NameOf(Arm.Config with { Training = Arm.Config.Training with { Seed = Seed } });
}
