namespace Qdiff.Quantum;

/// <summary>How long wires wait. Each gate takes one layer, as early as its wires allow.</summary>
static class IdleLayers
{
    /// <summary>For each of these gates, given by its wires, and each wire of it: the layers without a gate on that wire from
    /// then to its next gate, or to the last layer of all.</summary>
    public static int[][] After(IReadOnlyList<int[]> gates)
    {
        int[][] idle = [.. gates.Select(wires => new int[wires.Length])];
        var last = new Dictionary<int, (int Gate, int Place, int Layer)>();
        int depth = 0;
        for (int i = 0; i < gates.Count; i++)
        {
            int layer = 1;
            foreach (int wire in gates[i])
                if (last.TryGetValue(wire, out var before)) layer = Math.Max(layer, before.Layer + 1);
            for (int k = 0; k < gates[i].Length; k++)
            {
                if (last.TryGetValue(gates[i][k], out var before)) idle[before.Gate][before.Place] = layer - before.Layer - 1;
                last[gates[i][k]] = (i, k, layer);
            }

            depth = Math.Max(depth, layer);
        }

        foreach ((int gate, int place, int layer) in last.Values) idle[gate][place] = depth - layer;
        return idle;
    }
}
