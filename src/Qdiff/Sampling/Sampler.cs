namespace Qdiff;

/// <summary>
/// How samples are drawn: the method and its settings. The network, schedule and prediction are the <see cref="Denoiser"/>'s.
/// </summary>
public sealed record Sampler
{
    // The one place where names of samplers are resolved; a new sampler is a row here and a file with its step. The spacing
    // is the one with the smaller error on Gaussian data: Heun is of second order only if the table goes down to 0, where σ is
    // small.
    static readonly (string Name, int Steps, TimestepSpacing Spacing, bool HasEta, Action<SampledTile> Step)[] s_known =
    [
        ("ddpm", 0, TimestepSpacing.Trailing, false, DdpmSampler.Step),
        ("ddim", 50, TimestepSpacing.Trailing, true, DdimSampler.Step),
        ("heun", 25, TimestepSpacing.Uniform, false, HeunSampler.Step),
        ("dpm++2m", 20, TimestepSpacing.Trailing, false, DpmSolverSampler.Step),
    ];

    /// <summary>The names <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_known.Select(k => k.Name)];

    readonly int known;

    /// <summary>One of <see cref="Names"/>.</summary>
    public string Method
    {
        get => s_known[known].Name;
        init => known = KnownNames.IndexOf("sampler", value, Names);
    }

    /// <summary>How many timesteps are visited; 0 for all that the schedule has.</summary>
    public int Steps { get; init; }

    /// <summary>Which ones, if not all.</summary>
    public TimestepSpacing Spacing { get; init; } = TimestepSpacing.Trailing;

    /// <summary>The share of fresh noise in a DDIM step: 0 none, 1 as much as DDPM. Only <c>ddim</c> has it.</summary>
    public double Eta { get; init; }

    /// <summary>Whether every estimate of x₀ is kept within [−1, 1].</summary>
    public bool Clip { get; init; } = true;

    internal Action<SampledTile> Step => s_known[known].Step;

    /// <summary>
    /// The sampler of this name with its usual number of steps and spacing; an unknown name is refused with the known ones and
    /// the nearest.
    /// </summary>
    public static Sampler Named(string name)
    {
        var sampler = new Sampler { Method = name };
        return sampler with { Steps = s_known[sampler.known].Steps, Spacing = s_known[sampler.known].Spacing };
    }

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
        if (!(Eta >= 0 && Eta <= 1)) throw new ArgumentException(Invariant($"Eta goes from 0 to 1, got {Eta}."));
        if (Eta != 0 && !s_known[known].HasEta) throw new ArgumentException(Invariant(
            $"Only ddim has an eta; {Method} was given {Eta}."));
        return new(this, denoiser, table ?? Table(denoiser.Schedule), seed, samples, elements);
    }

    /// <summary>
    /// Draws samples number <paramref name="samples"/> into <paramref name="tile"/>, from noise to the clean images (within [−1,
    /// 1] if clipped). Sample i depends on the seed and i alone: not on its neighbours, its place in the tile or the number of
    /// threads.
    /// </summary>
    public void Sample(Denoiser denoiser, long seed, ReadOnlySpan<long> samples, Span<float> tile)
    {
        TileLanes.Require(tile, nameof(tile));
        SampledTile state = Start(denoiser, seed, samples, tile.Length / TileLanes.Count);
        while (state.Advance()) { }

        state.X.CopyTo(tile);
    }
}
