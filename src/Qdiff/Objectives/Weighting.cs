namespace Qdiff;

/// <summary>
/// The weight of a timestep in the loss, a function of its signal-to-noise ratio and of what the network predicts: a weighting is
/// defined on the error of ε, and ‖Δx₀‖² = ‖Δε‖² / SNR, ‖Δv‖² = ‖Δε‖²·(1 + 1/SNR) carry it over. Finite at SNR 0.
/// </summary>
public sealed class Weighting
{
    readonly Func<double, Prediction, double> weight;

    Weighting(string name, Func<double, Prediction, double> weight) => (Name, this.weight) = (name, weight);

    /// <summary>1 for every timestep, whatever the network predicts.</summary>
    /// <remarks>
    /// For ε, "L_simple" of Ho et al. 2020, arXiv 2006.11239, equation 14. The choice for v with a zero terminal SNR.
    /// </remarks>
    public static Weighting Uniform { get; } = new("uniform", (_, _) => 1);

    /// <summary>The names <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["uniform", "p2", "min-snr"];

    /// <summary>Its name and settings, to print.</summary>
    public string Name { get; }

    /// <summary>
    /// On the error of ε, (k + SNR)^−γ: less weight where little noise hides only details. With k = γ = 1 it is 1 − ᾱ.
    /// </summary>
    /// <remarks>Choi et al. 2022, arXiv 2204.00227.</remarks>
    public static Weighting P2(double gamma = 1, double k = 1)
    {
        if (!(gamma >= 0 && k > 0)) throw new ArgumentException(Invariant(
            $"P2 needs gamma >= 0 and k > 0, got gamma {gamma} and k {k}."));
        return new(
            Invariant($"p2 (gamma {gamma}, k {k})"),
            (snr, prediction) => Math.Pow(k + snr, -gamma) * prediction.EpsilonErrorFactor(snr));
    }

    /// <summary>
    /// min(SNR, γ) on the error of x₀, so min(SNR, γ) / SNR on that of ε and min(SNR, γ) / (SNR + 1) on that of v.
    /// </summary>
    /// <remarks>Hang et al. 2023, arXiv 2303.09556.</remarks>
    public static Weighting MinSnr(double gamma = 5)
    {
        if (!(gamma > 0)) throw new ArgumentException(Invariant($"Min-SNR needs gamma > 0, got {gamma}."), nameof(gamma));
        return new(
            Invariant($"min-snr (gamma {gamma})"),
            (snr, prediction) => (snr <= gamma ? 1 : gamma / snr) * prediction.EpsilonErrorFactor(snr));
    }

    /// <summary>
    /// The weighting of this name with its published settings; an unknown name is refused with the known ones and the nearest.
    /// </summary>
    public static Weighting Named(string name) => KnownNames.IndexOf("weighting", name, Names) switch
    {
        0 => Uniform,
        1 => P2(),
        _ => MinSnr(),
    };

    /// <summary>The factor of the squared error of this prediction at this signal-to-noise ratio.</summary>
    public double Of(double snr, Prediction prediction) => weight(snr, prediction);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
