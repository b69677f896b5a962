namespace Qdiff;

/// <summary>
/// The timesteps that a sampler visits, falling. What follows an entry is the next entry, and after the last the clean image: no
/// stride is ever computed.
/// </summary>
public sealed class TimestepTable
{
    readonly int[] timesteps;

    /// <summary>The table with these timesteps, strictly falling, the last at least 0.</summary>
    public TimestepTable(params ReadOnlySpan<int> timesteps)
    {
        if (timesteps.IsEmpty)
            throw new ArgumentException("A timestep table needs at least 1 timestep, got 0.", nameof(timesteps));
        for (int i = 0; i < timesteps.Length; i++)
        {
            if (timesteps[i] < 0)
                throw new ArgumentException($"Timesteps count from 0, entry {i} is {timesteps[i]}.", nameof(timesteps));
            if (i > 0 && timesteps[i] >= timesteps[i - 1])
                throw new ArgumentException(
                    $"Timesteps must fall, but entry {i} is {timesteps[i]} after {timesteps[i - 1]}.", nameof(timesteps));
        }

        this.timesteps = timesteps.ToArray();
    }

    /// <summary>How many timesteps are visited.</summary>
    public int Count => timesteps.Length;

    /// <summary>Entry <paramref name="index"/>, noisiest first; <see cref="NoiseSchedule.Clean"/> after the last.</summary>
    public int this[int index] => index == timesteps.Length ? NoiseSchedule.Clean : timesteps[index];

    /// <summary><paramref name="count"/> of the timesteps 0 … <paramref name="steps"/> − 1 of a schedule.</summary>
    /// <remarks>Halves are rounded up; numpy, and libraries built on it, round them to the even number, so that a timestep of
    /// theirs may be the one beside.</remarks>
    public static TimestepTable Spaced(int steps, int count, TimestepSpacing spacing)
    {
        if (steps < 1)
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"A schedule has at least 1 timestep, got {steps}.");
        if (count < 1 || count > steps)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"A schedule of {steps} timesteps can be sampled in 1 to {steps} steps, got {count}.");
        var table = new int[count];
        for (int i = 0; i < count; i++)
            table[i] = spacing switch
            {
                TimestepSpacing.Uniform => count == 1 ? steps - 1 : Rounded((steps - 1) * (double)(count - 1 - i) / (count - 1)),
                TimestepSpacing.Trailing => Rounded(steps * (double)(count - i) / count) - 1,
                TimestepSpacing.Leading => steps / count * (count - 1 - i),
                _ => throw new ArgumentOutOfRangeException(nameof(spacing), spacing, "There is no such timestep spacing."),
            };
        return new(table);

        static int Rounded(double t) => (int)Math.Round(t, MidpointRounding.AwayFromZero);
    }

    /// <summary>The timesteps, noisiest first.</summary>
    public int[] ToArray() => [.. timesteps];
}
