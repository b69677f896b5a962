namespace Qdiff.Quantum;

/// <summary>What lowering made of a circuit: numbers for a report on resources.</summary>
public sealed record LoweringReport
{
    internal LoweringReport(LoweredCircuit circuit)
    {
        LiteralGates = circuit.Circuit.Gates.Count;
        LiteralAmplitudes = Math.Pow(2, circuit.Circuit.Qubits);
        Programs = circuit.Layouts.Length;
        Clusters = [.. circuit.Layouts.SelectMany(layout => layout.Program.Clusters)
            .Select(cluster => cluster.Wires.Reverse().ToArray())];
        Amplitudes = circuit.Layouts.Sum(layout => layout.Program.Clusters.Sum(cluster => Math.Pow(2, cluster.Bits)));
        PreparationRuns = circuit.Layouts.Sum(layout =>
            layout.Program.Clusters.Sum(cluster => cluster.Preparation.Sum(runs => runs.Count)));
        Steps = circuit.Layouts.Sum(layout => layout.Program.Clusters.Sum(cluster => cluster.Steps.Count));
        CutGates = circuit.Layouts.Sum(layout => layout.Program.Edges.Sum(edge => edge.Dense.Count + edge.Diagonal.Count));
        GatesKept = circuit.Layouts.SelectMany(layout => layout.Program.Runs).Sum(run => run.Members.Count);
        WorkspaceBytes = circuit.WorkspaceBytes;
    }

    /// <summary>Gates of the circuit as written.</summary>
    public int LiteralGates { get; }

    /// <summary>Amplitudes of the whole register.</summary>
    public double LiteralAmplitudes { get; }

    /// <summary>Groups of read-outs that are computed separately.</summary>
    public int Programs { get; }

    /// <summary>The wires of each cluster that evolves alone.</summary>
    public IReadOnlyList<int[]> Clusters { get; }

    /// <summary>Amplitudes of all clusters, branches of cut gates included.</summary>
    public double Amplitudes { get; }

    /// <summary>Elementary gates that a read-out sees.</summary>
    public int GatesKept { get; }

    /// <summary>Matrices applied to single wires before they meet others.</summary>
    public int PreparationRuns { get; }

    /// <summary>Matrices applied to clusters.</summary>
    public int Steps { get; }

    /// <summary>Branch bits: gates between clusters that are summed over instead of applied.</summary>
    public int CutGates { get; }

    /// <summary>Memory a thread needs for one tile.</summary>
    public long WorkspaceBytes { get; }
}
