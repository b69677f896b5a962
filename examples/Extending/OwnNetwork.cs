using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Examples;

/// <summary>
/// A network of one's own. <c>OwnNetwork run FOLDER</c> trains it in a run folder, and goes on where it was interrupted. Other
/// arguments are the tool's, which knows the network too: <c>audit FOLDER</c>, <c>compare own.yaml unet.yaml</c>.
/// </summary>
static class OwnNetwork
{
    /// <summary>Two convolutions; the timestep is added between them as one learned row a channel.</summary>
    sealed class TwoConvolutions : Network
    {
        readonly ConvolutionLayer first, last;
        readonly DenseLayer time;

        public TwoConvolutions() => (first, time, last) = (new(Parameters, "first", 1, 8, 3, padding: 1),
            new(Parameters, "time", 16, 8), new(Parameters, "last", 8, 1, 3, padding: 1));

        public override Shape Image => [1, 28, 28];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            Tensor when = time.Apply(Operation.SinusoidalEmbedding(xt.Workspace, timesteps, 16));
            return last.Apply(Operation.Silu(Operation.AddChannels(first.Apply(xt), when)));
        }
    }

    public static int Main(string[] args)
    {
        if (args is not ["run", string folder])   // a run of objects calls its network by its type, its images "given"
            return QdiffTool.Run(args, Papers.Catalog with
            {
                Networks = [.. Papers.Catalog.Networks, NamedNetwork.Create(nameof(TwoConvolutions), new TwoConvolutions())],
                DataSets = [.. Papers.Catalog.DataSets,
                    new("given", "", "", [Split.Train], (_, _) => FashionMnist.LoadBuiltIn())],
            });

        using var interruption = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, interruption.CancelAsync());
        using TrainingRun run = TrainingRun.OpenOrCreate(folder, new TwoConvolutions(), FashionMnist.LoadBuiltIn(),
            new(NoiseSchedule.Cosine(), Prediction.V, Weighting.MinSnr()),
            new() { Steps = 200, Seed = 42, Batch = 32, SampleEvery = 0, FrameEvery = 0 });
        try
        {
            foreach (TrainingStep step in run.Steps(interruption.Token)) Console.WriteLine(step);
            Console.WriteLine(run.Audited().ToText());
            ImageGrid.Save(run.Sampler("dpm++2m").GenerateImages(seed: 7, count: 16), run.Folder.PathOf("digits.png"));
        }
        catch (OperationCanceledException)
        {
            run.Save();
        }

        return 0;
    }
}
