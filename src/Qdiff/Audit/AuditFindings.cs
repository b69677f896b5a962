using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Puts what was measured into words: every dead parameter is in exactly one finding, with the reason why it is dead. Only where
/// a published network itself was audited does a finding say what its documentation calls it: elsewhere the same is no
/// divergence.
/// </summary>
sealed class AuditFindings(Network network, Liveness liveness, IReadOnlyList<AuditCircuit> circuits,
    IReadOnlyList<AuditParameter> parameters)
{
    const double NarrowMargin = 100;

    readonly Dictionary<string, (string Code, int Qubits)> causeOfLayer = [];
    readonly List<AuditFinding> findings = [];

    public IReadOnlyList<AuditFinding> All()
    {
        for (int i = 0; i < circuits.Count; i++) Circuit(network.Circuits[i], circuits[i]);
        IEnumerable<AuditParameter> dead = parameters.Where(p => p.Kind != ParameterKind.CircuitAngle && p.DeadCount > 0);
        foreach (IGrouping<string, AuditParameter> layer in dead.GroupBy(p => Layer(p.Name))) Classical(layer.Key, [.. layer]);
        Inputs();
        Detachments();
        Doubts();
        return findings;
    }

    void Circuit(QuantumLayer layer, AuditCircuit circuit)
    {
        if (circuit.Weights == 0)
        {
            Add(AuditSeverity.Warning, "frozen-circuit", layer.Name, "the circuit has nothing to train", 0, []);
            return;
        }

        if (network.Frozen.Contains(layer.Angles))
            Add(AuditSeverity.Note, "frozen-circuit", layer.Name,
                $"a control: its {circuit.Weights} angles stay as they were drawn", 0, []);

        if (!circuit.Runs)
        {
            causeOfLayer.TryAdd(Layer(layer.Name), ("circuit-never-run", circuit.Qubits));
            Add(AuditSeverity.Error, "circuit-never-run", layer.Name,
                $"all {circuit.Weights} angles belong to a circuit that the network never runs", circuit.Weights, [],
                qubits: circuit.Qubits);
            return;
        }

        bool[] unused = CircuitAudit.Unused(layer.Lowered.Circuit);
        bool[] dead = [.. Enumerable.Range(0, circuit.Weights).Select(w => liveness.IsDead(layer.Angles!.Offset + w))];
        int notInGates = Count((d, u) => d && u);
        if (notInGates > 0)
            Add(AuditSeverity.Error, "unused-angles", layer.Name, $"{notInGates} of {circuit.Weights} angles are in no gate",
                notInGates, [("structurallyLive", circuit.StructurallyLiveWeights)], qubits: circuit.Qubits);
        DeadInGates(layer, circuit, inGates: Count((d, u) => d && !u), gated: circuit.Weights - unused.Count(u => u));
        if (circuit.ReadOutsIgnoringWeights is { Count: > 0 } fixedReadOuts)
            Add(AuditSeverity.Warning, "fixed-read-outs", layer.Name,
                $"{fixedReadOuts.Count} of {circuit.ReadOuts} read-outs feel no angle: fixed functions of the inputs", 0,
                [("readOuts", fixedReadOuts.Count)]);
        if (circuit.ReadOutsIgnoringInputs is { Count: > 0 } constant)
            Add(AuditSeverity.Error, "constant-read-outs", layer.Name,
                $"{constant.Count} of {circuit.ReadOuts} read-outs feel no input", 0, [("readOuts", constant.Count)]);
        if (circuit.WiresOutsideLightCones is { Count: > 0 } wires)
            Add(AuditSeverity.Warning, "unread-wires", layer.Name,
                $"wires {string.Join(", ", wires)} are outside every read-out's light cone", 0, [("wires", wires.Count)]);
        if (circuit.LiveInputs < circuit.Inputs)
            Add(AuditSeverity.Error, "unfelt-inputs", layer.Name,
                $"{circuit.Inputs - circuit.LiveInputs} of {circuit.Inputs} inputs are felt by no read-out", 0, []);
        if (circuit.LiveWeights > circuit.StructurallyLiveWeights
            || circuit.LiveInNetwork > circuit.LiveWeights)
            Add(AuditSeverity.Error, "contradiction", layer.Name,
                "more angles act than the gates allow: please report this as a defect of the simulator", 0,
                [("structurallyLive", circuit.StructurallyLiveWeights), ("liveInCircuit", circuit.LiveWeights),
                    ("liveInNetwork", circuit.LiveInNetwork)]);

        int Count(Func<bool, bool, bool> counts) => Enumerable.Range(0, circuit.Weights).Count(w => counts(dead[w], unused[w]));
    }

    /// <summary>The dead angles of a circuit that gates use.</summary>
    /// <param name="inGates">How many those are.</param>
    /// <param name="gated">How many angles gates use, dead and live.</param>
    void DeadInGates(QuantumLayer layer, AuditCircuit circuit, int inGates, int gated)
    {
        if (inGates == 0) return;
        if (circuit.LiveWeights == 0 && circuit.OnlyPhasesAndPermutations)
            Add(AuditSeverity.Error, "phases-and-permutations", layer.Name,
                $"behind the encoding the circuit only turns phases and permutes basis states: none of its {gated} angles can "
                    + "act",
                inGates, [], qubits: circuit.Qubits);
        else if (circuit.LiveWeights > 0 && circuit.LiveInNetwork == 0)
        {
            causeOfLayer.TryAdd(Layer(layer.Name), ("circuit-without-effect", circuit.Qubits));
            Add(AuditSeverity.Error, "circuit-without-effect", layer.Name,
                $"the circuit runs, but its results do not reach the output: {inGates} angles that its read-outs feel are dead",
                inGates, [("liveInCircuit", circuit.LiveWeights)], qubits: circuit.Qubits);
        }
        else
            Add(AuditSeverity.Warning, "unseen-angles", layer.Name, gated - circuit.LiveWeights >= inGates
                ? $"{inGates} of {circuit.Weights} angles are in gates that no read-out feels"
                : $"{inGates} of {circuit.Weights} angles act on read-outs that do not reach the output",
                inGates, [("liveInCircuit", circuit.LiveWeights)]);
    }

    /// <summary>The dead parameters of a layer that are no angles.</summary>
    void Classical(string layer, AuditParameter[] dead)
    {
        foreach (var absorbed in dead.Where(IsAbsorbed).GroupBy(p => p.Kind))
        {
            int biases = absorbed.Sum(p => p.DeadCount);
            Add(AuditSeverity.Note, "absorbed-bias", layer,
                $"{biases} {absorbed.Key.ToString().ToLowerInvariant()} biases are taken away again by what follows: "
                + "their channels act, a shift of them does not", biases, []);
        }

        AuditParameter[] others = [.. dead.Where(p => !IsAbsorbed(p))];
        if (others.Length == 0) return;
        int count = others.Sum(p => p.DeadCount);
        int unread = others.Where(p => !liveness.Read.Contains(network.Parameters[p.Name])).Sum(p => p.Nominal);
        string names = string.Join(", ", others.Select(p =>
            p.Name.StartsWith(layer + ".", StringComparison.Ordinal) ? p.Name[(layer.Length + 1)..] : p.Name));
        bool known = causeOfLayer.TryGetValue(layer, out (string Code, int Qubits) cause);
        Add(AuditSeverity.Error, "dead-parameters", layer, $"{count} parameters of {names} cannot change the output", count,
            [("unread", unread)], known ? cause.Code : null, known ? cause.Qubits : null);
    }

    /// <summary>A bias whose channels act through the layer's weight, so that only an invariance to shifts can make it
    /// dead.</summary>
    bool IsAbsorbed(AuditParameter bias)
    {
        Parameter p = network.Parameters[bias.Name];
        if (ParameterKinds.Owner(network, p) is not { Shape.Rank: > 1 } weight) return false;
        bool transposed = weight.Shape[0] != p.Count;
        return !transposed && Enumerable.Range(0, p.Count).Where(c => liveness.IsDead(p.Offset + c)).All(c =>
            Enumerable.Range(c * (weight.Count / p.Count), weight.Count / p.Count).Any(i => liveness.IsLive[weight.Offset + i]));
    }

    void Inputs()
    {
        foreach (AuditInput input in liveness.Inputs.Where(input => !input.Matters))
            Add(AuditSeverity.Error, "ignores-" + input.Name, input.Name,
                $"the output does not depend on the {input.Name}", 0, [("effect", input.Effect)]);
        if (!liveness.ReachesImage && liveness.Inputs[0].Matters)
            Add(AuditSeverity.Error, "detached-input", "image", "the output depends on the image, but no gradient reaches it", 0,
                []);
    }

    void Detachments()
    {
        int detached = parameters.Sum(p => p.Detached);
        foreach ((string name, double effect) in liveness.Detachments)
        {
            string what = effect <= liveness.Margin.Threshold
                ? "no gradient passes, and the output does not depend on the values either"
                : "the output depends on these values, but no gradient passes"
                    + (detached > 0 ? $": {detached} parameters before them can act and never learn" : "");
            // Counted once: nobody can tell which of several keeps a parameter from learning.
            bool isFirst = findings.All(finding => finding.Code != "detached-input");
            Add(AuditSeverity.Error, "detached-input", name, what, isFirst ? detached : 0, [("effect", effect)]);
        }

        if (detached > 0 && liveness.Detachments.Count == 0)
            Add(AuditSeverity.Error, "missing-gradient",
                string.Join(", ", parameters.Where(p => p.Detached > 0).Select(p => p.Name)),
                $"{detached} parameters change the output, but their gradient is always exactly 0", detached, []);
    }

    void Doubts()
    {
        AuditMargin margin = liveness.Margin;
        foreach (IGrouping<string, AuditParameter> layer in parameters.Where(p => p.Undecided > 0).GroupBy(p => Layer(p.Name)))
        {
            int undecided = layer.Sum(p => p.Undecided);
            Add(AuditSeverity.Warning, "undecided", layer.Key,
                $"{undecided} parameters are neither live nor dead: they lead to the "
                + "output through units that never opened, or are too many or too faint to tell", undecided, []);
        }

        if (margin.SmallestLive is { } smallest && smallest < NarrowMargin * margin.LargestDead)
            Add(AuditSeverity.Warning, "narrow-margin", "network",
                "the smallest live effect is not clearly above the largest dead one", 0,
                [("smallestLive", smallest), ("largestDead", margin.LargestDead)]);
    }

    /// <summary>The row of the layer table that a parameter or circuit belongs to.</summary>
    string Layer(string name) =>
        network.Layers.FirstOrDefault(row => name.StartsWith(row.Name + ".", StringComparison.Ordinal) || name == row.Name)?.Name
        ?? name[..Math.Max(0, name.LastIndexOf('.'))];

    void Add(AuditSeverity severity, string code, string where, string what, int count, (string Name, double Value)[] evidence,
        string? cause = null, int? qubits = null) =>
        findings.Add(new(severity, code, where, what, count,
            new SortedDictionary<string, double>(evidence.ToDictionary(e => e.Name, e => e.Value), StringComparer.Ordinal),
            network.Divergences?.Invoke(new(code, where, cause, qubits))));
}
