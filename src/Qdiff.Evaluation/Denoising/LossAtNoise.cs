namespace Qdiff.Evaluation;

/// <summary>The denoising loss in a part of the schedule.</summary>
/// <param name="LambdaFrom">λ of its noisiest timestep; −∞ where that is noise alone. See <see cref="NoiseSchedule.Lambda"/>:
/// half of the logarithm of the signal-to-noise ratio.</param>
/// <param name="LambdaTo">λ of its least noisy timestep.</param>
/// <param name="Count">How many pairs of image and timestep fell into it.</param>
/// <param name="Mean">Their mean loss.</param>
/// <param name="Interval">Its 95 % interval by Student's t over these pairs; null of a single one.</param>
public sealed record LossAtNoise(double LambdaFrom, double LambdaTo, int Count, double Mean, Interval? Interval)
{
    /// <summary>That of part number <paramref name="part"/>; null if no timestep fell into it.</summary>
    internal static LossAtNoise? Of(int part, double[] losses, int[] timesteps, NoiseSchedule schedule)
    {
        int parts = Math.Min(DenoisingLoss.Parts, schedule.Steps), first = First(part), end = First(part + 1);
        double[] own = [.. losses.Where((_, draw) => timesteps[draw] >= first && timesteps[draw] < end)];
        return own.Length == 0 ? null : new(schedule.Lambda(end - 1), schedule.Lambda(first), own.Length, own.Average(),
            own.Length < 2 ? null : Qdiff.Evaluation.Interval.OfMean(own));

        int First(int of) => (int)((long)of * schedule.Steps / parts);
    }
}
