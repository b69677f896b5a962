namespace Qdiff.Quantum;

/// <summary>
/// A message over an edge: everything behind <c>Cluster</c>, seen from the other side, M[b][r'][r] = Σ conj(φ[…r'b…]) (P Π
/// M_child φ)[…r b…] with r over the dense and b over the diagonal branch bits.
/// </summary>
sealed record MessageNode(int Cluster, int Edge, PauliString Local, int[] Children);

/// <summary>Strings read at one cluster behind the same messages: term[i] = Re⟨φ|P_i Π M_child|φ⟩.</summary>
sealed record RootNode(int Cluster, int[] Children, List<(PauliString Local, int Term)> Strings);

/// <summary>One read-out: Constant + Σ Coefficient · Π terms.</summary>
sealed record ReadOutSum(int ReadOut, double Constant, List<(double Coefficient, int[] Terms)> Products);

/// <summary>
/// How the expectations follow from the clusters' amplitudes: a term is a Pauli string on one tree of clusters, a read-out is a
/// weighted sum of products of terms. Messages are shared between terms.
/// </summary>
sealed class Contraction
{
    readonly ClusterProgram program;
    readonly bool preferLast;
    readonly int[] tree;
    readonly Dictionary<(int Cluster, int Edge, PauliString Behind), int> messages = [];
    readonly Dictionary<(int Tree, PauliString Pauli), int> terms = [];

    Contraction(ClusterProgram program, IReadOnlyList<(int ReadOut, double Coefficient, SignedPauli String)> strings,
        bool preferLast)
    {
        (this.program, this.preferLast) = (program, preferLast);
        tree = Trees();
        foreach (var group in strings.GroupBy(entry => entry.ReadOut))
        {
            double constant = 0;
            List<(double, int[])> products = [];
            foreach ((_, double coefficient, SignedPauli signed) in group)
            {
                if (signed.Pauli.Support == 0) constant += coefficient * signed.Sign;
                else products.Add((coefficient * signed.Sign, TermsOf(signed.Pauli)));
            }

            ReadOuts.Add(new(group.Key, constant, products));
        }
    }

    /// <summary>
    /// The contraction with the fewer messages of two: strings that begin at the same wire share messages when they are read at
    /// their last cluster, strings that end at the same wire when they are read at their first.
    /// </summary>
    public static Contraction Plan(ClusterProgram program,
        IReadOnlyList<(int ReadOut, double Coefficient, SignedPauli String)> strings)
    {
        Contraction first = new(program, strings, preferLast: false), last = new(program, strings, preferLast: true);
        return last.Messages.Count < first.Messages.Count ? last : first;
    }

    /// <summary>Children before parents.</summary>
    public List<MessageNode> Messages { get; } = [];

    public List<RootNode> Roots { get; } = [];

    public List<ReadOutSum> ReadOuts { get; } = [];

    public int Terms => terms.Count;

    int[] Trees()
    {
        int[] result = [.. Enumerable.Range(0, program.Clusters.Length)];
        foreach (ClusterEdge edge in program.Edges)
        {
            (int from, int to) = (result[edge.B], result[edge.A]);
            for (int c = 0; c < result.Length; c++)
                if (result[c] == from) result[c] = to;
        }

        return result;
    }

    int[] TermsOf(PauliString pauli)
    {
        List<int> result = [];
        for (int t = 0; t < tree.Length; t++)
        {
            ulong wires = 0;
            for (int c = 0; c < tree.Length; c++)
                if (tree[c] == t) wires |= program.Clusters[c].WireSet;
            PauliString part = pauli.On(wires);
            if (part.Support == 0) continue;
            if (!terms.TryGetValue((t, part), out int term))
            {
                terms[(t, part)] = term = terms.Count;
                AddTerm(part, term);
            }

            result.Add(term);
        }

        return [.. result];
    }

    /// <summary>Reads the string at that cluster of its support which needs the fewest new messages.</summary>
    void AddTerm(PauliString pauli, int term)
    {
        (int Missing, int Cluster) best = (int.MaxValue, 0);
        for (int c = 0; c < program.Clusters.Length; c++)
        {
            if ((program.Clusters[c].WireSet & pauli.Support) == 0) continue;
            int missing = program.Clusters[c].Edges.Sum(edge => Missing(program.Edges[edge].Other(c), edge, pauli));
            if (missing < best.Missing || preferLast && missing == best.Missing) best = (missing, c);
        }

        int[] children = [.. program.Clusters[best.Cluster].Edges.Select(edge =>
            Message(program.Edges[edge].Other(best.Cluster), edge, pauli))];
        RootNode? root = Roots.Find(node => node.Cluster == best.Cluster && node.Children.SequenceEqual(children));
        if (root is null) Roots.Add(root = new(best.Cluster, children, []));
        root.Strings.Add((program.Clusters[best.Cluster].Local(pauli), term));
    }

    int Missing(int cluster, int edge, PauliString pauli) =>
        messages.ContainsKey((cluster, edge, pauli.On(Behind(cluster, edge))))
        ? 0
        : 1 + program.Clusters[cluster].Edges.Where(other => other != edge)
            .Sum(other => Missing(program.Edges[other].Other(cluster), other, pauli));

    int Message(int cluster, int edge, PauliString pauli)
    {
        PauliString behind = pauli.On(Behind(cluster, edge));
        if (messages.TryGetValue((cluster, edge, behind), out int known)) return known;
        int[] children = [.. program.Clusters[cluster].Edges.Where(other => other != edge)
            .Select(other => Message(program.Edges[other].Other(cluster), other, pauli))];
        Messages.Add(new(cluster, edge, program.Clusters[cluster].Local(pauli), children));
        return messages[(cluster, edge, behind)] = Messages.Count - 1;
    }

    /// <summary>The wires on this cluster's side of the edge.</summary>
    ulong Behind(int cluster, int edge) => program.Clusters[cluster].Edges.Where(other => other != edge)
        .Aggregate(program.Clusters[cluster].WireSet, (wires, other) =>
            wires | Behind(program.Edges[other].Other(cluster), other));
}
