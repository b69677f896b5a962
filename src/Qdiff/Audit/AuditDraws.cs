using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The random weights, timesteps and labels of an audit. Draw 0 has the given weights if there are some; all others are in
/// general position (no bias at 0, no scale at 1), so that nothing looks dead because it starts at a stationary point.
/// </summary>
sealed class AuditDraws(Network network, Weights? given, long seed)
{
    /// <summary>Noise steps of all published systems; a network takes any timestep.</summary>
    const int Steps = 1000;

    /// <summary>From this draw on biases are large and positive, so that hardly any rectified unit is off for all
    /// samples.</summary>
    public const int FirstRaised = 3;

    const float Raise = 3;

    readonly Dictionary<int, Weights> weights = [];

    public long Seed => seed;

    /// <summary>The weights of a draw.</summary>
    public Weights Weights(int draw)
    {
        lock (weights)
        {
            if (!weights.TryGetValue(draw, out Weights? drawn))
                weights[draw] = drawn = draw == 0 && given is not null ? given : General(draw);
            return drawn;
        }
    }

    /// <summary>Images of a tile in single precision, laid out like a tensor.</summary>
    public void FillImages(int draw, int tile, Span<float> values) =>
        new RandomStream(seed, "audit image", draw, tile).FillNormal(values);

    /// <summary>Timesteps for the samples of a tile.</summary>
    public int[] Timesteps(int draw, int tile, int count = Tensor.Samples)
    {
        var random = new RandomStream(seed, "audit timesteps", draw, tile);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Steps))];
    }

    /// <summary>Labels in turn, so that enough samples see every one; none for an unconditional network.</summary>
    public int[] Labels(int first, int count) =>
        network.Labels == 0 ? [] : [.. Enumerable.Range(first, count).Select(i => i % network.Labels)];

    Weights General(int draw)
    {
        Weights drawn = new Weights(network.Parameters).Initialise(new RandomStream(seed, "audit weights", draw).Next());
        foreach (Parameter parameter in network.Parameters)
        {
            Span<float> values = drawn[parameter];
            float size = 0.1f * MathF.Max(Size(values), 0.3f);
            var random = new RandomStream(seed, "audit position " + parameter.Name, draw);
            foreach (ref float value in values) value += size * (float)random.NextNormal();
            if (draw < FirstRaised || ParameterKinds.Owner(network, parameter) is not { Shape.Rank: > 1 }) continue;
            foreach (ref float value in values) value = MathF.Abs(value) + Raise * MathF.Abs((float)random.NextNormal());
        }

        drawn.Refresh();
        return drawn;
    }

    /// <summary>Root mean square.</summary>
    static float Size(ReadOnlySpan<float> values)
    {
        double squares = 0;
        foreach (float value in values) squares += (double)value * value;
        return (float)Math.Sqrt(squares / values.Length);
    }
}
