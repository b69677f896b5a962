namespace Qdiff;

/// <summary>
/// On the error of ε, (k + SNR)^−γ: less weight where little noise hides only details. With k = γ = 1 it is 1 − ᾱ.
/// </summary>
/// <remarks>Choi et al. 2022, arXiv 2204.00227.</remarks>
public sealed record P2Weighting : Weighting
{
    static readonly PartSetting<Weighting>[] s_settings =
    [
        PartSetting<Weighting>.Create<P2Weighting>("gamma", "γ", w => w.Gamma, (w, gamma) => w with { Gamma = gamma }, min: 0),
        PartSetting<Weighting>.Create<P2Weighting>("k", "k", w => w.K, (w, k) => w with { K = k }, above: 0),
    ];

    /// <inheritdoc/>
    public override string Name => "p2";

    /// <summary>γ, at least 0.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>k, above 0.</summary>
    public double K { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<PartSetting<Weighting>> Settings => s_settings;

    /// <inheritdoc/>
    public override double At(double snr, Prediction prediction) =>
        Math.Pow(K + snr, -Gamma) * prediction.EpsilonErrorFactor(snr);
}
