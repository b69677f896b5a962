using System.Runtime.Intrinsics;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// What training minimises: the weighted error of a prediction, on a noise schedule; the squared error, unless a derived
/// objective has another. Works on tiles.
/// </summary>
/// <remarks>Ho et al. 2020, arXiv 2006.11239, algorithm 1 and equation 14.</remarks>
public class Objective
{
    readonly float[] signal, noise, targetX0, targetEpsilon, weight;

    /// <summary>Prepares the coefficients of every timestep.</summary>
    /// <exception cref="InputException">The weighting gives a timestep a weight that is no finite number, or below 0.</exception>
    public Objective(NoiseSchedule schedule, Prediction prediction, Weighting weighting)
    {
        (Schedule, Prediction, Weighting) = (schedule, prediction, weighting);
        int steps = schedule.Steps;
        (signal, noise, weight) = (new float[steps], new float[steps], new float[steps]);
        (targetX0, targetEpsilon) = (new float[steps], new float[steps]);
        for (int t = 0; t < steps; t++)
        {
            (double x0, double epsilon) = prediction.Target(schedule.AlphaBar[t]);
            (signal[t], noise[t]) = ((float)schedule.SignalScale(t), (float)schedule.NoiseScale(t));
            (targetX0[t], targetEpsilon[t]) = ((float)x0, (float)epsilon);
            weight[t] = (float)weighting.At(schedule.Snr(t), prediction);
            if (!(float.IsFinite(weight[t]) && weight[t] >= 0))
                throw new InputException($"The weighting {weighting} gives timestep {t} a weight that is no finite number, or "
                    + "below 0. Choose other numbers for it, or set diffusion.weighting to uniform.");
        }
    }

    /// <summary>How much noise each timestep has.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>What the network is asked for.</summary>
    public Prediction Prediction { get; }

    /// <summary>How much each timestep counts.</summary>
    public Weighting Weighting { get; }

    /// <summary>The weight of each timestep.</summary>
    public ReadOnlySpan<float> TimestepWeights => weight;

    /// <summary>
    /// From images and their own timesteps and noise: what the network sees, what it should answer, and how much each sample
    /// counts (16 weights). With fewer than 16 <paramref name="timesteps"/> the remaining samples are idle: all their numbers are
    /// 0.
    /// </summary>
    public virtual void FillTraining(
        ReadOnlySpan<float> x0, ReadOnlySpan<int> timesteps, ReadOnlySpan<float> epsilon,
        Span<float> xt, Span<float> target, Span<float> weights)
    {
        Tile.Require(x0, nameof(x0));
        Tile.Require(epsilon, nameof(epsilon), x0.Length);
        Tile.Require(xt, nameof(xt), x0.Length);
        Tile.Require(target, nameof(target), x0.Length);
        if (timesteps.Length > Tensor.Samples)
            throw new ArgumentException(
                $"A tile has at most {Tensor.Samples} samples, got {timesteps.Length} timesteps.", nameof(timesteps));
        RequireOneASample(weights);
        foreach (int t in timesteps)
            if ((uint)t >= (uint)Schedule.Steps)
                throw new ArgumentException($"The schedule has timesteps 0 to {Schedule.Steps - 1}, got {t}.", nameof(timesteps));

        Gather(weight, timesteps).CopyTo(weights);
        // The target first: xt may be the memory of x0.
        Tile.Combine(Gather(targetX0, timesteps), x0, Gather(targetEpsilon, timesteps), epsilon, target);
        Tile.Combine(Gather(signal, timesteps), x0, Gather(noise, timesteps), epsilon, xt);
    }

    /// <summary>
    /// The error of each sample before it is weighted, as one number a sample: the mean of (output − target)² over its elements.
    /// </summary>
    public virtual Tensor Error(Tensor output, Tensor target) => Operation.SquaredError(output, target);

    static void RequireOneASample(ReadOnlySpan<float> weights)
    {
        if (weights.Length != Tensor.Samples)
            throw new ArgumentException(
                $"A tile has {Tensor.Samples} weights, one a sample, got {weights.Length}.", nameof(weights));
    }

    static Vector512<float> Gather(float[] table, ReadOnlySpan<int> timesteps)
    {
        Span<float> each = stackalloc float[Tensor.Samples];
        each.Clear();
        for (int s = 0; s < timesteps.Length; s++) each[s] = table[timesteps[s]];
        return Vector512.Create<float>(each);
    }
}
