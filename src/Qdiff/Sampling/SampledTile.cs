using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A tile of samples on its denoising trajectory: the state that a sampler's step works on. Use it for a step-by-step view,
/// <c>while (tile.Advance()) Show(tile.X0);</c>. Sample i draws all its noise from the stream (seed, "sample", i). For one caller
/// at a time: a second is refused.
/// </summary>
public sealed class SampledTile
{
    readonly RandomStream[] streams;
    readonly float[] x, x0, epsilon;
    readonly OneCaller advancing = new("This tile of samples is taken a step further by another caller; give each its own tile.");
    float[] noise = [], otherX0 = [], otherEpsilon = [];
    float[][] memory = [];
    bool isHalfWay;

    internal SampledTile(
        Sampler sampler, Denoiser denoiser, TimestepTable table, long seed, ReadOnlySpan<long> samples, int elements)
    {
        if (samples.Length is 0 or > Tensor.Samples)
            throw new ArgumentException(
                $"A tile holds 1 to {Tensor.Samples} samples, got {samples.Length} sample numbers.", nameof(samples));
        if (elements < 1)
            throw new ArgumentOutOfRangeException(
                nameof(elements), elements, $"A sample has at least 1 element, got {elements}.");
        if (table[0] >= denoiser.Schedule.Steps)
            throw new ArgumentException(
                $"The table starts at timestep {table[0]}, but the schedule ends at {denoiser.Schedule.Steps - 1}.",
                nameof(table));

        (Sampler, Denoiser, Table) = (sampler, denoiser, table);
        int count = checked(elements * Tensor.Samples);
        (x, x0, epsilon) = (new float[count], new float[count], new float[count]);
        streams = new RandomStream[samples.Length];
        for (int s = 0; s < streams.Length; s++)
        {
            streams[s] = new(seed, "sample", samples[s]);
            Tile.FillNormal(streams[s], x, s);
        }
    }

    /// <summary>The sampler's settings.</summary>
    public Sampler Sampler { get; }

    /// <summary>The network and its schedule.</summary>
    public Denoiser Denoiser { get; }

    /// <summary>The timesteps visited.</summary>
    public TimestepTable Table { get; }

    /// <summary>How many steps were taken.</summary>
    public int Step { get; private set; }

    /// <summary>
    /// The samples, now at <see cref="T"/>; the finished images once <see cref="Advance"/> has said that no step is left. Idle
    /// samples mean nothing.
    /// </summary>
    public Span<float> X => x;

    /// <summary>The estimate of the images made by the last step.</summary>
    public Span<float> X0 => x0;

    /// <summary>The estimate of the noise made by the last step.</summary>
    public Span<float> Epsilon => epsilon;

    /// <summary>The timestep that <see cref="X"/> is at; <see cref="NoiseSchedule.Clean"/> in the end.</summary>
    public int T => Table[Step];

    /// <summary>Takes one step to the next timestep of the table; false if the images were finished already.</summary>
    /// <exception cref="InvalidOperationException">Another caller is at it, or a step has failed half-way.</exception>
    public bool Advance()
    {
        using OneCaller.Visit visit = advancing.Enter();
        if (Step == Table.Count) return false;
        if (isHalfWay)
            throw new InvalidOperationException("A step of this tile has failed half-way, and its samples are at no timestep: "
                + "start them anew.");
        Denoiser.Denoise(x, T, x0, epsilon, Sampler.Clip, Sampler.Threshold);
        isHalfWay = true;
        Sampler.Take(new(this));
        isHalfWay = false;
        Step++;
        return true;
    }

    /// <summary>Where this step leads.</summary>
    internal int Next => Table[Step + 1];

    /// <summary>A second estimate, of the present <see cref="X"/> as if it were at timestep <paramref name="t"/>.</summary>
    internal SamplerStep.Estimates DenoiseAgain(int t)
    {
        Span<float> x0Again = Lazily(ref otherX0), epsilonAgain = Lazily(ref otherEpsilon);
        Denoiser.Denoise(x, t, x0Again, epsilonAgain, Sampler.Clip, Sampler.Threshold);
        return new(x0Again, epsilonAgain);
    }

    /// <summary>A tile that is kept from step to step.</summary>
    internal Span<float> Memory(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        while (slot >= memory.Length) memory = [.. memory, new float[x.Length]];
        return memory[slot];
    }

    /// <summary>Fresh standard normal numbers, each sample's from its own stream.</summary>
    internal ReadOnlySpan<float> DrawNoise()
    {
        Span<float> values = Lazily(ref noise);
        for (int s = 0; s < streams.Length; s++) Tile.FillNormal(streams[s], values, s);
        return values;
    }

    Span<float> Lazily(ref float[] buffer) => buffer.Length == 0 ? buffer = new float[x.Length] : buffer;
}
