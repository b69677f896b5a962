namespace Qdiff.Quantum;

/// <summary>
/// The noise of a device: channels after gates, as they are written, channels on wires that wait, and errors of the read-out.
/// After a gate on one wire those of <see cref="OneQubit"/> act on that wire, after a gate on two those of
/// <see cref="TwoQubit"/>, channels for two wires on both together, in the order in which the gate names them, channels for one
/// on each; always in the order of the list. A gate on more wires acts as the gates of one and two wires that it is made of.
/// What prepares and measures is without noise.
/// </summary>
public sealed class NoiseModel
{
    /// <summary>No noise at all.</summary>
    public static NoiseModel None { get; } = new();

    /// <summary>After each gate on one wire.</summary>
    /// <exception cref="ArgumentException">One could never act: it is for two wires, or after gates on two.</exception>
    public IReadOnlyList<GateNoise> OneQubit { get; init => field = Following(1, value); } = [];

    /// <summary>After each gate on two wires.</summary>
    /// <exception cref="ArgumentException">One could never act: it is after gates on one wire.</exception>
    public IReadOnlyList<GateNoise> TwoQubit { get; init => field = Following(2, value); } = [];

    /// <summary>
    /// On each wire that waits, once a layer: each gate takes one layer, as early as its wires allow, and a wire waits in every
    /// layer after that of its first gate in which it has none, to the last layer of the circuit.
    /// </summary>
    /// <exception cref="ArgumentException">One is for two wires, or after certain gates.</exception>
    public IReadOnlyList<GateNoise> Idle
    {
        get;
        init
        {
            field = [.. value];
            if (field.FirstOrDefault(noise => noise.Channel.Wires == 2 || noise.Gates is not null) is { } wrong)
                throw new ArgumentException($"{wrong.Channel.Name} is for two wires or after certain gates, and cannot act on a "
                    + "wire that waits.");
        }
    } = [];

    /// <summary>The read-out error of wires without an own one.</summary>
    public ReadOutError ReadOut { get; init; }

    /// <summary>The read-out errors of single wires.</summary>
    public IReadOnlyDictionary<int, ReadOutError> ReadOuts { get; init; } = new Dictionary<int, ReadOutError>();

    /// <summary>How a wire is read.</summary>
    public ReadOutError ReadOutOf(int wire) => ReadOuts.TryGetValue(wire, out ReadOutError own) ? own : ReadOut;

    /// <summary>Refuses noise that cannot be told to act on this circuit's gates.</summary>
    /// <exception cref="ArgumentException">It has noise on a wire that the circuit does not have, after gates on named wires of a
    /// circuit in which a qubit is on one wire after another, or on wires of it that wait, after gates of a circuit in which one
    /// depends on what was measured, or noise that does not commute with a measurement in the middle.</exception>
    public void Require(Circuit circuit)
    {
        Require(circuit.Qubits - circuit.Ancillas);
        GateNoise[] channels = [.. OneQubit, .. TwoQubit, .. Idle];
        // They would have to act where the gate does, under the control of wires that were measured.
        if (channels.Length > 0 && circuit.Gates.Any(gate => gate.Written is { IsConditional: true, Wires.Length: > 0 }))
            throw new ArgumentException("noise of gates cannot be followed through a circuit in which a gate depends on what was "
                + "measured; leave out all noise but that of the read-out");
        // A qubit that was reset goes on on a fresh wire, and what it was before has the number of an ancilla.
        if (circuit.Ancillas > 0 && channels.Any(noise => noise.Wires is not null))
            throw new ArgumentException("noise of gates on named wires cannot be followed through a circuit that measures in the "
                + "middle or resets; leave out wires");
        if (circuit.Ancillas > 0 && Idle.Count > 0)
            throw new ArgumentException("noise of wires that wait cannot be followed through a circuit that measures in the "
                + "middle or resets; leave out idle");
        // What keeps an outcome, a gate that nobody wrote, can come later than the measurement, behind gates that are diagonal.
        if (circuit.Gates.Any(gate => gate.Written is { Wires.Length: 0 })
            && channels.FirstOrDefault(noise => !noise.Channel.CommutesWithMeasurement) is { } coherent)
            throw new ArgumentException($"the channel {coherent.Channel.Name} turns I or Z of a wire into X or Y, or back, and "
                + "cannot be followed through a circuit that measures in the middle; give the Pauli channel that it is on "
                + "average (its twirl), or leave the measurement out");
    }

    /// <exception cref="ArgumentException">It has noise on a wire that a circuit of so many wires does not have.</exception>
    public void Require(int wires)
    {
        foreach (int wire in OneQubit.Concat(TwoQubit).Concat(Idle).SelectMany(noise => noise.Wires ?? []).Concat(ReadOuts.Keys))
            if ((uint)wire >= (uint)wires)
                throw new ArgumentException($"there is noise on wire {wire}, but the circuit has wires 0 to {wires - 1}");
    }

    /// <summary>What acts after a gate on these wires, which is made of gates of these kinds, in order.</summary>
    internal IEnumerable<(NoiseChannel Channel, int[] Wires)> After(IReadOnlyList<int> wires, IEnumerable<GateKind> kinds)
    {
        foreach (GateNoise noise in (wires.Count == 1 ? OneQubit : TwoQubit).Where(one => one.Follows(kinds)))
        {
            int[] on = [.. wires.Where(noise.ActsOn)];
            if (noise.Channel.Wires == 1)
                foreach (int wire in on) yield return (noise.Channel, [wire]);
            else if (on.Length == 2) yield return (noise.Channel, on);
        }
    }

    /// <summary>What acts on a wire that waits for so many layers, in order.</summary>
    internal IEnumerable<(NoiseChannel Channel, int[] Wires)> Waiting(int wire, int layers)
    {
        int[] on = [wire];
        for (int layer = 0; layer < layers; layer++)
            foreach (GateNoise noise in Idle)
                if (noise.ActsOn(wire)) yield return (noise.Channel, on);
    }

    static GateNoise[] Following(int wires, IReadOnlyList<GateNoise> list)
    {
        foreach (GateNoise noise in list)
        {
            if (noise.Channel.Wires > wires)
                throw new ArgumentException($"{noise.Channel.Name} acts on two wires and cannot follow a gate on one.");
            foreach (GateKind kind in noise.Gates ?? [])
                if (GateTable.Spec(kind).Wires != wires)
                    throw new ArgumentException($"{kind} is no gate on {(wires == 1 ? "one wire" : "two wires")}.");
        }

        return [.. list];
    }
}
