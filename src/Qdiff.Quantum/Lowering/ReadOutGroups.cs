using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Which read-outs are computed together. A read-out with a small light cone may be cheaper alone; read-outs that see the same
/// gates share them.
/// </summary>
static class ReadOutGroups
{
    /// <exception cref="ArgumentException">It would take more than 2^<see cref="ClusterProgram.MaxBits"/> amplitudes.</exception>
    public static List<ProgramLayout> Plan(Circuit circuit, IReadOnlyList<Observable> readOuts)
    {
        (List<Elementary> gates, int[] places) = Elementary.Decompose(circuit);
        if (circuit.Start == CircuitStart.Zero) gates = Simplification.FromZero(gates);
        Entry[] entries =
        [
            .. readOuts.SelectMany((readOut, r) => readOut.Terms.DefaultIfEmpty((0, default))
                .Select(term => new Entry(r, term.Coefficient, new(Moved(term.Pauli, places), 1)))),
        ];
        List<Group> chosen = [Lower(circuit, gates, entries)];
        List<Entry[]> cones = Cones(gates, entries);
        if (cones.Count > 1)
        {
            List<Group> apart = [.. cones.Select(cone => Lower(circuit, gates, cone))];
            if (apart.Sum(group => group.Program.Cost) < chosen[0].Program.Cost) chosen = apart;
        }

        int bits = chosen.SelectMany(group => group.Program.Clusters).Select(cluster => cluster.Bits).DefaultIfEmpty(0).Max();
        if (bits > ClusterProgram.MaxBits)
            throw new ArgumentException(FormattableString.Invariant(
                $"The circuit needs 2^{bits} amplitudes at once: {3 * 128 * Math.Pow(2, bits - 30):0.#} GiB for a tile of 16 ")
                + $"samples; the limit is 2^{ClusterProgram.MaxBits}.", nameof(circuit));
        return [.. chosen.Select(group => new ProgramLayout(group.Program, Contraction.Plan(group.Program, group.Strings)))];
    }

    static Group Lower(Circuit circuit, List<Elementary> gates, IReadOnlyList<Entry> entries)
    {
        (List<Elementary> kept, SignedPauli[] strings) =
            Simplification.BehindReadOuts(gates, entries.Select(entry => entry.String));
        return new(ClusterProgram.Plan(circuit, kept, strings),
            [.. entries.Select((entry, i) => (entry.ReadOut, entry.Coefficient, strings[i]))]);
    }

    /// <summary>
    /// Starts with each read-out alone and merges two groups whenever their common light cone costs less than both.
    /// </summary>
    static List<Entry[]> Cones(List<Elementary> gates, Entry[] entries)
    {
        List<(Entry[] Entries, double Cost)> groups =
            [.. entries.GroupBy(entry => entry.ReadOut).Select(group => (group.ToArray(), Cost(gates, [.. group])))];
        for (int i = 0; i < groups.Count; i++)
        {
            for (int k = i + 1; k < groups.Count; k++)
            {
                Entry[] both = [.. groups[i].Entries, .. groups[k].Entries];
                double cost = Cost(gates, both);
                if (cost > groups[i].Cost + groups[k].Cost) continue;
                groups[i] = (both, cost);
                groups.RemoveAt(k);
                // The larger group may now be worth joining by one that it was not worth before.
                k = i;
            }
        }

        return [.. groups.Select(group => group.Entries)];
    }

    /// <summary>Kept gates × amplitudes, were they simulated as one state.</summary>
    static double Cost(List<Elementary> gates, IReadOnlyList<Entry> entries)
    {
        (List<Elementary> kept, SignedPauli[] strings) =
            Simplification.BehindReadOuts(gates, entries.Select(entry => entry.String));
        ulong read = strings.Aggregate(0UL, (set, signed) => set | signed.Pauli.Support);
        ulong wires = kept.Aggregate(read, (set, gate) => set | gate.Wires);
        return (1 + kept.Count) * Math.Pow(2, BitOperations.PopCount(wires));
    }

    /// <summary>The string on the wires where its own wires end: see <see cref="Elementary.Decompose"/>.</summary>
    public static PauliString Moved(PauliString pauli, int[] places)
    {
        ulong x = 0, z = 0;
        for (int wire = 0; wire < places.Length; wire++)
        {
            x |= (pauli.XBits >> wire & 1) << places[wire];
            z |= (pauli.ZBits >> wire & 1) << places[wire];
        }

        return new(x, z);
    }

    readonly record struct Group(ClusterProgram Program, (int ReadOut, double Coefficient, SignedPauli String)[] Strings);

    readonly record struct Entry(int ReadOut, double Coefficient, SignedPauli String);
}
