using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The random weights, timesteps and labels of an audit. Draw 0 has the given weights if there are some, but nothing at exactly
/// 0, where a layer would hide whatever leads to it; all others are in general position (no bias at 0, no scale at 1), so that
/// nothing looks dead because it starts at a stationary point.
/// </summary>
/// <param name="timesteps">How many there are.</param>
sealed class AuditDraws(Network network, Weights? given, long seed, int timesteps)
{
    /// <summary>How many timesteps there are.</summary>
    public int Timesteps => timesteps;

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
                weights[draw] = drawn = draw == 0 && given is not null ? Given(given) : General(draw);
            return drawn;
        }
    }

    /// <summary>Images of a tile in single precision, laid out like a tensor.</summary>
    public void FillImages(int draw, int tile, Span<float> values) =>
        new RandomStream(seed, "audit image", draw, tile).FillNormal(values);

    /// <summary>A tile of random timesteps, and of labels in turn.</summary>
    public AuditView View(int draw, int tile, int firstLabel)
    {
        var random = new RandomStream(seed, "audit timesteps", draw, tile);
        return new(draw, tile, [.. Enumerable.Range(0, Tensor.Samples).Select(_ => random.Next(timesteps))],
            Labels(firstLabel, Tensor.Samples));
    }

    /// <summary>Tiles that show every timestep once, at weights with raised biases, and the labels in turn.</summary>
    public IEnumerable<AuditView> EveryTimestep()
    {
        int tiles = (timesteps - 1) / Tensor.Samples + 1;
        for (int tile = 0; tile < tiles; tile++)
        {
            yield return new(FirstRaised + tile % 2, tile,
                [.. Enumerable.Range(0, Tensor.Samples).Select(s => (int)((tile + (long)tiles * s) % timesteps))],
                Labels(tile * Tensor.Samples, Tensor.Samples));
        }
    }

    /// <summary>Labels in turn, so that enough samples see every one; none for an unconditional network.</summary>
    int[] Labels(int first, int count) =>
        network.Labels == 0 ? [] : [.. Enumerable.Range(first, count).Select(i => i % network.Labels)];

    /// <summary>Weights that are exactly 0 (a layer that starts at zero, a pruned channel) become small random values.</summary>
    Weights Given(Weights given)
    {
        Weights drawn = given.Copy();
        foreach (Parameter parameter in network.Parameters)
        {
            Span<float> values = drawn[parameter];
            float size = Shift(values);
            var random = new RandomStream(seed, "audit zero " + parameter.Name);
            foreach (ref float value in values)
                if (value == 0) value = size * (float)random.NextNormal();
        }

        drawn.Refresh();
        return drawn;
    }

    Weights General(int draw)
    {
        Weights drawn = new Weights(network.Parameters).Initialise(new RandomStream(seed, "audit weights", draw).Next());
        foreach (Parameter parameter in network.Parameters)
        {
            Span<float> values = drawn[parameter];
            float size = Shift(values);
            var random = new RandomStream(seed, "audit position " + parameter.Name, draw);
            foreach (ref float value in values) value += size * (float)random.NextNormal();
            if (draw < FirstRaised || ParameterKinds.Owner(network, parameter) is not { Shape.Rank: > 1 }) continue;
            foreach (ref float value in values) value = MathF.Abs(value) + Raise * MathF.Abs((float)random.NextNormal());
        }

        drawn.Refresh();
        return drawn;
    }

    /// <summary>How far parameters are moved to general position.</summary>
    static float Shift(ReadOnlySpan<float> values) => 0.1f * MathF.Max(Size(values), 0.3f);

    /// <summary>Root mean square.</summary>
    static float Size(ReadOnlySpan<float> values)
    {
        double squares = 0;
        foreach (float value in values) squares += (double)value * value;
        return (float)Math.Sqrt(squares / values.Length);
    }
}
