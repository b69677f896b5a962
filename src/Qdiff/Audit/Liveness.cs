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
    IReadOnlyList<(string Name, double Effect)> Detachments, IReadOnlyList<AuditInput> Inputs, bool ReachesImage,
    AuditMargin Margin)
{
    /// <summary>Gradients this far above their measured noise are signs of life; the weakest have to prove it in
    /// double.</summary>
    const double ClearGradient = 10;

    /// <summary>A ratio that gradients of pure noise hardly ever reach; in between, a unit may be on for a sample or
    /// two.</summary>
    const double Pure = 5;

    /// <summary>Effects up to this multiple of the noise floor count as none: large moves round more than small ones.</summary>
    const double Tolerated = 1000;

    /// <summary>Looks in single precision; more than one only if there is life among the suspects.</summary>
    const int Looks = 4;

    /// <summary>The live numbers with the weakest gradients are tested in double too.</summary>
    const int WeakestTested = 3;

    /// <summary>Passes in double to find live numbers among suspects, for each draw.</summary>
    const int Budget = 40;

    /// <summary>A move this much smaller tells a gradient of zero from a unit that is merely off.</summary>
    const double SmallShare = 1e-4;

    public static Liveness Of(Network network, AuditDraws draws, CancellationToken cancellationToken)
    {
        // Signs of life in single precision. If something is detached, look through it too: a value can matter without a
        // gradient.
        var screen = new GradientScreen(network, draws, ignoresDetach: false);
        GradientScreen through = screen;
        screen.Look(cancellationToken);
        if (screen.Detached.Count > 0) (through = new(network, draws, ignoresDetach: true)).Look(cancellationToken);

        int count = network.Parameters.Scalars;
        int[][] suspects = Suspects();
        var first = new ReferenceProbe(network, draws, 0, LabelsThatMatter(network, suspects));
        double floor = Math.Max(first.Noise(new(draws.Seed, "audit nudge")), Math.BitIncrement(1.0) - 1);
        double threshold = Tolerated * floor, largestDead = 0, smallestLive = double.PositiveInfinity;

        // In double: move all suspects at once. If the output moves there is life among them; if it stays, those without any
        // gradient may still be behind units that happen to be off. Either way look again, at other draws, until that finds no
        // more life.
        for (int look = 1; look < Looks && suspects.Length > 0; look++)
        {
            bool moves = first.Effect(Together(suspects)) > threshold;
            if (!moves && !Together(suspects).Any(i => through.IsExactlyZero(i) || through.Ratio(i) > Pure)) break;
            int before = suspects.Sum(group => group.Length);
            screen.Look(cancellationToken);
            if (through != screen) through.Look(cancellationToken);
            suspects = Suspects();
            if (!moves && suspects.Sum(group => group.Length) == before) break;
        }

        // What is still suspected is judged in double alone, by halves, at two draws: dead is what moves the output in neither.
        bool[] live = new bool[count];
        live.AsSpan().Fill(true);
        foreach (int i in Together(suspects)) live[i] = false;
        ReferenceProbe[] probes = [first, new(network, draws, AuditDraws.FirstRaised, LabelsThatMatter(network, suspects))];
        int[] weakest = [.. Enumerable.Range(0, count).Where(i => live[i]).OrderBy(through.Ratio).Take(WeakestTested)];
        foreach (int i in weakest)
        {
            live[i] = probes.Any(probe => Moves(probe, [i]))
                || through.BestDraws(i).Any(draw =>
                    Moves(ReferenceProbe.AtTile(network, draws, draw, through.FirstLabel(draw)), [i]));
        }

        int undecided = 0;
        foreach (ReferenceProbe probe in probes)
        {
            IEnumerable<int[]> left = suspects.Select(group => group.Where(i => !live[i]).ToArray());
            var search = new Bisection(set => Moves(probe, set), Budget).Run(left);
            foreach (int i in search.Movers.Concat(search.Undecided)) live[i] = true;
            undecided += search.Undecided.Count;
        }

        // A gradient that is exactly zero although a small move moves the output: nothing leads back.
        bool[] detached = [.. Enumerable.Range(0, count).Select(i => live[i] && screen.IsExactlyZero(i))];
        int[] stuck = [.. Enumerable.Range(0, count).Where(i => detached[i] && through.IsExactlyZero(i))];
        if (stuck.Length > 0 && probes.Max(probe => probe.Effect(stuck, SmallShare)) <= threshold)
            foreach (int i in stuck) detached[i] = false;

        List<(string, double)> detachments =
            [.. screen.Detached.Select(name => (name, probes.Max(probe => probe.DetachedEffect(name))))];
        var effects = probes.Select(probe => probe.InputEffects()).ToArray();
        List<AuditInput> inputs = [Input("image", effects.Max(e => e.Image)), Input("timestep", effects.Max(e => e.Timestep))];
        if (network.Labels > 1) inputs.Add(Input("label", effects.Max(e => e.Label)));

        return new(live, detached, undecided, first.Read, detachments, inputs, screen.ReachesImage,
            new(floor, threshold, largestDead, double.IsFinite(smallestLive) ? smallestLive : null,
                weakest.Length == 0 ? 0 : through.Ratio(weakest[0]), probes.Sum(probe => probe.Passes)));

        // By parameter; the order is that of the table.
        int[][] Suspects() => [.. network.Parameters
            .Select(p => Enumerable.Range(p.Offset, p.Count).Where(i => through.Ratio(i) <= ClearGradient).ToArray())
            .Where(group => group.Length > 0)];

        bool Moves(ReferenceProbe probe, int[] set)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double effect = probe.Effect(set);
            if (effect <= threshold) largestDead = Math.Max(largestDead, effect);
            else if (set.Length == 1) smallestLive = Math.Min(smallestLive, effect);
            return effect > threshold;
        }

        AuditInput Input(string name, double effect) => new(name, effect, effect > threshold);
    }

    static int[] Together(int[][] groups) => [.. groups.SelectMany(group => group)];

    /// <summary>Two labels, or all whose embedding is under suspicion: only a sample with the label can feel it.</summary>
    static int[] LabelsThatMatter(Network network, int[][] suspects)
    {
        if (network.Labels == 0) return [];
        bool suspected = network.Parameters.Any(p => ParameterKinds.Of(network, p) == ParameterKind.Embedding
            && suspects.Any(group => group[0] >= p.Offset && group[0] < p.Offset + p.Count));
        return [.. Enumerable.Range(0, suspected ? network.Labels : Math.Min(2, network.Labels))];
    }
}
