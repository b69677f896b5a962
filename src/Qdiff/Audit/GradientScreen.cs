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

    /// <summary>A gradient is confirmed by more passes than it was found by: the fewer, the more often noise looks
    /// steady.</summary>
    const int RepeatsToConfirm = 6;

    const float Jitter = 1e-6f;

    readonly double[] ratios = new double[network.Parameters.Scalars];
    readonly bool[] touched = new bool[network.Parameters.Scalars];
    readonly int[] best = new int[network.Parameters.Scalars];
    readonly double[] strengths = new double[network.Parameters.Scalars];
    readonly List<AuditView[][]> looks = [];
    readonly ConcurrentBag<Workspace> idle = [];
    int randomLooks;

    /// <summary>Names of what was detached, in order.</summary>
    public IReadOnlyList<string> Detached { get; private set; } = [];

    /// <summary>Whether a gradient came back to the image.</summary>
    public bool ReachesImage { get; private set; }

    /// <summary>Whether every gradient of a number was exactly 0: nothing leads back to it.</summary>
    public bool IsExactlyZero(int index) => !touched[index];

    /// <summary>The gradient over its measured noise, of the look that showed it best.</summary>
    public double Ratio(int index) => ratios[index];

    /// <summary>The size of that gradient.</summary>
    public double Strength(int index) => strengths[index];

    /// <summary>The views of the look that showed a number best; all of them, since it may act for one label only.</summary>
    public IEnumerable<AuditView> BestViews(int index) => looks[best[index]].SelectMany(views => views);

    int Tiles => Math.Max(1, (network.Labels + DrawsALook * Tensor.Samples - 1) / (DrawsALook * Tensor.Samples));

    /// <summary>Looks at some more draws, so many samples that each look sees every label.</summary>
    public void Look(CancellationToken cancellationToken)
    {
        int first = randomLooks++ * DrawsALook;
        Look([.. Enumerable.Range(first, DrawsALook).Select(draw => Enumerable.Range(0, Tiles)
            .Select(tile => draws.View(draw, tile, (draw * Tiles + tile) * Tensor.Samples)).ToArray())], cancellationToken);
    }

    /// <summary>Looks at these views, a few at a time.</summary>
    public void Look(IEnumerable<AuditView> views, CancellationToken cancellationToken)
    {
        foreach (AuditView[] few in views.Chunk(DrawsALook))
            Look([.. few.Select(view => (AuditView[])[view])], cancellationToken);
    }

    /// <summary>Looks again where these parameters showed best, at other rounding: what does not show again was noise.</summary>
    public void Confirm(IEnumerable<int> indices, CancellationToken cancellationToken)
    {
        foreach (IGrouping<int, int> shown in indices.GroupBy(i => best[i]).ToArray())
        {
            (double Ratio, double Strength)[] again = Measure(looks[shown.Key], Repeats, RepeatsToConfirm, cancellationToken);
            foreach (int i in shown) (ratios[i], strengths[i]) = (Math.Min(ratios[i], again[i].Ratio), again[i].Strength);
        }
    }

    /// <summary>
    /// Of these views the first that give a gradient to one of these parameters that none before gave it to, by one pass each.
    /// </summary>
    public IReadOnlyList<AuditView> Touching(IReadOnlyList<AuditView> views, int[] indices, CancellationToken cancellationToken)
    {
        var felt = new int[views.Count][];
        var spare = new ConcurrentBag<WeightGradient>();
        Parallel.For(0, views.Count, OneEach(cancellationToken), v =>
        {
            if (!spare.TryTake(out WeightGradient? gradient)) gradient = new(network.Parameters);
            gradient.Clear();
            Weights weights = draws.Weights(views[v].Draw);
            Pass([views[v]], weights, gradient, new(), null);
            felt[v] = Touched(gradient, indices);
            spare.Add(gradient);
        });

        var known = new HashSet<int>();
        return [.. views.Where((_, v) => felt[v].Count(known.Add) > 0)];
    }

    /// <summary>Those of these parameters that get a gradient when no activation is closed.</summary>
    public int[] LeadingThroughOpen(int[] indices, IReadOnlyList<AuditView> views, CancellationToken cancellationToken)
    {
        var gradient = new WeightGradient(network.Parameters);
        foreach (AuditView view in views)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Pass([view], draws.Weights(view.Draw), gradient, new(), null, opensActivations: true);
        }

        return Touched(gradient, indices);
    }

    static int[] Touched(WeightGradient gradient, int[] indices)
    {
        ReadOnlySpan<float> values = gradient.Values;
        var touched = new List<int>();
        foreach (int i in indices)
            if (values[i] != 0) touched.Add(i);
        return [.. touched];
    }

    /// <summary>Each group of views is one draw, whose gradients are added.</summary>
    void Look(AuditView[][] groups, CancellationToken cancellationToken)
    {
        looks.Add(groups);
        (double Ratio, double Strength)[] seen = Measure(groups, 0, Repeats, cancellationToken);
        for (int i = 0; i < ratios.Length; i++)
            if (seen[i].Ratio > ratios[i]) ((ratios[i], strengths[i]), best[i]) = (seen[i], looks.Count - 1);
    }

    /// <summary>Gradients over their noise, and their size, from passes with the roundings that <paramref name="firstRepeat"/>
    /// and those after it number.</summary>
    (double Ratio, double Strength)[] Measure(AuditView[][] groups, int firstRepeat, int repeats,
        CancellationToken cancellationToken)
    {
        var gradients = new WeightGradient[groups.Length * repeats];
        var names = new List<string>[gradients.Length];
        var reaches = new bool[gradients.Length];
        Parallel.For(0, gradients.Length, OneEach(cancellationToken), pass =>
        {
            AuditView[] views = groups[pass / repeats];
            Weights weights = draws.Weights(views[0].Draw).Copy();
            var jitter = new RandomStream(draws.Seed, "audit jitter", views[0].Draw, firstRepeat + pass % repeats);
            Move(weights.Values, jitter);
            weights.Refresh();
            gradients[pass] = new(network.Parameters);
            reaches[pass] = Pass(views, weights, gradients[pass], names[pass] = [], jitter);
        });

        Detached = [.. Detached.Concat(names[0]).Distinct()];
        ReachesImage |= reaches.Any(reached => reached);
        return Ratios(gradients, repeats);
    }

    // A pass holds a whole tape; more of them at once than processors would cost memory and gain nothing.
    static ParallelOptions OneEach(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };

    /// <summary>Adds the gradients of these views; returns whether one came back to the image.</summary>
    bool Pass(AuditView[] views, Weights weights, WeightGradient gradient, List<string> detached, RandomStream? jitter,
        bool opensActivations = false)
    {
        bool reaches = false;
        if (!idle.TryTake(out Workspace? space)) space = new(weights) { IgnoresDetach = ignoresDetach };
        space.OpensActivations = opensActivations;
        space.OnDetach = (name, _, _) => detached.Add(name);
        foreach (AuditView view in views)
        {
            space.Reset(weights, gradient);
            Tensor x = space.Input(network.Image, requiresGradient: true);
            draws.FillImages(view.Draw, view.Tile, x.Values);
            if (jitter is not null) Move(x.Values, jitter);
            Tensor y = network.Predict(x, view.Timesteps, view.Labels);
            if (!y.RequiresGradient) continue;
            var cotangent = new float[y.Values.Length];
            new RandomStream(draws.Seed, "audit functional", view.Draw, view.Tile).FillNormal(cotangent);
            space.Backward(y, cotangent);
            reaches |= x.Gradient.ContainsAnyExcept(0f);
        }

        gradient.Propagate(weights);
        idle.Add(space);
        return reaches;
    }

    static void Move(Span<float> values, RandomStream random)
    {
        foreach (ref float value in values) value *= 1 + Jitter * (float)random.NextNormal();
    }

    /// <summary>Mean over deviation of the mean, squares summed over the draws.</summary>
    (double Ratio, double Strength)[] Ratios(WeightGradient[] gradients, int repeats)
    {
        var result = new (double Ratio, double Strength)[ratios.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double signal = 0, noise = 0;
            for (int first = 0; first < gradients.Length; first += repeats)
            {
                double mean = 0, variance = 0;
                for (int k = first; k < first + repeats; k++) mean += gradients[k].Values[i] / (double)repeats;
                for (int k = first; k < first + repeats; k++)
                {
                    double off = gradients[k].Values[i] - mean;
                    variance += off * off / (repeats - 1);
                }

                signal += mean * mean;
                noise += variance / repeats;
            }

            if (signal == 0 && noise == 0) continue;
            touched[i] = true;
            // A gradient that is not a number is neither a sign of life nor of death: its number stays a suspect.
            if (double.IsFinite(noise))
                result[i] = (Math.Sqrt(signal / Math.Max(noise, double.Epsilon)), Math.Sqrt(signal * repeats / gradients.Length));
        }

        return result;
    }
}
