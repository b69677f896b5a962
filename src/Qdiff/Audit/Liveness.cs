using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The verdict on every number of a network.</summary>
/// <param name="IsLive">Whether it can change the output.</param>
/// <param name="IsDetached">Whether it can, but no gradient reaches it.</param>
/// <param name="Undecided">Numbers counted as live because the budget of passes ended before they were tested.</param>
/// <param name="Read">Parameters that the network's operations read.</param>
/// <param name="Detachments">The network's detached tensors and the effect of their values.</param>
/// <param name="Inputs">Whether the image, the timestep and the label matter.</param>
/// <param name="ReachesImage">Whether gradients come back to the image.</param>
/// <param name="Margin">How clear it was.</param>
sealed record Liveness(bool[] IsLive, bool[] IsDetached, int Undecided, IReadOnlySet<Parameter> Read,
    IReadOnlyList<(string Name, double Effect)> Detachments, IReadOnlyList<AuditInput> Inputs, bool ReachesImage, AuditMargin Margin)
{
    /// <summary>Gradients this far above their measured noise are taken as signs of life.</summary>
    const double ClearGradient = 30;

    /// <summary>Effects up to this multiple of the noise floor count as none: moving numbers by their own size rounds more than nudging them.</summary>
    const double Tolerated = 1000;

    /// <summary>Draws of weights and data in double; a number that is dead moves the output in none.</summary>
    const int Draws = 2;

    /// <summary>The live numbers with the weakest gradients are tested in double too.</summary>
    const int WeakestTested = 3;

    /// <summary>Passes in double to find live numbers among suspects.</summary>
    const int Budget = 48;

    /// <summary>A move this much smaller tells a gradient of zero from a unit that is merely off.</summary>
    const double SmallShare = 1e-4;

    public static Liveness Of(Network network, AuditDraws draws)
    {
        // Signs of life in single precision. If something is detached, look once more through it: a value can matter without a gradient.
        GradientScreen screen = GradientScreen.Of(network, draws, ignoresDetach: false);
        GradientScreen through = screen.Detached.Count == 0 ? screen : GradientScreen.Of(network, draws, ignoresDetach: true);
        int count = network.Parameters.Scalars;
        bool[] live = [.. Enumerable.Range(0, count).Select(i => through.Ratio(i) > ClearGradient)];

        // The weakest of the living have to show it in double, like the suspects.
        int[] weakest = [.. Enumerable.Range(0, count).Where(i => live[i]).OrderBy(through.Ratio).Take(WeakestTested)];
        double weakestGradient = weakest.Length == 0 ? double.PositiveInfinity : through.Ratio(weakest[0]);
        foreach (int i in weakest) live[i] = false;
        int[] suspects = [.. Enumerable.Range(0, count).Where(i => !live[i] && !weakest.Contains(i))];

        // In double: move all suspects at once. If the output stays, all are dead; if not, halve.
        int[] labels = LabelsThatMatter(network, suspects);
        ReferenceProbe[] probes = [.. Enumerable.Range(0, Draws).Select(draw => new ReferenceProbe(network, draws, draw, labels))];
        double floor = Math.Max(probes.Max(probe => probe.Noise(new(draws.Seed, "audit nudge"))), Math.BitIncrement(1.0) - 1);
        double threshold = Tolerated * floor, largestDead = 0, smallestLive = double.PositiveInfinity;
        int undecided = 0;
        foreach (int i in weakest)
        {
            double effect = probes.Max(probe => probe.Effect([i]));
            live[i] = effect > threshold;
            if (live[i]) smallestLive = Math.Min(smallestLive, effect);
            else largestDead = Math.Max(largestDead, effect);
        }

        foreach (ReferenceProbe probe in probes)
        {
            int[] left = [.. suspects.Where(i => !live[i])];
            var search = new Bisection(set => Moves(probe, set), Budget).Run(left);
            foreach (int i in search.Movers.Concat(search.Undecided)) live[i] = true;
            undecided += search.Undecided.Count;
        }

        // A gradient that is exactly zero although a small move moves the output: nothing leads back.
        bool[] detached = [.. Enumerable.Range(0, count).Select(i => live[i] && screen.IsExactlyZero(i))];
        int[] stuck = [.. Enumerable.Range(0, count).Where(i => detached[i] && through.IsExactlyZero(i))];
        if (stuck.Length > 0 && probes.Max(probe => probe.Effect(stuck, SmallShare)) <= threshold)
            foreach (int i in stuck) detached[i] = false;

        List<(string, double)> detachments = [.. screen.Detached.Select(name => (name, probes.Max(probe => probe.DetachedEffect(name))))];
        var effects = probes.Select(probe => probe.InputEffects()).ToArray();
        List<AuditInput> inputs = [Input("image", effects.Max(e => e.Image)), Input("timestep", effects.Max(e => e.Timestep))];
        if (network.Classes > 1) inputs.Add(Input("label", effects.Max(e => e.Label)));

        return new(live, detached, undecided, probes[0].Read, detachments, inputs, screen.ReachesImage,
            new(floor, threshold, largestDead, double.IsFinite(smallestLive) ? smallestLive : null, weakestGradient, probes.Sum(probe => probe.Passes)));

        bool Moves(ReferenceProbe probe, ReadOnlyMemory<int> set)
        {
            double effect = probe.Effect(set.Span);
            if (effect <= threshold) largestDead = Math.Max(largestDead, effect);
            else if (set.Length == 1) smallestLive = Math.Min(smallestLive, effect);
            return effect > threshold;
        }

        AuditInput Input(string name, double effect) => new(name, effect, effect > threshold);
    }

    /// <summary>Two labels, or all whose embedding is under suspicion: only a sample with the label can feel it.</summary>
    static int[] LabelsThatMatter(Network network, int[] suspects)
    {
        if (network.Classes == 0) return [];
        bool suspected = network.Parameters.Any(p => ParameterKinds.Of(network, p) == ParameterKind.Embedding
            && suspects.Any(i => i >= p.Offset && i < p.Offset + p.Count));
        return [.. Enumerable.Range(0, suspected ? network.Classes : Math.Min(2, network.Classes))];
    }
}
