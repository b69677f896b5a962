using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// Where everything of a program lies in a workspace, in floats, and the tables its kernels read. Built once, read by all
/// threads.
/// </summary>
sealed class ProgramLayout
{
    public ProgramLayout(ClusterProgram program, Contraction contraction)
    {
        (Program, Contraction) = (program, contraction);
        int clusters = program.Clusters.Length;
        long largest = 0, widest = 0;
        (Psi, Lambda) = (new long[clusters], new long[clusters]);
        Wire = new long[clusters];
        for (int c = 0; c < clusters; c++)
        {
            long size = (long)Amplitude << program.Clusters[c].Bits;
            (Psi[c], Lambda[c]) = (Take(size), Take(size));
            Wire[c] = Take(2L * Amplitude * program.Clusters[c].WireBits);
            if (program.Clusters[c].Edges.Count > 0) largest = Math.Max(largest, size);
            if (contraction.Roots.Any(root => root.Cluster == c))
                widest = Math.Max(widest, (long)Amplitude << program.Clusters[c].WireBits);
        }

        WireLambda = Take(2 * Amplitude);
        Matrices = Take(8L * Samples * program.Runs.Length);
        Overlaps = Take(4L * Samples * program.Runs.Length);
        InverseLength = Take(Samples);
        (Terms, TermGradients) = (Take((long)Samples * contraction.Terms), Take((long)Samples * contraction.Terms));
        Message = [.. contraction.Messages.Select(node => Take((long)Amplitude * program.Edges[node.Edge].MessageSize))];
        MessageGradient = [.. contraction.Messages.Select(node => Take((long)Amplitude * program.Edges[node.Edge].MessageSize))];
        NodeImage = [.. contraction.Messages.Select(node =>
            TakeImage(node.Cluster, node.Children.Length > 0 || node.Local.Support != 0))];
        RootImage = [.. contraction.Roots.Select(node => TakeImage(node.Cluster, node.Children.Length > 0))];
        // The three scratch areas: intermediate products, and the density with the space its sums fold into.
        (ScratchA, ScratchB, Density) = (Take(largest), Take(largest), Take(widest));
        Steps = [.. program.Clusters.Select(cluster => StepPass.Group(cluster.Steps).ToArray())];
        bool hasPasses = Steps.Any(steps => steps.Any(entry => entry.Pass is not null));
        (BlockPsi, BlockLambda) = hasPasses
            ? (Take((long)Amplitude << StepPass.BlockBits), Take((long)Amplitude << StepPass.BlockBits)) : (0, 0);
        Sides = [.. program.Clusters.Select(cluster => cluster.Edges.ToDictionary(
            edge => edge,
            edge => new EdgeKernels(cluster.Bits, program.Edges[edge].DenseBits(Number(cluster)),
                program.Edges[edge].DiagonalBits(Number(cluster)))))];
        Signs = [.. contraction.Roots.Select(root => SignSums.For(
            program.Clusters[root.Cluster].WireBits,
            [.. root.Strings.Where(entry => entry.Local.IsDiagonal).Select(entry => (entry.Local.ZBits, entry.Term))]))];
        Flipped = [.. contraction.Roots.Select(root => root.Strings.Where(entry => !entry.Local.IsDiagonal).ToArray())];

        long TakeImage(int cluster, bool needed) => needed ? Take((long)Amplitude << program.Clusters[cluster].Bits) : -1;
        int Number(Cluster cluster) => Array.IndexOf(program.Clusters, cluster);
    }

    public ClusterProgram Program { get; }

    public Contraction Contraction { get; }

    /// <summary>State and co-state of each cluster, and the two amplitudes of each of its wires.</summary>
    public long[] Psi { get; }

    public long[] Lambda { get; }

    public long[] Wire { get; }

    public long WireLambda { get; }

    /// <summary>8 vectors a run: the matrices that differ from sample to sample.</summary>
    public long Matrices { get; }

    /// <summary>4 vectors a run: see <see cref="ReverseKernels{V}"/>.</summary>
    public long Overlaps { get; }

    public long InverseLength { get; }

    public long Terms { get; }

    public long TermGradients { get; }

    public long[] Message { get; }

    public long[] MessageGradient { get; }

    /// <summary>P Π M_child φ of a node; −1 where φ itself serves.</summary>
    public long[] NodeImage { get; }

    public long[] RootImage { get; }

    public long ScratchA { get; }

    public long ScratchB { get; }

    public long Density { get; }

    /// <summary>Per cluster: its steps, those on large states gathered into passes.</summary>
    public (ClusterStep Step, StepPass? Pass)[][] Steps { get; }

    /// <summary>The block of a pass and its co-state.</summary>
    public long BlockPsi { get; }

    public long BlockLambda { get; }

    /// <summary>Per cluster and edge.</summary>
    public Dictionary<int, EdgeKernels>[] Sides { get; }

    /// <summary>Per root: its Z-strings and its other strings.</summary>
    public SignSums?[] Signs { get; }

    public (PauliString Local, int Term)[][] Flipped { get; }

    /// <summary>Floats of a workspace.</summary>
    public long Floats { get; private set; }

    long Take(long floats)
    {
        long offset = Floats;
        Floats += floats;
        return offset;
    }
}
