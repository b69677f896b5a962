namespace Qdiff.Quantum;

/// <summary>A part of a circuit as a reader sees it: the encoding, or one of the layers that repeat.</summary>
/// <param name="Title">What stands above it; empty where the circuit has no such parts.</param>
/// <param name="Columns">Gates side by side, in columns.</param>
sealed record DrawingPart(string Title, IReadOnlyList<IReadOnlyList<Gate>> Columns)
{
    /// <summary>
    /// The parts: what only features turn, at the beginning, and then the shortest sequence of gates that the rest repeats. A
    /// rest that repeats nothing is one part.
    /// </summary>
    public static IReadOnlyList<DrawingPart> Of(Circuit circuit)
    {
        Gate[] gates = [.. circuit.Gates];
        int encoding = gates.TakeWhile(gate => !gate.Angles.Any(angle => angle.WeightIndices.Any())).Count();
        // Gates that nothing turns belong to an encoding only if there is one.
        if (!gates[..encoding].Any(gate => gate.Angles.Any(angle => angle.DependsOnInputs))) encoding = 0;
        // A circuit that feeds its features in again with every layer is layers from its first gate.
        if (Period(gates) is not null) encoding = 0;
        List<DrawingPart> parts = [];
        if (encoding > 0) parts.Add(Part("encoding", gates[..encoding]));
        Gate[] rest = gates[encoding..];
        if (Period(rest) is { } period)
            parts.AddRange(rest.Chunk(period).Select((layer, i) => Part($"layer {i + 1}", layer)));
        else if (rest.Length > 0) parts.Add(Part(encoding > 0 ? "trained" : "", rest));
        return parts;

        DrawingPart Part(string title, Gate[] own) => new(title, DrawingGrid.Columns(circuit.Qubits, own));
    }

    /// <summary>After how many gates the same follow again, to the end; null if they never do. Of all gates, also those that
    /// <see cref="CircuitLayers"/> leaves out because nothing in them is trained.</summary>
    static int? Period(Gate[] gates)
    {
        for (int period = 2; period <= gates.Length / 2; period++)
            if (gates.Length % period == 0
                && Enumerable.Range(period, gates.Length - period).All(i => Alike(gates[i], gates[i - period]))) return period;
        return null;
    }

    static bool Alike(Gate a, Gate b) => a.Kind == b.Kind && a.Target == b.Target && a.Partner == b.Partner;
}
