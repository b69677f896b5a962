using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The first look: gradients of random linear functionals of the output, on random data at random weights, by the fast engine. What has a
/// gradient far above float32 noise is alive; everything else is a suspect.
/// </summary>
/// <remarks>
/// The noise is measured, number by number: each gradient is taken several times with weights and pixels moved by some units in the last
/// place. A true gradient hardly changes; one that is the rounding error of a sum that should be zero is a new number each time.
/// </remarks>
sealed class GradientScreen
{
    const int Draws = 3, Repeats = 3;
    const float Jitter = 1e-6f;
    readonly double[] signal, noise;

    GradientScreen(int count) => (signal, noise) = (new double[count], new double[count]);

    /// <summary>Names of what was detached, in order.</summary>
    public IReadOnlyList<string> Detached { get; private set; } = [];

    /// <summary>Whether a gradient came back to the image.</summary>
    public bool ReachesImage { get; private set; }

    /// <summary>Whether every gradient of a number was exactly 0: nothing leads back to it.</summary>
    public bool IsExactlyZero(int index) => signal[index] == 0 && noise[index] == 0;

    /// <summary>The gradient over its measured noise, over all draws.</summary>
    public double Ratio(int index) => IsExactlyZero(index) ? 0 : Math.Sqrt(signal[index] / Math.Max(noise[index], double.Epsilon));

    /// <summary>Looks; with <paramref name="ignoresDetach"/> gradients go through detached tensors too.</summary>
    public static GradientScreen Of(Network network, AuditDraws draws, bool ignoresDetach)
    {
        int count = network.Parameters.Scalars, tiles = Math.Max(1, (network.Classes + Draws * Tensor.Samples - 1) / (Draws * Tensor.Samples));
        var gradients = new WeightGradient[Draws * Repeats];
        var names = new List<string>[Draws * Repeats];
        var reaches = new bool[Draws * Repeats];
        Parallel.For(0, Draws * Repeats, pass =>
        {
            (int draw, int repeat) = (pass / Repeats, pass % Repeats);
            Weights weights = draws.Weights(draw).Copy();
            var jitter = new RandomStream(draws.Seed, "audit jitter", draw, repeat);
            Move(weights.Values, jitter);
            weights.Refresh();
            WeightGradient gradient = gradients[pass] = new(network.Parameters);
            List<string> detached = names[pass] = [];
            var space = new Workspace(weights) { IgnoresDetach = ignoresDetach, OnDetach = (name, _, _) => detached.Add(name) };
            for (int tile = 0; tile < tiles; tile++)
            {
                space.Reset(weights, gradient);
                Tensor x = space.Input(network.Image, requiresGradient: true);
                new RandomStream(draws.Seed, "audit image", draw, tile).FillNormal(x.Values);
                Move(x.Values, jitter);
                int first = (draw * tiles + tile) * Tensor.Samples;
                Tensor y = network.Predict(x, draws.Timesteps(draw, tile), draws.Labels(first, Tensor.Samples));
                if (!y.RequiresGradient) continue;
                var cotangent = new float[y.Values.Length];
                new RandomStream(draws.Seed, "audit functional", draw, tile).FillNormal(cotangent);
                space.Backward(y, cotangent);
                reaches[pass] |= x.Gradient.ContainsAnyExcept(0f);
            }

            gradient.Propagate(weights);
        });

        var screen = new GradientScreen(count) { Detached = [.. names[0].Distinct()], ReachesImage = reaches.Any(reached => reached) };
        for (int draw = 0; draw < Draws; draw++) screen.Add(gradients.AsSpan(draw * Repeats, Repeats));
        return screen;
    }

    static void Move(Span<float> values, RandomStream random)
    {
        foreach (ref float value in values) value *= 1 + Jitter * (float)random.NextNormal();
    }

    void Add(ReadOnlySpan<WeightGradient> repeats)
    {
        for (int i = 0; i < signal.Length; i++)
        {
            double mean = 0, variance = 0;
            foreach (WeightGradient gradient in repeats) mean += gradient.Values[i] / (double)Repeats;
            foreach (WeightGradient gradient in repeats)
                variance += (gradient.Values[i] - mean) * (gradient.Values[i] - mean) / (Repeats - 1);
            // A gradient that is not a number is no sign of life and no sign of death: it is a suspect.
            if (!double.IsFinite(variance))
            {
                noise[i] = double.PositiveInfinity;
                continue;
            }

            signal[i] += mean * mean;
            noise[i] += variance / Repeats;
        }
    }
}
