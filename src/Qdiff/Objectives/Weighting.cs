namespace Qdiff;

/// <summary>
/// The weight of a timestep in the loss, a function of its signal-to-noise ratio and of what the network predicts: a weighting is
/// defined on the error of ε, and ‖Δx₀‖² = ‖Δε‖² / SNR, ‖Δv‖² = ‖Δε‖²·(1 + 1/SNR) carry it over. Finite at SNR 0.
/// </summary>
public abstract record Weighting : IConfigurable<Weighting>
{
    /// <summary>1 for every timestep, whatever the network predicts.</summary>
    /// <remarks>
    /// For ε, "L_simple" of Ho et al. 2020, arXiv 2006.11239, equation 14. The choice for v with a zero terminal SNR.
    /// </remarks>
    public static Weighting Uniform { get; } = Create("uniform", (_, _) => 1);

    /// <summary>What configurations call it.</summary>
    public abstract string Name { get; }

    static string IPart.Kind => "weighting";

    /// <summary>The settings that this weighting alone has.</summary>
    public virtual IReadOnlyList<PartSetting<Weighting>> Settings => [];

    /// <summary>A weighting of one's own, from its factor of the squared error of ε at each signal-to-noise ratio.</summary>
    public static Weighting Create(string name, Func<double, double> ofEpsilon) =>
        Create(name, (snr, prediction) => ofEpsilon(snr) * prediction.EpsilonErrorFactor(snr));

    /// <summary>The same from its factor of the squared error of each prediction.</summary>
    public static Weighting Create(string name, Func<double, Prediction, double> of) => new Function(name, of);

    /// <inheritdoc cref="P2Weighting"/>
    public static Weighting P2(double gamma = 1, double k = 1) => new P2Weighting { Gamma = gamma, K = k }.Checked();

    /// <inheritdoc cref="MinSnrWeighting"/>
    public static Weighting MinSnr(double gamma = 5) => new MinSnrWeighting { Gamma = gamma }.Checked();

    /// <summary>The factor of the squared error of this prediction at this signal-to-noise ratio.</summary>
    public abstract double At(double snr, Prediction prediction);

    /// <summary>Its name and settings, to print.</summary>
    public sealed override string ToString() => Settings.Count == 0 ? Name
        : $"{Name} ({string.Join(", ", Settings.Select(setting => Invariant($"{setting.Name} {setting.Read(this)}")))})";

    Weighting Checked()
    {
        foreach (PartSetting<Weighting> setting in Settings)
            if (!setting.Allows(setting.Read(this)))
                throw new ArgumentException(
                    Invariant($"The {setting.Name} of {Name} is {setting.Read(this)}; it must be {setting.Type.Expected}."));
        return this;
    }

    sealed record Function(string Called, Func<double, Prediction, double> Factor) : Weighting
    {
        public override string Name => Called;

        public override double At(double snr, Prediction prediction) => Factor(snr, prediction);
    }
}
