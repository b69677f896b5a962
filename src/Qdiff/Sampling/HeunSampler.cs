namespace Qdiff;

/// <summary>
/// Second order, no noise, two network calls a step: a DDIM step to x', then half the difference between the slope found there
/// and the slope that the DDIM step assumed there. The last step is DDIM's alone.
/// </summary>
/// <remarks>
/// Heun's method as in Karras et al. 2022, arXiv 2206.00364, algorithm 1, but on the ODE dx/dφ = v, v = cos φ·ε̂ − sin φ·x̂₀, in
/// the angle φ = arctan σ (Salimans and Ho 2022, arXiv 2202.00512, appendix D): σ is 20,291 and more at the noisy end of these
/// schedules, where the trapezoid rule in σ fails, and infinite at a zero terminal SNR; φ ends at π/2.
/// </remarks>
public sealed record HeunSampler : Sampler
{
    /// <summary>
    /// The sampler with its usual 25 steps. It is of second order only if the table goes down to timestep 0, where σ is small.
    /// </summary>
    public HeunSampler() => (Steps, Spacing) = (25, TimestepSpacing.Uniform);

    /// <inheritdoc/>
    public override string Name => "heun";

    /// <inheritdoc/>
    public override int CallsPerStep => 2;

    /// <inheritdoc/>
    protected override void Step(SamplerStep step)
    {
        DdimSampler.Step(step.Schedule, step.T, step.Next, eta: 0, step.X, step.X0, step.Epsilon, noise: []);
        if (step.IsLast) return;

        SamplerStep.Estimates next = step.EstimateAgain(step.Next);
        Correct(step.Schedule, step.T, step.Next, step.X, step.X0, step.Epsilon, next.X0, next.Epsilon);
    }

    /// <summary>
    /// x ← x + ½·(φ' − φ)·(v' − v), both slopes at x' and φ': v' from the estimates made there, v from those that the DDIM step
    /// carried along. Where the estimates agree, the DDIM step was exact.
    /// </summary>
    /// <exception cref="ArgumentException">The tiles have not one length.</exception>
    public static void Correct(
        NoiseSchedule schedule, int t, int next, Span<float> x,
        ReadOnlySpan<float> x0, ReadOnlySpan<float> epsilon, ReadOnlySpan<float> x0Next, ReadOnlySpan<float> epsilonNext)
    {
        Tile.Require(x, nameof(x));
        Tile.Require(x0, nameof(x0), x.Length);
        Tile.Require(epsilon, nameof(epsilon), x.Length);
        Tile.Require(x0Next, nameof(x0Next), x.Length);
        Tile.Require(epsilonNext, nameof(epsilonNext), x.Length);
        double half = (schedule.Phase(next) - schedule.Phase(t)) / 2;
        double ofX0 = -half * schedule.NoiseScale(next), ofEpsilon = half * schedule.SignalScale(next);
        Tile.Combine(1, x, ofX0, x0Next, x);
        Tile.Combine(1, x, -ofX0, x0, x);
        Tile.Combine(1, x, ofEpsilon, epsilonNext, x);
        Tile.Combine(1, x, -ofEpsilon, epsilon, x);
    }
}
