using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A network with its weights that predicts for one tile of noisy images, all at the same timestep; on the processors, or on a
/// device. Safe to share.
/// </summary>
sealed class TilePrediction(Network network, Weights weights, DeviceNetwork? there = null)
{
    /// <summary>One call of the network.</summary>
    /// <param name="space">Where the processors compute; it is reset.</param>
    /// <param name="labels">Of each sample, for a conditional network; else empty.</param>
    /// <param name="members">The tile's samples that are not idle.</param>
    public void Predict(Workspace space, ReadOnlySpan<float> xt, int timestep, ReadOnlySpan<int> labels, int members,
        Span<float> output)
    {
        Span<int> timesteps = stackalloc int[members];
        timesteps.Fill(timestep);
        if (there is not null)
        {
            there.Predict(xt, timesteps, labels, output);
            if (network.Circuits.Count > 0) DeviceNetwork.RequireFinite(output, members);
            return;
        }

        space.Reset(weights);
        Tensor x = space.Input(network.Image);
        xt.CopyTo(x.Values);
        network.Predict(x, timesteps, labels).Values.CopyTo(output);
    }
}
