using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Whether any timestep at all makes a difference, by single-precision passes without gradients.</summary>
static class InputSweep
{
    /// <summary>A timestep whose output is not bit for bit that of the first one, for the same image; null if there is
    /// none.</summary>
    public static int? TimestepThatMatters(Network network, AuditDraws draws, CancellationToken cancellationToken)
    {
        Weights weights = draws.Weights(AuditDraws.FirstRaised);
        var image = new float[network.Image.Count];
        new RandomStream(draws.Seed, "audit picture", AuditDraws.FirstRaised, 0).FillNormal(image);
        var space = new Workspace(weights);
        float[]? expected = null;
        foreach (AuditView view in draws.EveryTimestep())
        {
            cancellationToken.ThrowIfCancellationRequested();
            space.Reset(weights);
            Tensor x = space.Input(network.Image);
            for (int s = 0; s < Tensor.Samples; s++) x.SetSample(s, image);
            Tensor y = network.Predict(x, view.Timesteps, network.Labels == 0 ? default : new int[Tensor.Samples]);
            for (int s = 0; s < Tensor.Samples; s++)
            {
                var output = new float[y.Count];
                y.GetSample(s, output);
                expected ??= output;
                if (!output.AsSpan().SequenceEqual(expected)) return view.Timesteps[s];
            }
        }

        return null;
    }
}
