using Qdiff.Quantum;

namespace Qdiff;

/// <summary>The audit of a network's circuits: equal circuits are looked at once.</summary>
static class CircuitAudit
{
    public static IReadOnlyList<AuditCircuit> Of(Network network, Liveness liveness, long seed)
    {
        var seen = new Dictionary<string, (CircuitLiveness Measured, CircuitAnalysis Structure)>();
        return [.. network.Circuits.Select(layer =>
        {
            string text = Text(layer.Lowered);
            if (!seen.TryGetValue(text, out var looks))
                seen[text] = looks = (new(layer.Lowered, seed), new(layer.Lowered.Circuit, layer.Lowered.ReadOuts));
            return Of(layer, looks.Measured, looks.Structure, liveness);
        })];
    }

    /// <summary>Which weights of the circuit no gate uses, by number.</summary>
    public static bool[] Unused(Circuit circuit)
    {
        var unused = new bool[circuit.Weights];
        unused.AsSpan().Fill(true);
        foreach (Angle angle in circuit.Gates.SelectMany(gate => gate.Angles))
            foreach (int weight in angle.Weights) unused[weight] = false;
        return unused;
    }

    static AuditCircuit Of(QuantumLayer layer, CircuitLiveness measured, CircuitAnalysis structure, Liveness liveness)
    {
        Circuit circuit = layer.Lowered.Circuit;
        int readOuts = layer.Lowered.ReadOuts.Count;
        int[] all = [.. Enumerable.Range(0, readOuts)], weights = [.. Enumerable.Range(0, circuit.Weights)];
        int[] inputs = [.. Enumerable.Range(0, circuit.Inputs)];
        return new()
        {
            Name = layer.Name,
            Qubits = circuit.Qubits,
            Runs = layer.Angles is null || liveness.Read.Contains(layer.Angles)
                || weights.Any(w => !liveness.IsDead(layer.Angles.Offset + w)),
            Weights = circuit.Weights,
            StructurallyLiveWeights = structure.LiveWeights.Count,
            LiveWeights = weights.Count(w => all.Any(r => measured.FeelsWeight(r, w))),
            LiveInNetwork = layer.Angles is null ? 0 : weights.Count(w => liveness.IsLive[layer.Angles.Offset + w]),
            Inputs = circuit.Inputs,
            LiveInputs = inputs.Count(i => all.Any(r => measured.FeelsInput(r, i))),
            ReadOuts = readOuts,
            ReadOutsIgnoringWeights = [.. all.Where(r => !weights.Any(w => measured.FeelsWeight(r, w)))],
            ReadOutsIgnoringInputs = [.. all.Where(r => !inputs.Any(i => measured.FeelsInput(r, i)))],
            WiresOutsideLightCones = [.. structure.WiresOutsideLightCones],
            OnlyPhasesAndPermutations = structure.OnlyPhasesAndPermutationsAfterEncoding,
        };
    }

    /// <summary>Equal for circuits that are equal gate by gate.</summary>
    static string Text(LoweredCircuit lowered)
    {
        Circuit circuit = lowered.Circuit;
        string gates = string.Join(';', circuit.Gates), readOuts = string.Join(';', lowered.ReadOuts);
        return $"{circuit.Qubits} {circuit.Start} {circuit.Inputs} {circuit.Weights} {gates} {readOuts}";
    }
}
