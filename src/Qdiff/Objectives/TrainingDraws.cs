using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The timesteps and noise of a training step: pure functions of (seed, step, place of the sample in the batch), so that nothing
/// has to be saved to resume exactly, and the cut of a batch into tiles or threads changes nothing.
/// </summary>
public static class TrainingDraws
{
    /// <summary>
    /// Draws a timestep 0 … <paramref name="steps"/> − 1, uniformly, for each sample from <paramref name="firstSample"/> on.
    /// </summary>
    public static void FillTimesteps(int steps, long seed, long step, int firstSample, Span<int> timesteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        for (int s = 0; s < timesteps.Length; s++)
            timesteps[s] = new RandomStream(seed, "training timestep", step, firstSample + s).Next(steps);
    }

    /// <summary>Replaces each label by <paramref name="nullLabel"/> with the given probability.</summary>
    /// <remarks>Ho and Salimans 2022, arXiv 2207.12598, algorithm 1.</remarks>
    public static void DropLabels(double probability, int nullLabel, long seed, long step, int firstSample, Span<int> labels)
    {
        for (int s = 0; s < labels.Length; s++)
            if (new RandomStream(seed, "label dropout", step, firstSample + s).NextDouble() < probability) labels[s] = nullLabel;
    }

    /// <summary>
    /// Draws ε ~ N(0, I) for samples <paramref name="firstSample"/> … + <paramref name="samples"/> − 1 of the batch into a tile;
    /// idle samples get 0.
    /// </summary>
    public static void FillNoise(long seed, long step, int firstSample, int samples, Span<float> noise)
    {
        Tile.Require(noise, nameof(noise));
        if (samples is < 0 or > Tensor.Samples)
            throw new ArgumentOutOfRangeException(
                nameof(samples), samples, $"A tile holds 0 to {Tensor.Samples} samples, got {samples}.");
        if (samples < Tensor.Samples) noise.Clear();
        for (int s = 0; s < samples; s++)
            Tile.FillNormal(new RandomStream(seed, "training noise", step, firstSample + s), noise, s);
    }
}
