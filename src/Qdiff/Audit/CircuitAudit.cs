using Qdiff.Quantum;

namespace Qdiff;

/// <summary>The audit of a network's circuits: equal circuits are looked at once.</summary>
static class CircuitAudit
{
    public static IReadOnlyList<AuditCircuit> Of(Network network, Liveness liveness, long seed)
    {
        var seen = new Dictionary<LoweredCircuit, (CircuitLiveness Measured, CircuitAnalysis Structure)>(new SameGates());
        return [.. network.Circuits.Select(layer =>
        {
            if (!seen.TryGetValue(layer.Lowered, out var looks))
                seen[layer.Lowered] = looks = (new(layer.Lowered, seed), new(layer.Lowered.Circuit, layer.Lowered.ReadOuts));
            return Of(layer, looks.Measured, looks.Structure, liveness);
        })];
    }

    /// <summary>Which weights of the circuit no gate uses, by number.</summary>
    public static bool[] Unused(Circuit circuit)
    {
        var unused = new bool[circuit.Weights];
        unused.AsSpan().Fill(true);
        foreach (Angle angle in circuit.Gates.SelectMany(gate => gate.Angles))
            foreach (int weight in angle.WeightIndices) unused[weight] = false;
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

    /// <summary>Circuits are the same if they are so gate by gate, to the last bit of every angle, and are read alike.</summary>
    sealed class SameGates : IEqualityComparer<LoweredCircuit>
    {
        public bool Equals(LoweredCircuit? x, LoweredCircuit? y) => ReferenceEquals(x, y) || x is not null && y is not null
            && Numbers(x) == Numbers(y) && x.Circuit.Gates.SequenceEqual(y.Circuit.Gates)
            && x.ReadOuts.Zip(y.ReadOuts).All(pair => pair.First.Terms.SequenceEqual(pair.Second.Terms));

        public int GetHashCode(LoweredCircuit lowered) => Numbers(lowered).GetHashCode();

        static (int, int, int, int, int, CircuitStart, int) Numbers(LoweredCircuit lowered) => (lowered.Circuit.Qubits,
            lowered.Circuit.Inputs, lowered.Circuit.Weights, lowered.Circuit.Ancillas, lowered.Circuit.Gates.Count,
            lowered.Circuit.Start, lowered.ReadOuts.Count);
    }
}
