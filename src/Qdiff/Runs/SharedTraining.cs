using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What processes that train one run together make sure of before the first step.</summary>
static class SharedTraining
{
    /// <summary>Settings that may differ: where the data are on each machine, and how many threads it has.</summary>
    static readonly string[] s_free = ["data.folder", "training.threads"];

    /// <summary>Refuses processes of different programs, configurations or images, and more processes than images of a
    /// batch.</summary>
    /// <exception cref="InputException">They differ; thrown in all processes.</exception>
    public static void RequireSame(this ProcessGroup processes, ResolvedExperiment experiment, ImageSet images)
    {
        if (processes.Size == 1) return;
        processes.RequireSameProgram();
        processes.RequireEqual("configurations", string.Join('\n', experiment.Settings.All
            .Where(setting => !s_free.Contains(setting.Path))
            .Select(setting => $"{setting.Path}={setting.Key(experiment.Config)}")));
        processes.RequireEqual("images", images.Hash);
        int batch = experiment.Config.Training.Batch;
        if (batch < processes.Size)
            throw new InputException(Invariant(
                $"training.batch is {batch}, but {processes.Size} processes were started: each takes at least one image of a ")
                + Invariant($"batch, better {Tensor.Samples}. Start at most {TileWorkers.TilesOf(batch)}."));
    }

    /// <summary>Refuses processes that run different builds.</summary>
    /// <exception cref="InputException">They do; thrown in all.</exception>
    public static void RequireSameProgram(this ProcessGroup processes)
    {
        if (processes.Size == 1) return;
        processes.RequireEqual("versions of the program", string.Join(' ',
            ((Type[])[typeof(SharedTraining), typeof(Tensor), typeof(Quantum.Circuit)]).Select(type =>
                $"{type.Assembly.GetName().Version} {type.Assembly.ManifestModule.ModuleVersionId}")));
        processes.RequireEqual("arithmetic (processors of two kinds would give other bits than one kind)",
            Arithmetic.Here.Fingerprint ?? "");
    }

    /// <summary>Gives all processes the first one's state.</summary>
    /// <param name="sourceSteps">The steps of a transfer's source, as the first knows them.</param>
    /// <returns>The same for all.</returns>
    public static long HandOver(this ProcessGroup processes, TrainingState state, long sourceSteps)
    {
        Span<long> numbers = [state.Step, sourceSteps];
        processes.FromFirst(numbers);
        processes.FromFirst(state.Weights.Values);
        processes.FromFirst(state.Average.Values);
        processes.FromFirst<float>(state.FirstMoment);
        processes.FromFirst<float>(state.SecondMoment);
        if (!processes.IsFirst)
        {
            state.Weights.Refresh();
            state.Average.Refresh();
        }

        state.Step = numbers[0];
        return numbers[1];
    }
}
