namespace Qdiff.Quantum;

/// <summary>
/// What is computed for one group of read-outs: clusters that evolve alone, joined to trees by edges, and the contraction that
/// gives the expectations. Built once, read by all threads.
/// </summary>
sealed class ClusterProgram
{
    /// <summary>2²⁶ amplitudes of 16 samples are 8 GiB.</summary>
    public const int MaxBits = 26;

    ClusterProgram(CircuitStart start, GateRun[] runs, Cluster[] clusters)
    {
        (Start, Runs, Clusters) = (start, runs, clusters);
        (Shapes, PerSample) = ([.. runs.Select(run => run.Shape)], [.. runs.Select(run => run.PerSample)]);
        InputGates = [.. runs.Select(run => run.PerSample ? new InputGate(run.Members[0]) : default)];
        HasFormulas = InputGates.Any(gate => gate.Formula is not null);
    }

    public CircuitStart Start { get; }

    public GateRun[] Runs { get; }

    /// <summary>Of each run, for the inner loops.</summary>
    public RunShape[] Shapes { get; }

    public bool[] PerSample { get; }

    /// <summary>The gate of each run that differs from sample to sample; of the others nothing.</summary>
    public InputGate[] InputGates { get; }

    /// <summary>Whether an angle that differs from sample to sample may have no value for some.</summary>
    public bool HasFormulas { get; }

    public Cluster[] Clusters { get; }

    public List<ClusterEdge> Edges { get; } = [];

    /// <summary>Multiply-adds on vectors of 16 samples for forward and gradient, by a rough model; infinite beyond
    /// <see cref="MaxBits"/>.</summary>
    public double Cost { get; private set; }

    /// <summary>Bits beyond <see cref="MaxBits"/>, of all clusters; 0 if the program can be run.</summary>
    public int Excess => Clusters.Sum(cluster => Math.Max(0, cluster.Bits - MaxBits));

    /// <summary>
    /// Cuts the wires into the clusters that cost least: the bridge tree, then neighbours merged as long as that pays. Where
    /// each gate between two clusters doubles both, many gates make them larger than all their wires together, so the last
    /// resort is one cluster for all wires that hang together.
    /// </summary>
    public static ClusterProgram Plan(Circuit circuit, IReadOnlyList<Elementary> gates, IReadOnlyList<SignedPauli> strings)
    {
        GateRun[] runs = [.. GateRun.Fuse(gates, circuit.Qubits)];
        ulong used = 0, flipped = 0;
        foreach (Elementary gate in gates) used |= gate.Wires;
        foreach (SignedPauli signed in strings) (used, flipped) = (used | signed.Pauli.Support, flipped | signed.Pauli.XBits);
        if (circuit.Start == CircuitStart.Amplitudes)
        {
            ulong all = (1UL << circuit.Qubits) - 1;
            return Build(circuit, runs, [all], flipped);
        }

        List<ulong> groups = new WireGraph(circuit.Qubits, runs).BridgeTree(used);
        ClusterProgram best = Build(circuit, runs, groups, flipped);
        for (bool improved = true; improved;)
        {
            improved = false;
            (List<ulong>, ClusterProgram)? found = null;
            foreach (ClusterEdge edge in best.Edges)
            {
                List<ulong> merged = [.. groups];
                merged[edge.A] |= merged[edge.B];
                merged.RemoveAt(edge.B);
                ClusterProgram candidate = Build(circuit, runs, merged, flipped);
                if (candidate.IsCheaperThan(found?.Item2 ?? best)) found = (merged, candidate);
            }

            if (found is null) continue;
            (groups, best) = found.Value;
            improved = true;
        }

        if (best.Excess == 0) return best;
        ClusterProgram whole = Build(circuit, runs, Connected(groups, best.Edges), flipped);
        return whole.IsCheaperThan(best) ? whole : best;
    }

    /// <summary>Infinite costs are all the same: what is nearer to possible comes first.</summary>
    bool IsCheaperThan(ClusterProgram other) => (Excess, Cost).CompareTo((other.Excess, other.Cost)) < 0;

    /// <summary>The groups that are joined by edges, however indirectly, as one.</summary>
    static List<ulong> Connected(List<ulong> groups, List<ClusterEdge> edges)
    {
        List<ulong> connected = [.. groups];
        foreach (ClusterEdge edge in edges)
        {
            ulong both = connected[edge.A] | connected[edge.B];
            for (int i = 0; i < connected.Count; i++)
                if ((connected[i] & both) != 0) connected[i] = both;
        }

        return [.. connected.Distinct()];
    }

    static ClusterProgram Build(Circuit circuit, GateRun[] runs, List<ulong> groups, ulong flipped)
    {
        // Bit 0 is the last wire: the number of an amplitude spells its wires in order.
        Cluster[] clusters = [.. groups.Select(group => new Cluster([.. WireGraph.Bits(group).Reverse()]))];
        var program = new ClusterProgram(circuit.Start, runs, clusters);
        var home = new int[circuit.Qubits];
        for (int c = 0; c < clusters.Length; c++)
            foreach (int wire in clusters[c].Wires) home[wire] = c;
        var lastMixed = new int[circuit.Qubits];
        Array.Fill(lastMixed, -1);
        for (int r = 0; r < runs.Length; r++)
            if (!runs[r].IsDiagonal) lastMixed[runs[r].Target] = r;

        ulong joined = circuit.Start == CircuitStart.Amplitudes ? ulong.MaxValue : 0;
        // The branch bit, in the target's cluster, that still equals the control wire's value.
        var valid = new Dictionary<(int Wire, int Cluster), int>();
        for (int r = 0; r < runs.Length; r++)
        {
            GateRun run = runs[r];
            Cluster cluster = clusters[home[run.Target]];
            int target = cluster.BitOf(run.Target);
            if (run.Control < 0)
            {
                if ((joined >> run.Target & 1) == 0) cluster.Preparation[target].Add(r);
                else cluster.Steps.Add(new(StepKind.Apply, r, target, -1, cluster.Bits));
            }
            else
            {
                joined |= 1UL << run.Target | 1UL << run.Control;
                Cluster other = clusters[home[run.Control]];
                if (other == cluster) cluster.Steps.Add(new(StepKind.Apply, r, target, cluster.BitOf(run.Control), cluster.Bits));
                else if (valid.TryGetValue((run.Control, home[run.Target]), out int bit))
                    cluster.Steps.Add(new(StepKind.Apply, r, target, bit, cluster.Bits));
                else
                {
                    bool isFinal = r > lastMixed[run.Control] && (flipped >> run.Control & 1) == 0;
                    valid[(run.Control, home[run.Target])] = program.Branch(r, home[run.Control], home[run.Target], isFinal);
                }
            }

            if (!run.IsDiagonal)
                for (int c = 0; c < clusters.Length; c++) valid.Remove((run.Target, c));
        }

        program.EstimateCost();
        return program;
    }

    int Branch(int r, int controlCluster, int targetCluster, bool isFinal)
    {
        (Cluster control, Cluster target) = (Clusters[controlCluster], Clusters[targetCluster]);
        int index = Edges.FindIndex(edge =>
            (edge.A, edge.B) == (controlCluster, targetCluster) || (edge.A, edge.B) == (targetCluster, controlCluster));
        if (index < 0)
        {
            index = Edges.Count;
            Edges.Add(new(Math.Min(controlCluster, targetCluster), Math.Max(controlCluster, targetCluster)));
            control.Edges.Add(index);
            target.Edges.Add(index);
        }

        int controlBit = control.BitOf(Runs[r].Control), targetBit = target.Bits;
        target.Steps.Add(new(StepKind.BranchTarget, r, target.BitOf(Runs[r].Target), -1, target.Bits++));
        if (!isFinal)
        {
            control.Steps.Add(new(StepKind.BranchControl, -1, -1, controlBit, control.Bits));
            controlBit = control.Bits++;
        }

        (isFinal ? Edges[index].Diagonal : Edges[index].Dense).Add(
            Edges[index].A == controlCluster ? (controlBit, targetBit) : (targetBit, controlBit));
        return targetBit;
    }

    void EstimateCost()
    {
        Cost = 0;
        foreach (Cluster cluster in Clusters)
        {
            double size = Math.Pow(2, cluster.Bits);
            foreach (ClusterStep step in cluster.Steps)
                Cost += 60 + 30 * Math.Pow(2, step.Control < 0 ? step.Bits : step.Bits - 1);
            foreach (int edge in cluster.Edges) Cost += 200 + 25 * size * Math.Pow(2, Edges[edge].Dense.Count);
            Cost += 20 * size + (cluster.Bits > MaxBits ? double.PositiveInfinity : 0);
        }
    }
}
