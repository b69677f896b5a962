using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Which read-outs are computed together. A read-out with a small light cone may be cheaper alone; read-outs that see the same
/// gates share them.
/// </summary>
static class ReadOutGroups
{
    public static List<ProgramLayout> Plan(Circuit circuit, IReadOnlyList<Observable> readOuts)
    {
        (List<Elementary> gates, int[] places) = Elementary.Decompose(circuit);
        if (circuit.Start == CircuitStart.Zero) gates = Simplification.FromZero(gates);
        Entry[] entries =
        [
            .. readOuts.SelectMany((readOut, r) => readOut.Terms.DefaultIfEmpty((0, default))
                .Select(term => new Entry(r, term.Coefficient, new(Moved(term.Pauli, places), 1)))),
        ];
        List<ProgramLayout> together = [Lower(circuit, gates, entries)];
        List<Entry[]> groups = Cones(gates, entries);
        if (groups.Count < 2) return together;
        List<ProgramLayout> apart = [.. groups.Select(group => Lower(circuit, gates, group))];
        return apart.Sum(layout => layout.Program.Cost) < together.Sum(layout => layout.Program.Cost) ? apart : together;
    }

    static ProgramLayout Lower(Circuit circuit, List<Elementary> gates, IReadOnlyList<Entry> entries)
    {
        (List<Elementary> kept, SignedPauli[] strings) =
            Simplification.BehindReadOuts(gates, entries.Select(entry => entry.String));
        var program = ClusterProgram.Plan(circuit, kept, strings);
        return new(program, Contraction.Plan(program,
            [.. entries.Select((entry, i) => (entry.ReadOut, entry.Coefficient, strings[i]))]));
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

    readonly record struct Entry(int ReadOut, double Coefficient, SignedPauli String);
}
