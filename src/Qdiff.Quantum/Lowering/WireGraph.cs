using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>Which wires are joined by gates: its components are independent circuits, its bridges the places to cut.</summary>
sealed class WireGraph
{
    readonly ulong[] neighbours;

    public WireGraph(int wires, IEnumerable<GateRun> runs)
    {
        neighbours = new ulong[wires];
        foreach (GateRun run in runs)
        {
            if (run.Control < 0) continue;
            neighbours[run.Control] |= 1UL << run.Target;
            neighbours[run.Target] |= 1UL << run.Control;
        }
    }

    /// <summary>
    /// The wires in use, grouped so that the groups are joined to trees: groups are the parts that stay connected when any one
    /// pair of joined wires is cut.
    /// </summary>
    /// <remarks>Tarjan 1974, "A note on finding the bridges of a graph".</remarks>
    public List<ulong> BridgeTree(ulong used)
    {
        List<ulong> groups = [];
        int clock = 0;
        var entered = new int[neighbours.Length];
        var lowest = new int[neighbours.Length];
        var stack = new Stack<int>();
        foreach (int wire in Bits(used))
            if (entered[wire] == 0) Visit(wire, -1);
        groups.Sort((a, b) => BitOperations.TrailingZeroCount(a).CompareTo(BitOperations.TrailingZeroCount(b)));
        return groups;

        void Visit(int wire, int parent)
        {
            entered[wire] = lowest[wire] = ++clock;
            stack.Push(wire);
            foreach (int next in Bits(neighbours[wire]))
            {
                if (next == parent) continue;
                if (entered[next] == 0) Visit(next, wire);
                lowest[wire] = Math.Min(lowest[wire], lowest[next]);
            }

            if (lowest[wire] != entered[wire]) return;
            ulong group = 0;
            int member;
            do
            {
                member = stack.Pop();
                group |= 1UL << member;
                // A finished group must not lower the number of a wire that is visited later.
                lowest[member] = int.MaxValue;
            }
            while (member != wire);
            groups.Add(group);
        }
    }

    public static IEnumerable<int> Bits(ulong set)
    {
        for (; set != 0; set &= set - 1) yield return BitOperations.TrailingZeroCount(set);
    }
}
