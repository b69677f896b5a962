namespace Qdiff;

/// <summary>
/// One step of a <see cref="Sampler"/>: a tile of samples x_t, where it goes, and what is known of it. Values are tiles, element
/// e of sample s at e·16 + s; nothing here allocates after the first step.
/// </summary>
public readonly ref struct SamplerStep
{
    readonly SampledTile tile;

    internal SamplerStep(SampledTile tile) => this.tile = tile;

    /// <summary>How many steps were taken before this one.</summary>
    public int Number => tile.Step;

    /// <summary>The timesteps of all steps.</summary>
    public TimestepTable Table => tile.Table;

    /// <summary>The noise of each timestep: <see cref="NoiseSchedule.SignalScale"/> √ᾱ, <see cref="NoiseSchedule.NoiseScale"/>
    /// √(1 − ᾱ), <see cref="NoiseSchedule.Sigma"/>, <see cref="NoiseSchedule.Lambda"/>.</summary>
    public NoiseSchedule Schedule => tile.Denoiser.Schedule;

    /// <summary>The timestep that the samples are at.</summary>
    public int T => tile.T;

    /// <summary>The timestep that they go to; <see cref="NoiseSchedule.Clean"/> in the last step.</summary>
    public int Next => tile.Next;

    /// <summary>Whether this step leads to the images.</summary>
    public bool IsLast => Next == NoiseSchedule.Clean;

    /// <summary>The samples: x_t at first, what the step makes of them in the end.</summary>
    public Span<float> X => tile.X;

    /// <summary>The denoiser's estimate x̂₀ of the images, from x_t.</summary>
    public ReadOnlySpan<float> X0 => tile.X0;

    /// <summary>The denoiser's estimate ε̂ of the noise, from x_t.</summary>
    public ReadOnlySpan<float> Epsilon => tile.Epsilon;

    /// <summary>
    /// A second estimate, of the present <see cref="X"/> as if it were at timestep <paramref name="t"/>; a third overwrites it.
    /// </summary>
    public Estimates EstimateAgain(int t) => tile.DenoiseAgain(t);

    /// <summary>Fresh standard normal numbers, each sample's from its own stream; the next call overwrites them.</summary>
    public ReadOnlySpan<float> DrawNoise() => tile.DrawNoise();

    /// <summary>
    /// A tile that is kept from step to step, zeros before the first, for samplers that remember earlier estimates.
    /// </summary>
    /// <param name="slot">Which; they are counted from 0.</param>
    public Span<float> Memory(int slot = 0) => tile.Memory(slot);

    /// <summary>x ← a·u + b·v. Either may be <see cref="X"/> itself.</summary>
    /// <exception cref="ArgumentException">The tiles have not the length of <see cref="X"/>.</exception>
    public void Move(double a, ReadOnlySpan<float> u, double b, ReadOnlySpan<float> v)
    {
        Tile.Require(u, nameof(u), X.Length);
        Tile.Require(v, nameof(v), X.Length);
        Tile.Combine(a, u, b, v, X);
    }

    /// <summary>x ← x + a·u.</summary>
    /// <exception cref="ArgumentException">The tile has not the length of <see cref="X"/>.</exception>
    public void Add(double a, ReadOnlySpan<float> u)
    {
        Tile.Require(u, nameof(u), X.Length);
        Tile.Combine(1, X, a, u, X);
    }

    /// <summary>Estimates of the images and of the noise in them.</summary>
    public readonly ref struct Estimates
    {
        internal Estimates(ReadOnlySpan<float> x0, ReadOnlySpan<float> epsilon)
        {
            X0 = x0;
            Epsilon = epsilon;
        }

        /// <summary>x̂₀.</summary>
        public ReadOnlySpan<float> X0 { get; }

        /// <summary>ε̂.</summary>
        public ReadOnlySpan<float> Epsilon { get; }
    }
}
