using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// How samples are drawn: one step from noise towards images, and what all samplers have, which timesteps are visited and whether
/// estimates are clipped. A sampler of one's own is a record with a <see cref="Name"/> and a <see cref="Step"/>; tables, seeds,
/// guidance, progress, configuration and help come with this base. The network, schedule and prediction are the
/// <see cref="Denoiser"/>'s.
/// </summary>
/// <example>
/// <code>
/// sealed record Euler : Sampler
/// {
///     public override string Name =&gt; "euler";
///
///     protected override void Step(SamplerStep step) =&gt;
///         step.Move(step.Schedule.SignalScale(step.Next), step.X0, step.Schedule.NoiseScale(step.Next), step.Epsilon);
/// }
/// </code>
/// </example>
public abstract record Sampler : IConfigurable<Sampler>
{
    /// <summary>What configurations call it.</summary>
    public abstract string Name { get; }

    static string IPart.Kind => "sampler";

    /// <summary>How many timesteps are visited; 0 for all that the schedule has. A derived sampler's constructor sets its usual
    /// number.</summary>
    public int Steps { get; init; }

    /// <summary>Which ones, if not all.</summary>
    public TimestepSpacing Spacing { get; init; } = TimestepSpacing.Trailing;

    /// <summary>Whether every estimate of x₀ is kept within [−1, 1].</summary>
    public bool Clip { get; init; } = true;

    /// <summary>What clips, if estimates are clipped: the quantile of each sample's absolute values that it is divided by where
    /// that is above 1 (see <see cref="Denoiser.Denoise"/>); null for 1 itself.</summary>
    public double? Threshold { get; init; }

    /// <summary>The settings that this sampler alone has.</summary>
    public virtual IReadOnlyList<PartSetting<Sampler>> Settings => [];

    /// <summary>How many network calls a step takes: 2 if it asks for a second estimate. The last step, which leads to the
    /// images, takes one.</summary>
    public virtual int CallsPerStep => 1;

    /// <summary>
    /// Takes a tile of samples from timestep <see cref="SamplerStep.T"/> to <see cref="SamplerStep.Next"/>: reads the estimates
    /// and changes <see cref="SamplerStep.X"/>. Called from several threads at once, for a tile each, so it keeps nothing in the
    /// sampler itself.
    /// </summary>
    protected abstract void Step(SamplerStep step);

    internal void Take(SamplerStep step) => Step(step);

    /// <summary>The same on a schedule of so many timesteps: no more of them are visited than there are.</summary>
    public Sampler AtMost(int timesteps) => this with { Steps = Math.Min(Steps, timesteps) };

    /// <summary>The timesteps that will be visited on this schedule.</summary>
    public TimestepTable Table(NoiseSchedule schedule) =>
        TimestepTable.Spaced(schedule.Steps, Steps == 0 ? schedule.Steps : Steps, Spacing);

    /// <summary>
    /// Prepares a tile of up to 16 samples of <paramref name="elements"/> numbers each, filled with their initial noise; each
    /// <see cref="SampledTile.Advance"/> takes it a step further. <paramref name="table"/> replaces <see cref="Table"/>.
    /// </summary>
    public SampledTile Start(Denoiser denoiser, long seed, ReadOnlySpan<long> samples, int elements, TimestepTable? table = null)
    {
        foreach (PartSetting<Sampler> setting in Settings)
            if (!setting.Allows(setting.Read(this)))
                throw new ArgumentException(
                    Invariant($"The {setting.Name} of {Name} is {setting.Read(this)}; it must be {setting.Type.Expected}."));
        return new(this, denoiser, table ?? Table(denoiser.Schedule), seed, samples, elements);
    }

    /// <summary>
    /// Draws samples number <paramref name="samples"/> into <paramref name="tile"/>, from noise to the clean images (within [−1,
    /// 1] if clipped). Sample i depends on the seed and i alone: not on its neighbours, its place in the tile or the number of
    /// threads.
    /// </summary>
    public void Sample(Denoiser denoiser, long seed, ReadOnlySpan<long> samples, Span<float> tile)
    {
        Tile.Require(tile, nameof(tile));
        SampledTile state = Start(denoiser, seed, samples, tile.Length / Tensor.Samples);
        while (state.Advance()) { }

        state.X.CopyTo(tile);
    }
}
