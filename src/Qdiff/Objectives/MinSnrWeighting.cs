namespace Qdiff;

/// <summary>
/// min(SNR, γ) on the error of x₀, so min(SNR, γ) / SNR on that of ε and min(SNR, γ) / (SNR + 1) on that of v.
/// </summary>
/// <remarks>Hang et al. 2023, arXiv 2303.09556.</remarks>
public sealed record MinSnrWeighting : Weighting
{
    static readonly PartSetting<Weighting>[] s_settings =
    [
        PartSetting<Weighting>.Create<MinSnrWeighting>("gamma", "γ", w => w.Gamma, (w, gamma) =>
            w with { Gamma = gamma }, above: 0),
    ];

    /// <inheritdoc/>
    public override string Name => "min-snr";

    /// <summary>γ, above 0.</summary>
    public double Gamma { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<PartSetting<Weighting>> Settings => s_settings;

    /// <inheritdoc/>
    public override double At(double snr, Prediction prediction) =>
        (snr <= Gamma ? 1 : Gamma / snr) * prediction.EpsilonErrorFactor(snr);
}
