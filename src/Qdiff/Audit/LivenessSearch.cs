using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Tells live parameters from dead ones: by gradients in single precision what is clear, and in double what is not. A number is
/// dead if nothing leads from it to the output, or if the output stays where it is when the number is moved; it is undecided if
/// something does lead to the output, but through units that never opened.
/// </summary>
sealed class LivenessSearch
{
    /// <summary>Gradients this far above their measured noise are signs of life.</summary>
    const double ClearGradient = 10;

    /// <summary>A ratio that noise never reaches; what is below has to show its gradient twice.</summary>
    const double Certain = 100;

    /// <summary>A ratio that gradients of pure noise hardly ever reach; in between, a unit may be on for a sample or
    /// two.</summary>
    const double Pure = 5;

    /// <summary>A few parameters alive among so many suspects of one parameter have to show their gradient twice, too: noise of a
    /// few levels is steady now and then.</summary>
    const int Outnumbered = 20;

    /// <summary>Looks in single precision; more than one only if there is life among the suspects.</summary>
    const int Looks = 4;

    /// <summary>The live parameters with the weakest gradients are tested in double too, as many at a time, until all of them
    /// move.</summary>
    const int WeakestTested = 3;

    /// <summary>Passes in double to find live parameters among suspects, for each draw.</summary>
    const int Budget = 40;

    /// <summary>A move this much smaller tells a gradient of zero from a unit that is merely off.</summary>
    const double SmallShare = 1e-4;

    /// <summary>Draws that are tried for one with an output to measure against.</summary>
    const int DrawsTried = 3;

    /// <summary>Moves that show parameters whose gradient is below the smallest float, or open a unit that is far from
    /// open.</summary>
    static readonly double[] s_largeShares = [1e12, -1e12, 1e60];

    readonly Network network;
    readonly AuditDraws draws;
    readonly CancellationToken cancellationToken;
    readonly GradientScreen screen, through;
    readonly Dictionary<AuditView, ReferenceProbe> probesAtViews = [];
    readonly bool[] live, undecided, structurallyDead;
    IReadOnlyList<AuditView> openingViews = [];
    ReferenceProbe[] probes = [];
    double largestDead, smallestLive = double.PositiveInfinity;

    public LivenessSearch(Network network, AuditDraws draws, CancellationToken cancellationToken)
    {
        (this.network, this.draws, this.cancellationToken) = (network, draws, cancellationToken);
        int count = network.Parameters.Scalars;
        (live, undecided, structurallyDead) = (new bool[count], new bool[count], new bool[count]);
        foreach (QuantumLayer layer in network.Circuits.Where(layer => layer.Angles is not null))
            foreach (int w in new CircuitAnalysis(layer.Lowered.Circuit, layer.Lowered.ReadOuts).DeadWeights)
                structurallyDead[layer.Angles!.Offset + w] = true;
        // If something is detached, look through it too: a value can matter without a gradient.
        screen = through = new(network, draws, ignoresDetach: false);
        screen.Look(cancellationToken);
        if (screen.Detached.Count == 0) return;
        through = new(network, draws, ignoresDetach: true);
        through.Look(cancellationToken);
    }

    public Liveness Run()
    {
        SeekRareLife();
        int[][] suspects = Suspects();
        ReferenceProbe first = Probe(0, suspects);

        // In double: move all suspects at once. If the output moves there is life among them: look again, at other draws, until
        // that finds no more.
        for (int look = 1; look < Looks && suspects.Length > 0; look++)
        {
            bool moves = first.Effect(Together(suspects)) > first.Threshold;
            if (!moves && !Together(suspects).Any(i => through.Ratio(i) > Pure)) break;
            int before = suspects.Sum(group => group.Length);
            Look(screen => screen.Look(cancellationToken));
            suspects = Suspects();
            if (!moves && suspects.Sum(group => group.Length) == before) break;
        }

        int[] weak = ConfirmWeakClaims();
        suspects = Suspects();
        live.AsSpan().Fill(true);
        foreach (int i in Together(suspects)) live[i] = false;
        probes = [first, Probe(AuditDraws.FirstRaised, suspects)];
        TestWeakClaims(weak);
        double weakest = TestWeakest();
        JudgeSuspects(suspects);
        JudgeFaint();
        JudgeClosed();

        bool[] detached = Detached();
        List<(string, double)> detachments =
            [.. screen.Detached.Select(name => (name, probes.Max(probe => probe.DetachedEffect(name))))];
        List<AuditInput> inputs = Inputs();
        IEnumerable<ReferenceProbe> all = probes.Concat(probesAtViews.Values);
        HashSet<Parameter> read = [.. all.SelectMany(probe => probe.Read)];
        return new(live, undecided, detached, read, detachments, inputs, screen.ReachesImage,
            new(probes.Max(probe => probe.Floor), probes.Max(probe => probe.Threshold), largestDead,
                double.IsFinite(smallestLive) ? smallestLive : null, weakest, all.Sum(probe => probe.Passes)));
    }

    /// <summary>Numbers without any gradient may act at other timesteps, or behind units that were off: look at all timesteps,
    /// with raised biases.</summary>
    void SeekRareLife()
    {
        int[] silent = Silent();
        if (silent.Length == 0) return;
        openingViews = through.Touching([.. draws.EveryTimestep()], silent, cancellationToken);
        if (openingViews.Count > 0) Look(screen => screen.Look(openingViews, cancellationToken));
    }

    /// <summary>
    /// Gradients that are not far above noise, or that few parameters of a parameter have, have to show a second time; returns
    /// those that did.
    /// </summary>
    int[] ConfirmWeakClaims()
    {
        var weak = new List<int>();
        foreach (Parameter p in network.Parameters)
        {
            int[] claims = [.. Enumerable.Range(p.Offset, p.Count).Where(i => through.Ratio(i) > ClearGradient)];
            bool outnumbered = claims.Length * Outnumbered <= p.Count - claims.Length;
            weak.AddRange(claims.Where(i => outnumbered || through.Ratio(i) <= Certain));
        }

        through.Confirm(weak, cancellationToken);
        return [.. weak.Where(i => through.Ratio(i) > ClearGradient)];
    }

    /// <summary>Weak claims are tested in double by halves, at the draws that judge suspects and at those that showed
    /// them.</summary>
    void TestWeakClaims(int[] weak)
    {
        foreach (var shown in weak.GroupBy(i => through.BestViews(i).First()))
        {
            int[] still = [.. shown];
            foreach (ReferenceProbe probe in probes.Concat(through.BestViews(still[0]).Select(ProbeAt)))
            {
                if (still.Length == 0) break;
                var search = new Bisection(set => Moves(probe, set), Budget).Run([still]);
                still = [.. still.Except(search.Movers).Except(search.Undecided)];
            }

            foreach (int i in still) JudgeUnmoved(i);
        }
    }

    /// <summary>Tests live parameters in double, the weakest gradients first, until a few of them all move.</summary>
    double TestWeakest()
    {
        int[] ordered = [.. Enumerable.Range(0, live.Length).Where(i => live[i]).OrderBy(through.Ratio)];
        for (int tested = 0; tested < ordered.Length && tested < Budget; tested += WeakestTested)
        {
            bool allMove = true;
            foreach (int i in ordered.Skip(tested).Take(WeakestTested))
            {
                if (probes.Concat(through.BestViews(i).Select(ProbeAt)).Any(probe => Moves(probe, [i]))) continue;
                allMove = false;
                JudgeUnmoved(i);
            }

            if (allMove) break;
        }

        return ordered.Where(i => live[i]).Select(through.Ratio).FirstOrDefault();
    }

    /// <summary>
    /// A number with a gradient that does not move the output in double. If the gradient is large enough for the move to show, it
    /// was rounding: the number is dead. If not, the effect is below the rounding of double, and the number is live if its
    /// gradient is beyond doubt.
    /// </summary>
    void JudgeUnmoved(int i)
    {
        ReferenceProbe[] shown = [.. through.BestViews(i).Select(ProbeAt)];
        bool wouldShow = shown.Any(probe => probe.Expected(i, through.Strength(i)) > probe.Threshold);
        live[i] = !wouldShow && through.Ratio(i) > Certain;
        undecided[i] = !wouldShow && !live[i];
        if (live[i]) smallestLive = Math.Min(smallestLive, shown.Max(probe => probe.Effect([i])));
    }

    /// <summary>What is still suspected is judged in double alone, by halves, at two draws: dead is what moves the output in
    /// neither.</summary>
    void JudgeSuspects(int[][] suspects)
    {
        foreach (ReferenceProbe probe in probes.Where(probe => double.IsFinite(probe.Floor)))
            Judge(suspects, set => Moves(probe, set));
        // Where the output is no number nothing can be said.
        if (!probes.Any(probe => double.IsFinite(probe.Floor)))
            foreach (int i in Together(suspects)) undecided[i] = true;
    }

    void Judge(int[][] suspects, Func<int[], bool> moves)
    {
        var search = new Bisection(moves, Budget).Run(suspects.Select(group => group.Where(i => !live[i]).ToArray()));
        foreach (int i in search.Undecided) undecided[i] = true;
        foreach (int i in search.Movers) (live[i], undecided[i]) = (true, false);
    }

    /// <summary>A gradient of exactly 0 may be one below the smallest float: then large moves show in double.</summary>
    void JudgeFaint()
    {
        ReferenceProbe probe = probes[^1];
        foreach (double share in s_largeShares)
        {
            int[] silent = Silent();
            if (silent.Length == 0 || !probe.IsUsable) return;
            Judge([silent], set =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return probe.Effect(set, share) is var effect && effect > probe.Threshold && double.IsFinite(effect);
            });
        }
    }

    /// <summary>What leads to the output only through units that were never open is not decided.</summary>
    void JudgeClosed()
    {
        int[] silent = Silent();
        if (silent.Length == 0) return;
        AuditView[] views = [draws.View(1, 0, 0), draws.View(AuditDraws.FirstRaised, 0, Tensor.Samples)];
        foreach (int i in through.LeadingThroughOpen(silent, views, cancellationToken)) undecided[i] = true;
    }

    /// <summary>Numbers that never had a gradient and that neither a test nor the gates of a circuit judged yet.</summary>
    int[] Silent() => [.. Enumerable.Range(0, live.Length)
        .Where(i => through.IsExactlyZero(i) && !live[i] && !structurallyDead[i])];

    /// <summary>A gradient that is exactly zero although a small move moves the output: nothing leads back.</summary>
    bool[] Detached()
    {
        bool[] detached = [.. Enumerable.Range(0, live.Length).Select(i => live[i] && screen.IsExactlyZero(i))];
        int[] stuck = [.. Enumerable.Range(0, live.Length).Where(i => detached[i] && through.IsExactlyZero(i))];
        if (stuck.Length > 0 && probes.All(probe => probe.Effect(stuck, SmallShare) <= probe.Threshold))
            foreach (int i in stuck) detached[i] = false;
        return detached;
    }

    List<AuditInput> Inputs()
    {
        const int usualLabels = 11;
        var effects = probes.Select(probe => probe.InputEffects(Math.Min(network.Labels, usualLabels))).ToArray();
        AuditInput image = Input("image", [.. effects.Select(e => e.Image)]);
        AuditInput timestep = Input("timestep", [.. effects.Select(e => e.Timestep)]);
        if (!timestep.Matters && InputSweep.TimestepThatMatters(network, draws, cancellationToken) is { } rare)
            timestep = Input("timestep", [.. probes.Select(probe => probe.TimestepEffect(rare))]);
        if (network.Labels < 2) return [image, timestep];

        AuditInput label = Input("label", [.. effects.Select(e => e.Label)]);
        if (!label.Matters && network.Labels > usualLabels)
        {
            IEnumerable<int> others = Enumerable.Range(usualLabels, network.Labels - usualLabels);
            label = Input("label", [.. probes.Select(probe => probe.LabelEffect(others))]);
        }

        return [image, timestep, label];

        AuditInput Input(string name, double[] effects) =>
            new(name, effects.Max(), probes.Where((probe, i) => effects[i] > probe.Threshold).Any());
    }

    void Look(Action<GradientScreen> look)
    {
        look(screen);
        if (through != screen) look(through);
    }

    /// <summary>The draw, or one after it that has an output to measure against.</summary>
    ReferenceProbe Probe(int draw, int[][] suspects)
    {
        int[] labels = LabelsThatMatter(suspects);
        ReferenceProbe probe = new(network, draws, draw, labels);
        for (int later = 1; later < DrawsTried && !probe.IsUsable; later++) probe = new(network, draws, draw + later, labels);
        return probe;
    }

    ReferenceProbe ProbeAt(AuditView view)
    {
        if (!probesAtViews.TryGetValue(view, out ReferenceProbe? probe))
            probesAtViews[view] = probe = ReferenceProbe.At(network, draws, view);
        return probe;
    }

    /// <summary>By parameter; the order is that of the table.</summary>
    int[][] Suspects() => [.. network.Parameters
        .Select(p => Enumerable.Range(p.Offset, p.Count).Where(i => through.Ratio(i) <= ClearGradient).ToArray())
        .Where(group => group.Length > 0)];

    bool Moves(ReferenceProbe probe, int[] set)
    {
        cancellationToken.ThrowIfCancellationRequested();
        double effect = probe.Effect(set);
        if (effect <= probe.Threshold) largestDead = Math.Max(largestDead, effect);
        else if (set.Length == 1) smallestLive = Math.Min(smallestLive, effect);
        return effect > probe.Threshold;
    }

    static int[] Together(int[][] groups) => [.. groups.SelectMany(group => group)];

    /// <summary>Two labels, or all whose embedding is under suspicion: only a sample with the label can feel it.</summary>
    int[] LabelsThatMatter(int[][] suspects)
    {
        if (network.Labels == 0) return [];
        bool suspected = network.Parameters.Any(p => ParameterKinds.Of(network, p) == ParameterKind.Embedding
            && suspects.Any(group => group[0] >= p.Offset && group[0] < p.Offset + p.Count));
        return [.. Enumerable.Range(0, suspected ? network.Labels : Math.Min(2, network.Labels))];
    }
}
