namespace Qdiff;

/// <summary>
/// How much noise each timestep t = 0 … <see cref="Steps"/> − 1 has: x_t = √ᾱ_t·x₀ + √(1 − ᾱ_t)·ε with ᾱ_t = ∏ α_s, α_s = 1 −
/// β_s. All in double; samplers and objectives round their coefficients once.
/// </summary>
/// <remarks>
/// Ho, Jain and Abbeel 2020, arXiv 2006.11239, equations 2 and 4; t counts from 0 here and from 1 in the paper.
/// </remarks>
public sealed partial class NoiseSchedule
{
    /// <summary>The "timestep" below 0: no noise at all, ᾱ = 1. The last step of every sampler leads here.</summary>
    public const int Clean = -1;

    readonly double[] beta, alphaBar;

    /// <summary>
    /// The schedule with these β_t: each above 0 and below 1, except the last, which may be 1 (a zero terminal SNR).
    /// </summary>
    public NoiseSchedule(params ReadOnlySpan<double> betas)
    {
        if (betas.IsEmpty) throw new ArgumentException("A noise schedule needs at least 1 step, got 0.", nameof(betas));
        beta = betas.ToArray();
        alphaBar = new double[beta.Length];
        double product = 1;
        for (int t = 0; t < beta.Length; t++)
        {
            // Above 2⁻⁵³, or 1 − β is 1 and the step adds no noise.
            if (!(beta[t] > 1e-15 && (beta[t] < 1 || beta[t] == 1 && t == beta.Length - 1)))
                throw new ArgumentException(
                    Invariant($"Betas must be above 1e-15 and below 1 (the last may be 1), got {beta[t]} at timestep {t} of ")
                        + $"{beta.Length}.",
                    nameof(betas));
            alphaBar[t] = product *= 1 - beta[t];
        }

        if (beta.Length > 1 && alphaBar[^2] < 1e-300)
            throw new ArgumentException(
                Invariant(
                    $"These {beta.Length} betas leave no signal before the last (alphaBar {alphaBar[^2]}); use smaller ones."),
                nameof(betas));
    }

    /// <summary>The number of timesteps T.</summary>
    public int Steps => beta.Length;

    /// <summary>β_t: the share of variance that step t replaces by noise.</summary>
    public ReadOnlySpan<double> Beta => beta;

    /// <summary>ᾱ_t: the share of the signal's variance left at t. It falls strictly; only the last may be 0.</summary>
    public ReadOnlySpan<double> AlphaBar => alphaBar;

    /// <summary>ᾱ_t, where t may also be <see cref="Clean"/>.</summary>
    public double AlphaBarAt(int t) => t == Clean ? 1 : alphaBar[Checked(t)];

    /// <summary>√ᾱ_t, the factor of x₀ in x_t.</summary>
    public double SignalScale(int t) => Math.Sqrt(AlphaBarAt(t));

    /// <summary>√(1 − ᾱ_t), the factor of ε in x_t.</summary>
    public double NoiseScale(int t) => Math.Sqrt(1 - AlphaBarAt(t));

    /// <summary>The signal-to-noise ratio ᾱ_t / (1 − ᾱ_t).</summary>
    public double Snr(int t) => AlphaBarAt(t) / (1 - AlphaBarAt(t));

    /// <summary>λ_t = ½·ln SNR = ln(√ᾱ_t / √(1 − ᾱ_t)); +∞ at <see cref="Clean"/>, −∞ where ᾱ is 0.</summary>
    /// <remarks>Lu et al. 2022, arXiv 2211.01095. Kingma's log-SNR is 2·λ.</remarks>
    public double Lambda(int t) => 0.5 * Math.Log(Snr(t));

    /// <summary>
    /// σ_t = √(1 − ᾱ_t) / √ᾱ_t: the noise beside an unscaled signal; 0 at <see cref="Clean"/>, +∞ where ᾱ is 0.
    /// </summary>
    /// <remarks>Karras et al. 2022, arXiv 2206.00364, table 1.</remarks>
    public double Sigma(int t) => NoiseScale(t) / SignalScale(t);

    /// <summary>φ_t = arctan σ_t, from 0 (clean) to π/2 (all noise): x_t = cos φ·x₀ + sin φ·ε. Finite everywhere.</summary>
    /// <remarks>Salimans and Ho 2022, arXiv 2202.00512, appendix D.</remarks>
    public double Phase(int t) => Math.Atan2(NoiseScale(t), SignalScale(t));

    /// <summary>
    /// q(x_previous | x_t, x₀), a Gaussian: its mean is <c>X0</c>·x₀ + <c>Xt</c>·x_t. <paramref name="previous"/> is any less
    /// noisy timestep or <see cref="Clean"/>, where the mean is x₀ and the variance 0.
    /// </summary>
    /// <remarks>
    /// Ho et al. 2020, equations 6 and 7, with the step's own α = ᾱ_t / ᾱ_previous, so that tables may leave steps out.
    /// </remarks>
    public (double X0, double Xt, double Variance) Posterior(int t, int previous)
    {
        if (previous >= t)
            throw new ArgumentException(
                $"A step goes to less noise: from timestep {t} it cannot go to {previous}.", nameof(previous));
        double alphaBarT = alphaBar[Checked(t)], alphaBarPrevious = AlphaBarAt(previous);
        double alpha = alphaBarT / alphaBarPrevious, betaT = 1 - alpha;
        return (
            Math.Sqrt(alphaBarPrevious) * betaT / (1 - alphaBarT),
            Math.Sqrt(alpha) * (1 - alphaBarPrevious) / (1 - alphaBarT),
            betaT * (1 - alphaBarPrevious) / (1 - alphaBarT));
    }

    /// <summary>
    /// The same schedule, stretched so that the last timestep is pure noise: ᾱ_{T−1} = 0, ᾱ₀ unchanged. Predict v or x₀ with it.
    /// </summary>
    /// <remarks>Lin et al. 2023, arXiv 2305.08891, algorithm 1.</remarks>
    public NoiseSchedule RescaledToZeroTerminalSnr()
    {
        if (Steps < 2)
            throw new InvalidOperationException($"A zero terminal SNR needs at least 2 timesteps, this schedule has {Steps}.");
        double first = Math.Sqrt(alphaBar[0]), last = Math.Sqrt(alphaBar[^1]);
        var betas = new double[Steps];
        double before = 1;
        for (int t = 0; t < Steps; t++)
        {
            double root = (Math.Sqrt(alphaBar[t]) - last) * first / (first - last);
            betas[t] = 1 - root * root / before;
            before = root * root;
        }

        betas[0] = beta[0];
        return new(betas);
    }

    int Checked(int t) => (uint)t < (uint)Steps
        ? t
        : throw new ArgumentOutOfRangeException(nameof(t), t, $"The schedule has timesteps 0 to {Steps - 1}, got {t}.");
}
