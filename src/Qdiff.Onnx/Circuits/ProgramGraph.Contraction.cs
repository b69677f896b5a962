using System.Numerics;
using Qdiff.Quantum;

namespace Qdiff.Onnx;

/// <summary>How the terms follow from the amplitudes: messages from cluster to cluster, and what is read where.</summary>
sealed partial class ProgramGraph
{
    /// <summary>Constants of a sum over all amplitudes may have so many numbers before it is taken in two steps.</summary>
    const int SignTable = 1 << 14;

    /// <summary>
    /// What stands for everything behind an edge, as a real matrix from the right for rows [re | im] over the dense branch bits:
    /// [rows, 2^diagonal, 2·2^dense, 2·2^dense].
    /// </summary>
    string Message(int m)
    {
        if (messages[m] is { } known) return known;
        MessageNode node = contraction.Messages[m];
        (int[] diagonal, int[] dense) = Branches(node.Edge, node.Cluster);
        AmplitudeValue phi = Amplitudes(node.Cluster), image = Multiplied(Applied(node.Local, phi), node.Cluster, node.Children);
        int[] others = phi.Rest([Part, .. diagonal, .. dense]);

        // Mᵀ = Σ (P Π M φ)ᵀ conj(φ), with real parts re·re + im·im and imaginary parts im·re − re·im.
        string x = phi.Arranged(graph, diagonal, [Part, .. others], dense);
        string y = graph.Transpose(image.Arranged(graph, diagonal, [Part, .. others], dense), 0, 1, 3, 2);
        string[] parts = graph.Split(image.Arranged(graph, diagonal, [Part], [.. others, .. dense]), 2, 2, 1);
        string turned = graph.Concatenate(2, parts[1], graph.Add("Neg", [parts[0]]));
        turned = graph.Reshape(turned, -1, 1L << diagonal.Length, 2L << others.Length, 1L << dense.Length);
        string real = graph.MatMul(y, x), imaginary = graph.MatMul(graph.Transpose(turned, 0, 1, 3, 2), x);
        return messages[m] = graph.Concatenate(2, graph.Concatenate(3, real, imaginary),
            graph.Concatenate(3, graph.Add("Neg", [imaginary]), real));
    }

    /// <summary>The branch bits of an edge in a cluster, in one order on both of its sides.</summary>
    (int[] Diagonal, int[] Dense) Branches(int edge, int cluster) =>
        (program.Edges[edge].DiagonalBits(cluster), program.Edges[edge].DenseBits(cluster));

    /// <summary>Π M φ of messages that come to a cluster.</summary>
    AmplitudeValue Multiplied(AmplitudeValue phi, int cluster, int[] children)
    {
        foreach (int child in children)
        {
            (int[] diagonal, int[] dense) = Branches(contraction.Messages[child].Edge, cluster);
            int[] others = phi.Rest([Part, .. diagonal, .. dense]);
            phi = new(graph.MatMul(phi.Arranged(graph, diagonal, others, [Part, .. dense]), Message(child)),
                [.. diagonal, .. others, Part, .. dense]);
        }

        return phi;
    }

    /// <summary>P φ, four bits at a time.</summary>
    AmplitudeValue Applied(PauliString pauli, AmplitudeValue phi)
    {
        for (int bit = 0; bit < Circuit.MaxQubits; bit += 4)
        {
            List<BitGate> gates = [];
            for (int b = bit; b < bit + 4; b++)
            {
                bool x = (pauli.XBits >> b & 1) != 0, z = (pauli.ZBits >> b & 1) != 0;
                if (x || z)
                    gates.Add(BitGate.Constant(b, -1, GateTable.Spec(x ? z ? GateKind.Y : GateKind.X : GateKind.Z).Block([])));
            }

            int[] bits = [.. gates.Select(gate => gate.Target).Reverse()];
            if (bits.Length > 0) phi = Apply(new(gates, bits, bits), phi, _ => []);
        }

        return phi;
    }

    /// <summary>The terms that are read at a root: values [rows, terms] and which terms they are.</summary>
    IEnumerable<(string Value, int[] Terms)> Read(RootNode root)
    {
        AmplitudeValue phi = Amplitudes(root.Cluster), image = Multiplied(phi, root.Cluster, root.Children);
        (PauliString Local, int Term)[] signs = [.. root.Strings.Where(entry => entry.Local.IsDiagonal)];
        if (signs.Length > 0)
            yield return (Signed(Products(phi, image), image.Axes, [.. signs.Select(entry => entry.Local.ZBits)]),
                [.. signs.Select(entry => entry.Term)]);
        foreach ((PauliString local, int term) in root.Strings.Where(entry => !entry.Local.IsDiagonal))
        {
            AmplitudeValue turned = Applied(local, image);
            yield return (graph.ReduceSum(Products(phi, turned), 1, keep: true), [term]);
        }
    }

    /// <summary>re·re + im·im of each amplitude, before the sum: [rows, 2^axes] in the order of the second's axes.</summary>
    string Products(AmplitudeValue phi, AmplitudeValue image) =>
        graph.Times(phi.Arranged(graph, image.Axes), image.Arranged(graph, image.Axes));

    /// <summary>Sums over all amplitudes with the signs of these Z-strings: [rows, strings].</summary>
    string Signed(string density, int[] axes, ulong[] strings)
    {
        if (strings.Length << axes.Length <= SignTable) return graph.MatMul(density, Signs(axes, strings));

        // First over the later axes, for each pattern that strings have there, then over the others.
        int[] outer = axes[..(axes.Length / 2)], inner = axes[(axes.Length / 2)..];
        ulong[] patterns = [.. strings.Select(z => z & Bits(inner)).Distinct()];
        string sums = graph.MatMul(graph.Reshape(density, -1, 1L << outer.Length, 1L << inner.Length), Signs(inner, patterns));
        sums = graph.Gather(sums, [.. strings.Select(z => (long)Array.IndexOf(patterns, z & Bits(inner)))], 2);
        return graph.ReduceSum(graph.Times(sums, Signs(outer, strings)), 1);
    }

    /// <summary>[2^axes, strings] of 1 and −1.</summary>
    string Signs(int[] axes, ulong[] strings)
    {
        var signs = new float[strings.Length << axes.Length];
        for (int index = 0; index < 1 << axes.Length; index++)
        {
            ulong set = 0;
            for (int k = 0; k < axes.Length; k++)
                if (axes[k] != Part && (index >> axes.Length - 1 - k & 1) != 0) set |= 1UL << axes[k];
            for (int s = 0; s < strings.Length; s++)
                signs[index * strings.Length + s] = BitOperations.PopCount(set & strings[s]) % 2 == 0 ? 1 : -1;
        }

        return graph.Constant(signs, 1L << axes.Length, strings.Length);
    }

    static ulong Bits(int[] axes) => axes.Where(axis => axis != Part).Aggregate(0UL, (set, bit) => set | 1UL << bit);
}
