using System.Collections.Concurrent;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The first look: gradients of random linear functionals of the output, on random data at random weights, by the fast engine.
/// What has a gradient far above float32 noise is alive; everything else is a suspect.
/// </summary>
/// <remarks>
/// The noise is measured, number by number: each gradient is taken several times with weights and pixels moved by some units in
/// the last place. A true gradient hardly changes; one that is the rounding error of a sum that should be zero is a new number
/// each time.
/// </remarks>
sealed class GradientScreen(Network network, AuditDraws draws, bool ignoresDetach)
{
    const int DrawsALook = 3, Repeats = 3;

    const float Jitter = 1e-6f;

    readonly double[] ratios = new double[network.Parameters.Scalars];
    readonly bool[] touched = new bool[network.Parameters.Scalars];
    readonly byte[] best = new byte[network.Parameters.Scalars];
    readonly ConcurrentBag<Workspace> idle = [];
    int looks;

    /// <summary>Names of what was detached, in order.</summary>
    public IReadOnlyList<string> Detached { get; private set; } = [];

    /// <summary>Whether a gradient came back to the image.</summary>
    public bool ReachesImage { get; private set; }

    /// <summary>Whether every gradient of a number was exactly 0: nothing leads back to it.</summary>
    public bool IsExactlyZero(int index) => !touched[index];

    /// <summary>The gradient over its measured noise, of the look that showed it best.</summary>
    public double Ratio(int index) => ratios[index];

    /// <summary>The draws of the look that showed a number best.</summary>
    public IEnumerable<int> BestDraws(int index) => Enumerable.Range(best[index] * DrawsALook, DrawsALook);

    /// <summary>Where the labels of a tile start, so that each look sees every label.</summary>
    public int FirstLabel(int draw, int tile = 0) => (draw * Tiles + tile) * Tensor.Samples;

    int Tiles => Math.Max(1, (network.Labels + DrawsALook * Tensor.Samples - 1) / (DrawsALook * Tensor.Samples));

    /// <summary>Looks at some more draws.</summary>
    public void Look(CancellationToken cancellationToken)
    {
        var gradients = new WeightGradient[DrawsALook * Repeats];
        var names = new List<string>[gradients.Length];
        var reaches = new bool[gradients.Length];
        // A pass holds a whole tape; more of them at once than processors would cost memory and gain nothing.
        var oneEach = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        Parallel.For(0, gradients.Length, oneEach, pass =>
        {
            (int draw, int repeat) = (looks * DrawsALook + pass / Repeats, pass % Repeats);
            Weights weights = draws.Weights(draw).Copy();
            var jitter = new RandomStream(draws.Seed, "audit jitter", draw, repeat);
            Move(weights.Values, jitter);
            weights.Refresh();
            WeightGradient gradient = gradients[pass] = new(network.Parameters);
            List<string> detached = names[pass] = [];
            if (!idle.TryTake(out Workspace? space)) space = new(weights) { IgnoresDetach = ignoresDetach };
            space.OnDetach = (name, _, _) => detached.Add(name);
            for (int tile = 0; tile < Tiles; tile++)
            {
                space.Reset(weights, gradient);
                Tensor x = space.Input(network.Image, requiresGradient: true);
                draws.FillImages(draw, tile, x.Values);
                Move(x.Values, jitter);
                Tensor y = network.Predict(x, draws.Timesteps(draw, tile), draws.Labels(FirstLabel(draw, tile), Tensor.Samples));
                if (!y.RequiresGradient) continue;
                var cotangent = new float[y.Values.Length];
                new RandomStream(draws.Seed, "audit functional", draw, tile).FillNormal(cotangent);
                space.Backward(y, cotangent);
                reaches[pass] |= x.Gradient.ContainsAnyExcept(0f);
            }

            gradient.Propagate(weights);
            idle.Add(space);
        });

        looks++;
        Detached = [.. Detached.Concat(names[0]).Distinct()];
        ReachesImage |= reaches.Any(reached => reached);
        Judge(gradients);
    }

    static void Move(Span<float> values, RandomStream random)
    {
        foreach (ref float value in values) value *= 1 + Jitter * (float)random.NextNormal();
    }

    /// <summary>Mean over deviation of the mean, squares summed over the draws.</summary>
    void Judge(WeightGradient[] gradients)
    {
        for (int i = 0; i < ratios.Length; i++)
        {
            double signal = 0, noise = 0;
            for (int first = 0; first < gradients.Length; first += Repeats)
            {
                double mean = 0, variance = 0;
                for (int k = first; k < first + Repeats; k++) mean += gradients[k].Values[i] / (double)Repeats;
                for (int k = first; k < first + Repeats; k++)
                    variance += Math.Pow(gradients[k].Values[i] - mean, 2) / (Repeats - 1);
                signal += mean * mean;
                noise += variance / Repeats;
            }

            if (signal == 0 && noise == 0) continue;
            touched[i] = true;
            // A gradient that is not a number is neither a sign of life nor of death: its number stays a suspect.
            double ratio = double.IsFinite(noise) ? Math.Sqrt(signal / Math.Max(noise, double.Epsilon)) : 0;
            if (ratio > ratios[i]) (ratios[i], best[i]) = (ratio, (byte)(looks - 1));
        }
    }
}
