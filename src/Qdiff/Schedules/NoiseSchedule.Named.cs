namespace Qdiff;

public sealed partial class NoiseSchedule
{
    /// <summary>
    /// β_t = clip(1 − f(t + 1) / f(t), <paramref name="minBeta"/>, <paramref name="maxBeta"/>) with
    /// f(t) = cos²((t/T + s) / (1 + s) · π/2), s = <paramref name="offset"/>. The quantum-attention system has
    /// <paramref name="minBeta"/> = 1e-4 (<c>cosine-floored</c>).
    /// </summary>
    /// <remarks>Nichol and Dhariwal 2021, arXiv 2102.09672, equation 17.</remarks>
    public static NoiseSchedule Cosine(int steps = 1000, double offset = 0.008, double minBeta = 0, double maxBeta = 0.999)
    {
        return FromAlphaBar(F, steps, minBeta, maxBeta);
        double F(double u) => Math.Pow(Math.Cos((u + offset) / (1 + offset) * Math.PI / 2), 2);
    }

    /// <summary>
    /// β_t evenly from <paramref name="first"/> to <paramref name="last"/>, both meant for 1000 steps: with other numbers of
    /// steps they are scaled by 1000 / <paramref name="steps"/> (and kept below 0.999), so that the last timestep is noise all
    /// the same.
    /// </summary>
    /// <remarks>Ho et al. 2020, arXiv 2006.11239, section 4; the scaling is that of Nichol and Dhariwal 2021.</remarks>
    public static NoiseSchedule Linear(int steps = 1000, double first = 1e-4, double last = 0.02)
    {
        var betas = new double[CheckedSteps(steps)];
        for (int t = 0; t < steps; t++)
            betas[t] = Math.Min(1000.0 / steps * (first + (last - first) * (steps == 1 ? 1 : t / (steps - 1.0))), 0.999);
        return new(betas);
    }

    /// <summary>
    /// ᾱ(u) falls as a sigmoid of u = t/T between <paramref name="start"/> and <paramref name="end"/>, steeper for smaller
    /// <paramref name="tau"/>.
    /// </summary>
    /// <remarks>Jabri, Fleet and Chen 2022, arXiv 2212.11972; this form: Chen 2023, arXiv 2301.10972, algorithm 1.</remarks>
    public static NoiseSchedule Sigmoid(int steps = 1000, double start = -3, double end = 3, double tau = 1)
    {
        if (!(end > start && tau > 0))
            throw new ArgumentException(Invariant(
                $"The sigmoid needs end > start and tau > 0, got start {start}, end {end}, tau {tau}."));
        double low = Logistic(start / tau), high = Logistic(end / tau);
        return FromAlphaBar(u => (high - Logistic((start + u * (end - start)) / tau)) / (high - low), steps, 0, 0.999);

        static double Logistic(double z) => 1 / (1 + Math.Exp(-z));
    }

    static NoiseSchedule FromAlphaBar(Func<double, double> alphaBar, int steps, double minBeta, double maxBeta)
    {
        if (!(minBeta >= 0 && minBeta <= maxBeta && maxBeta < 1))
            throw new ArgumentException(Invariant(
                $"Betas are kept within 0 <= minBeta <= maxBeta < 1, got {minBeta} and {maxBeta}."));
        var betas = new double[CheckedSteps(steps)];
        for (int t = 0; t < steps; t++)
            betas[t] = Math.Clamp(1 - alphaBar((t + 1.0) / steps) / alphaBar((double)t / steps), minBeta, maxBeta);
        return new(betas);
    }

    static int CheckedSteps(int steps) => steps is >= 1 and <= 1_000_000
        ? steps
        : throw new ArgumentOutOfRangeException(nameof(steps), steps, $"A noise schedule has 1 to 1000000 steps, got {steps}.");
}
