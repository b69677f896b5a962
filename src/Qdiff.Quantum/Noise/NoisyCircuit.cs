namespace Qdiff.Quantum;

/// <summary>A circuit as a list of gates as they are written, each followed by its channels.</summary>
sealed class NoisyCircuit
{
    NoisyCircuit(Circuit circuit, NoiseModel noise, Step[] steps) => (Circuit, Noise, Steps) = (circuit, noise, steps);

    /// <summary>The circuit with its own definitions expanded; of angles that were moved only the steps know.</summary>
    public Circuit Circuit { get; }

    public NoiseModel Noise { get; }

    public IReadOnlyList<Step> Steps { get; }

    /// <summary>The circuit's gates with the channels of <paramref name="noise"/>.</summary>
    /// <exception cref="ArgumentException">There is noise on a wire that does not exist.</exception>
    public static NoisyCircuit Of(Circuit circuit, NoiseModel noise)
    {
        noise.Require(circuit);
        Circuit written = circuit.AsWritten();
        var steps = new List<Step>();
        List<int[]> places = [];
        IReadOnlyList<Gate> gates = written.Gates;
        for (int i = 0; i < gates.Count;)
        {
            WrittenGate? one = gates[i].Written is { Wires.Length: <= 2 } ? gates[i].Written : null;
            int count = 1;
            while (one is not null && i + count < gates.Count && gates[i + count].Written == one) count++;
            int[] wires = one?.Wires ?? gates[i].Wires;
            Gate[] own = [.. gates.Skip(i).Take(count)];
            IEnumerable<GateKind> kinds = gates[i].Written?.Kinds ?? own.Select(gate => gate.Kind);
            steps.Add(new(own, wires.Length == 0 ? [] : [.. noise.After(wires, kinds)]));
            places.Add(wires);
            i += count;
        }

        // Nothing else acts on a wire while it waits, so that all of it may come with the gate before.
        int[][] idle = noise.Idle.Count == 0 ? [] : IdleLayers.After(places);
        for (int i = 0; i < idle.Length; i++)
            steps[i] = new(steps[i].Gates,
                [.. steps[i].Channels, .. places[i].Zip(idle[i]).SelectMany(wait => noise.Waiting(wait.First, wait.Second))]);
        return new(written, noise, [.. steps]);
    }

    /// <summary>The circuit with its angles as numbers.</summary>
    public NoisyCircuit Bind(ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        Circuit bound = BoundCircuit.Bind(Circuit, inputs, weights);
        int next = 0;
        return new(bound, Noise,
            [.. Steps.Select(step => new Step([.. step.Gates.Select(_ => bound.Gates[next++])], step.Channels))]);
    }

    /// <summary>With some of its angles, which are numbers, moved. Steps that keep theirs are the same objects, with what is
    /// known of them.</summary>
    public NoisyCircuit Moved(IEnumerable<((int Step, int Gate, int Angle) Place, double By)> moves)
    {
        Step[] steps = [.. Steps];
        foreach (((int step, int gate, int angle), double by) in moves)
        {
            Gate[] gates = [.. steps[step].Gates];
            Angle[] angles = gates[gate].Angles;
            angles[angle] = Angle.Fixed(angles[angle].Scale + by);
            gates[gate] = gates[gate].WithAngles(angles);
            steps[step] = new(gates, steps[step].Channels);
        }

        return new(Circuit, Noise, steps);
    }

    /// <summary>With gates behind it that have no noise, as before a measurement in another basis.</summary>
    public NoisyCircuit ThenIdeal(IEnumerable<Gate> gates) =>
        new(Circuit.Then(gates), Noise, [.. Steps, .. gates.Select(gate => new Step([gate], []))]);

    /// <summary>Which wires steps join. A gate as it is written can act on wires that none of its gates joins.</summary>
    public IReadOnlyList<int[]> Parts() => CircuitParts.Of(Circuit.Qubits, Steps.Select(step =>
        WireGraph.Bits(step.Wires).ToArray()));

    /// <summary>
    /// The wires and steps that act on what is read at these wires: channels keep the trace, so what happens to wires that are
    /// not read later is not seen.
    /// </summary>
    public (ulong Wires, bool[] Steps) Cone(ulong read)
    {
        var kept = new bool[Steps.Count];
        for (int i = Steps.Count - 1; i >= 0; i--)
        {
            if ((Steps[i].Wires & read) == 0) continue;
            (kept[i], read) = (true, read | Steps[i].Wires);
        }

        return (read, kept);
    }

    /// <summary>A gate as it is written.</summary>
    public sealed record Step(IReadOnlyList<Gate> Gates, IReadOnlyList<(NoiseChannel Channel, int[] Wires)> Channels)
    {
        TransferMatrix[]? transfers;

        /// <summary>Of each gate, whose angles are numbers.</summary>
        public IReadOnlyList<TransferMatrix> Transfers => transfers ??= [.. Gates.Select(gate =>
            TransferMatrix.Of(gate.Spec.Matrix([.. gate.Angles.Select(angle => angle.Scale)])))];

        public ulong Wires { get; } = Gates.SelectMany(gate => gate.Wires).Aggregate(0UL, (set, wire) => set | 1UL << wire)
            | Channels.SelectMany(channel => channel.Wires).Aggregate(0UL, (set, wire) => set | 1UL << wire);
    }
}
