namespace Qdiff;

/// <summary>
/// DPM-Solver++(2M): second order, no noise, one network call a step, because it extrapolates from the estimate of the step
/// before: x ← (s'/s)·x − a'·(e^(−h) − 1)·D, D = x̂₀ + (x̂₀ − x̂₀ before)·h / (2·h before), h = λ' − λ, a = √ᾱ, s = √(1 − ᾱ).
/// </summary>
/// <remarks>
/// Lu et al. 2022, arXiv 2211.01095, algorithm 2. The first step, and the last, whose h is infinite, are of first order; so is
/// the one after a timestep without any signal, and any whose h is more than twice the one before.
/// </remarks>
public sealed record DpmSolverSampler : Sampler
{
    /// <summary>The sampler with its usual 20 steps.</summary>
    public DpmSolverSampler() => Steps = 20;

    /// <inheritdoc/>
    public override string Name => "dpm++2m";

    /// <inheritdoc/>
    protected override void Step(SamplerStep step)
    {
        Span<float> x0Before = step.Memory();
        if (step.Number == 0) Step(step.Schedule, step.T, step.Next, step.X, step.X0);
        else Step(step.Schedule, step.Table[step.Number - 1], step.T, step.Next, step.X, step.X0, x0Before);
        step.X0.CopyTo(x0Before);
    }

    /// <summary>Whether some step on this table is of first order because the second would extrapolate too far.</summary>
    internal static bool Limits(NoiseSchedule schedule, TimestepTable table) =>
        Enumerable.Range(1, Math.Max(0, table.Count - 2)).Any(i => Ahead(schedule, table[i - 1], table[i], table[i + 1]) > 1);

    /// <summary>The first step: first order, the same as DDIM.</summary>
    /// <exception cref="ArgumentException">The tiles have not one length.</exception>
    public static void Step(NoiseSchedule schedule, int t, int next, Span<float> x, ReadOnlySpan<float> x0) =>
        Step(schedule, t, t, next, x, x0, x0);

    /// <summary>
    /// A step of <paramref name="x"/> from <paramref name="t"/> to <paramref name="next"/>, after one from
    /// <paramref name="before"/> to <paramref name="t"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The tiles have not one length.</exception>
    public static void Step(
        NoiseSchedule schedule, int before, int t, int next, Span<float> x, ReadOnlySpan<float> x0, ReadOnlySpan<float> x0Before)
    {
        Tile.Require(x, nameof(x));
        Tile.Require(x0, nameof(x0), x.Length);
        Tile.Require(x0Before, nameof(x0Before), x.Length);
        double shrink = schedule.NoiseScale(next) / schedule.NoiseScale(t);
        // a'·e^(−h) = a·s'/s, which is finite at both ends of the schedule.
        double ofD = schedule.SignalScale(next) - schedule.SignalScale(t) * shrink;
        double extrapolate = next == NoiseSchedule.Clean || before == t ? 0 : Ahead(schedule, before, t, next);
        // D is the estimate half a step ahead, on the line through the last two: farther ahead than they lie apart it is a guess.
        // So is the step down to timestep 0 of a coarse table, where λ leaps (2.17 from 53 to 0, cosine, 20 steps uniform).
        if (extrapolate > 1) extrapolate = 0;
        Tile.Combine(shrink, x, ofD * (1 + extrapolate), x0, x);
        if (extrapolate != 0) Tile.Combine(1, x, -ofD * extrapolate, x0Before, x);
    }

    /// <summary>How far ahead of the last estimate half a step is, the distance between the last two being 1.</summary>
    static double Ahead(NoiseSchedule schedule, int before, int t, int next) =>
        (schedule.Lambda(next) - schedule.Lambda(t)) / (2 * (schedule.Lambda(t) - schedule.Lambda(before)));
}
