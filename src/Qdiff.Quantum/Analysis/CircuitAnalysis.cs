namespace Qdiff.Quantum;

/// <summary>
/// What a circuit can do, from its gates alone: which wires, inputs and weights a read-out can feel, counts and depth. A weight
/// that is dead here has a gradient of exactly zero whatever its value; a live one may still happen to have none.
/// </summary>
public sealed class CircuitAnalysis
{
    readonly bool[] liveInputs, liveWeights;

    /// <summary>Analyses a circuit; without read-outs it is read out as Pauli Z of every wire.</summary>
    public CircuitAnalysis(Circuit circuit, IReadOnlyList<Observable>? readOuts = null)
    {
        Circuit = circuit;
        readOuts ??= circuit.StandardReadOuts;
        (liveInputs, liveWeights) = (new bool[circuit.Inputs], new bool[circuit.Weights]);
        CountsByKind = new SortedDictionary<GateKind, int>(
            circuit.Gates.GroupBy(gate => gate.Kind).ToDictionary(group => group.Key, group => group.Count()));
        Depth = CountDepth(circuit);
        TwoWireGates = circuit.Gates.Count(gate => gate.Partner >= 0);
        OnlyPhasesAndPermutationsAfterEncoding = IsMonomialAfterEncoding(circuit);

        bool fromAmplitudes = circuit.Start == CircuitStart.Amplitudes;
        (List<Elementary> gates, int[] places) = Elementary.Decompose(circuit);
        if (!fromAmplitudes) gates = Simplification.FromZero(gates);
        List<int[]> cones = [];
        ulong seen = 0;
        foreach (Observable readOut in readOuts)
        {
            ulong cone = 0;
            foreach ((_, PauliString pauli) in readOut.Terms)
            {
                (List<Elementary> kept, SignedPauli[] strings) =
                    Simplification.BehindReadOuts(gates, [new(ReadOutGroups.Moved(pauli, places), 1)]);
                cone |= kept.Aggregate(strings[0].Pauli.Support, (set, gate) => set | gate.Wires);
                foreach (Elementary gate in kept) MarkLive(gate.Angle);
                if (fromAmplitudes && strings[0].Pauli.Support != 0) liveInputs.AsSpan().Fill(true);
            }

            seen |= cone;
            cones.Add([.. WireGraph.Bits(cone)]);
        }

        LightCones = cones;
        WiresOutsideLightCones = [.. Enumerable.Range(0, circuit.Qubits).Where(wire => (seen >> wire & 1) == 0)];
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>How many gates of each kind there are, in the order of the gate table.</summary>
    public IReadOnlyDictionary<GateKind, int> CountsByKind { get; }

    /// <summary>Layers of gates that can act at the same time.</summary>
    public int Depth { get; }

    /// <summary>Gates on two wires.</summary>
    public int TwoWireGates { get; }

    /// <summary>For each read-out the wires that can influence it.</summary>
    public IReadOnlyList<int[]> LightCones { get; }

    /// <summary>Wires that no read-out can feel.</summary>
    public IReadOnlyList<int> WiresOutsideLightCones { get; }

    /// <summary>
    /// Whether the gates behind the last one with an input only multiply basis states by phases and permute them. Z read-outs
    /// then see a fixed function of the encoding, and no weight among those gates can act.
    /// </summary>
    public bool OnlyPhasesAndPermutationsAfterEncoding { get; }

    /// <summary>Inputs that some read-out can feel.</summary>
    public IReadOnlyList<int> LiveInputs => Indices(liveInputs, live: true);

    /// <summary>Inputs that no read-out can feel.</summary>
    public IReadOnlyList<int> DeadInputs => Indices(liveInputs, live: false);

    /// <summary>Weights that some read-out can feel.</summary>
    public IReadOnlyList<int> LiveWeights => Indices(liveWeights, live: true);

    /// <summary>Weights that no read-out can feel, those that no gate uses included.</summary>
    public IReadOnlyList<int> DeadWeights => Indices(liveWeights, live: false);

    void MarkLive(Angle angle)
    {
        foreach (int weight in angle.WeightIndices) liveWeights[weight] = true;
        foreach (int input in angle.InputIndices) liveInputs[input] = true;
    }

    static int[] Indices(bool[] flags, bool live) => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i] == live)];

    static int CountDepth(Circuit circuit)
    {
        var depth = new int[circuit.Qubits];
        foreach (Gate gate in circuit.Gates)
        {
            int layer = 1 + gate.Wires.Max(wire => depth[wire]);
            foreach (int wire in gate.Wires) depth[wire] = layer;
        }

        return depth.Max();
    }

    static bool IsMonomialAfterEncoding(Circuit circuit)
    {
        int last = -1;
        for (int i = 0; i < circuit.Gates.Count; i++)
            if (circuit.Gates[i].Angles.Any(angle => angle.DependsOnInputs)) last = i;
        return circuit.Gates.Skip(last + 1).All(gate => IsMonomial(gate.Kind));
    }

    /// <summary>
    /// One non-zero entry in each row of the matrix, whatever the angle: read from the table at an arbitrary angle.
    /// </summary>
    static bool IsMonomial(GateKind kind)
    {
        GateSpec spec = GateTable.Spec(kind);
        var matrix = spec.Matrix([.. Enumerable.Repeat(0.7, spec.Angles)]);
        int size = matrix.GetLength(0);
        return Enumerable.Range(0, size)
            .All(row => Enumerable.Range(0, size).Count(column => matrix[row, column].Magnitude > 1e-12) == 1);
    }
}
