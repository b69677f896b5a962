namespace Qdiff.Quantum;

/// <summary>
/// The layers of a circuit, found in its gates: those that have weights are the same sequence of kinds and wires over and over,
/// and one of these repetitions is a layer. However a circuit was made (by a name, from a file), its layers are the same.
/// </summary>
public static class CircuitLayers
{
    /// <summary>More lines of a chart could not be told apart: longer circuits have layers of several repetitions.</summary>
    public const int Most = 16;

    /// <summary>
    /// The weights of each layer in order. There are as many layers as equal parts can be had, <see cref="Most"/> at most: of 17
    /// repetitions one, of 18 nine. A weight of several gates belongs to the layer of the first; one that no gate has belongs to
    /// none. Without weights there are no layers.
    /// </summary>
    public static IReadOnlyList<int[]> Of(Circuit circuit)
    {
        Gate[] trained = [.. circuit.Gates.Where(gate => gate.Angles.Any(angle => angle.WeightIndices.Any()))];
        int count = Enumerable.Range(1, Most).Last(count => count == 1 || Repeats(trained, count));
        HashSet<int> seen = [];
        return [.. trained.Chunk(Math.Max(1, trained.Length / count))
            .Select(layer => layer.SelectMany(gate => gate.Angles).SelectMany(angle => angle.WeightIndices)
                .Where(seen.Add).Order().ToArray())
            .Where(weights => weights.Length > 0)];
    }

    static bool Repeats(Gate[] gates, int count)
    {
        if (gates.Length % count != 0) return false;
        int period = gates.Length / count;
        for (int i = period; i < gates.Length; i++)
            if ((gates[i].Kind, gates[i].Target, gates[i].Partner)
                != (gates[i - period].Kind, gates[i - period].Target, gates[i - period].Partner)) return false;
        return period > 0;
    }
}
