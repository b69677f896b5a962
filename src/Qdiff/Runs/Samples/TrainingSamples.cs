using System.Globalization;
using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The samples of a run in training: sheets, and the frames of its animation.</summary>
sealed class TrainingSamples
{
    readonly RunFolder folder;
    readonly TrainingState state;
    readonly SamplingConfig sampling;
    readonly SampleGenerator generator;
    readonly ClassChoice classes;
    readonly ProgressFrames frames;
    readonly EventFile? events;
    readonly ProcessGroup processes;
    int drawn;

    /// <summary>Prepares to draw with <paramref name="workers"/>, which the training shares.</summary>
    /// <param name="averageOffset">How many steps the running average counts besides its own.</param>
    /// <param name="events">Where samples are shown too; null in a process that only helps to draw them.</param>
    public TrainingSamples(RunFolder folder, TrainingState state, Objective objective, int images, long averageOffset,
        TileWorkers workers, EventFile? events, ProcessGroup processes)
    {
        ExperimentConfig config = folder.Experiment.Config;
        (this.folder, this.state, this.events, this.processes, sampling) =
            (folder, state, events, processes, config.Sampling);
        Plan = new(config, images, averageOffset);
        generator = new(state.Network, objective.Schedule, objective.Prediction, Plan.Sampler)
        {
            Workers = workers,
            Processes = processes,
            Guidance = sampling.ToGuidance(),
            Device = folder.Experiment.Catalog.Device,
        };
        classes = ClassChoice.Create(state.Network, folder.Manifest.Data, []);
        frames = new(folder);
    }

    /// <summary>Which steps have samples.</summary>
    public SamplePlan Plan { get; }

    /// <summary>Draws the samples of the present step.</summary>
    /// <param name="missing">Only those that are not there.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; what is drawn is whole.</exception>
    /// <returns>How many passes of one sample through the network that took.</returns>
    public long Draw(bool missing = false, CancellationToken cancellationToken = default)
    {
        drawn = 0;
        if (Plan.HasSheet(state.Step)) Sheets(missing, cancellationToken);
        // The same noise in each frame, so that what moves is the training.
        if (Plan.HasFrame(state.Step) && !(missing && processes.FromFirst(() => frames.Has(state.Step))))
        {
            Raster frame = Sheet(Plan.AverageIsYoung(state.Step) ? state.Weights : state.Average, SamplePlan.FrameSamples,
                cancellationToken);
            processes.Together(() =>
            {
                if (processes.IsFirst) frames.Add(state.Step, frame);
            });
        }

        return Plan.PassesOf(drawn);
    }

    /// <summary>Writes the animation of the frames so far.</summary>
    public void SaveFilm()
    {
        if (processes.IsFirst) frames.Save(state.Step);
    }

    /// <summary>A sheet of the average's samples; while the average still holds much of its beginnings, one of the raw weights
    /// too.</summary>
    void Sheets(bool missing, CancellationToken cancellationToken)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"step-{state.Step:000000}");
        Draw(state.Average, name + ".png", "samples/average");
        if (Plan.AverageIsYoung(state.Step)) Draw(state.Weights, name + "-raw.png", "samples/raw");

        void Draw(Weights weights, string file, string tag)
        {
            if (missing && processes.FromFirst(() => File.Exists(Path.Combine(folder.PathOf("samples"), file)))) return;
            Raster raster = Sheet(weights, Plan.Sheet, cancellationToken);
            processes.Together(() =>
            {
                if (processes.IsFirst) Save(raster, file, tag);
            });
        }

        void Save(Raster raster, string file, string tag)
        {
            Png.Save(raster, Path.Combine(folder.Samples, file), new("Software", "Qdiff"), new("Description",
                FormattableString.Invariant($"seed {sampling.Seed}, samples from 0, step {state.Step}, ")
                    + FormattableString.Invariant($"{Plan.Sampler.Name} {Plan.Sampler.Steps}")));
            events?.Image(tag, state.Step, raster);
        }
    }

    /// <summary>Samples from the run's sampling seed; of a conditional network whole rounds of its classes.</summary>
    Raster Sheet(Weights weights, int count, CancellationToken cancellationToken)
    {
        int kinds = Math.Max(1, classes.Labels.Count);
        if (count > kinds) count -= count % kinds;
        drawn += count;
        float[] samples =
            generator.Generate(weights, sampling.Seed, count, labels: classes.Of, cancellationToken: cancellationToken);
        return SampleSheet.Draw(state.Network.Image, samples, classes);
    }
}
