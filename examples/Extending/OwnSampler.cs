using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;

namespace Examples;

/// <summary>
/// A sampler of one's own: <c>sample RUN --sampler euler --steps 30</c>. Timesteps, seeds, guidance, clipping, progress,
/// configuration and help come with the base.
/// </summary>
static class OwnSampler
{
    /// <summary>
    /// Euler's method on dx/dσ = ε, x in units of the signal, with a share of the noise taken out and put in afresh.
    /// </summary>
    sealed record Euler : Sampler
    {
        static readonly PartSetting<Sampler>[] s_settings =
        [
            PartSetting<Sampler>.Create<Euler>("churn", "share of noise that is replaced", s => s.Churn,
                (s, churn) => s with { Churn = churn }, min: 0, max: 1),
        ];

        public Euler() => Steps = 30;

        public override string Name => "euler";

        /// <summary>The share of the variance of the noise that is replaced by fresh noise: <c>sampling.churn</c>.</summary>
        public double Churn { get; init; }

        public override IReadOnlyList<PartSetting<Sampler>> Settings => s_settings;

        protected override void Step(SamplerStep step)
        {
            double signal = step.Schedule.SignalScale(step.Next), noise = step.Schedule.NoiseScale(step.Next);
            step.Move(signal, step.X0, noise * Math.Sqrt(1 - Churn), step.Epsilon);
            if (Churn > 0 && !step.IsLast) step.Add(noise * Math.Sqrt(Churn), step.DrawNoise());
        }
    }

    public static int Main(string[] args) =>
        QdiffTool.Run(args, Papers.Catalog with { Samplers = [.. Papers.Catalog.Samplers, new Euler()] });
}
