namespace Qdiff.Quantum;

/// <summary>
/// The noise of a device: channels after gates, as they are written, and errors of the read-out. After a gate on one wire those
/// of <see cref="OneQubit"/> act on that wire, after a gate on two those of <see cref="TwoQubit"/>, channels for two wires on
/// both together, channels for one on each; always in the order of the list. A gate on more wires acts as the gates of one and
/// two wires that it is made of. What prepares and measures is without noise.
/// </summary>
public sealed class NoiseModel
{
    /// <summary>No noise at all.</summary>
    public static NoiseModel None { get; } = new();

    /// <summary>After each gate on one wire.</summary>
    public IReadOnlyList<GateNoise> OneQubit
    {
        get;
        init
        {
            field = [.. value];
            if (field.FirstOrDefault(noise => noise.Channel.Wires == 2) is { } wide)
                throw new ArgumentException($"{wide.Channel.Name} acts on two wires and cannot follow a gate on one.");
        }
    } = [];

    /// <summary>After each gate on two wires.</summary>
    public IReadOnlyList<GateNoise> TwoQubit { get; init; } = [];

    /// <summary>The read-out error of wires without an own one.</summary>
    public ReadOutError ReadOut { get; init; }

    /// <summary>The read-out errors of single wires.</summary>
    public IReadOnlyDictionary<int, ReadOutError> ReadOuts { get; init; } = new Dictionary<int, ReadOutError>();

    /// <summary>How a wire is read.</summary>
    public ReadOutError ReadOutOf(int wire) => ReadOuts.TryGetValue(wire, out ReadOutError own) ? own : ReadOut;

    /// <summary>Refuses noise that cannot be told to act on this circuit's gates.</summary>
    /// <exception cref="ArgumentException">It has noise on a wire that the circuit does not have, after gates on named wires of a
    /// circuit in which a qubit is on one wire after another, or after gates of a circuit in which one depends on what was
    /// measured.</exception>
    public void Require(Circuit circuit)
    {
        Require(circuit.Qubits - circuit.Ancillas);
        GateNoise[] channels = [.. OneQubit, .. TwoQubit];
        // They would have to act where the gate does, under the control of wires that were measured.
        if (channels.Length > 0 && circuit.Gates.Any(gate => gate.Written is { IsConditional: true, Wires.Length: > 0 }))
            throw new ArgumentException("noise of gates cannot be followed through a circuit in which a gate depends on what was "
                + "measured; leave out all noise but that of the read-out");
        // A qubit that was reset goes on on a fresh wire, and what it was before has the number of an ancilla.
        if (circuit.Ancillas > 0 && channels.Any(noise => noise.Wires is not null))
            throw new ArgumentException("noise of gates on named wires cannot be followed through a circuit that measures in the "
                + "middle or resets; leave out wires");
    }

    /// <exception cref="ArgumentException">It has noise on a wire that a circuit of so many wires does not have.</exception>
    public void Require(int wires)
    {
        foreach (int wire in OneQubit.Concat(TwoQubit).SelectMany(noise => noise.Wires ?? []).Concat(ReadOuts.Keys))
            if ((uint)wire >= (uint)wires)
                throw new ArgumentException($"there is noise on wire {wire}, but the circuit has wires 0 to {wires - 1}");
    }

    /// <summary>What acts after a gate on these wires, in order.</summary>
    internal IEnumerable<(NoiseChannel Channel, int[] Wires)> After(IReadOnlyList<int> wires)
    {
        foreach (GateNoise noise in wires.Count == 1 ? OneQubit : TwoQubit)
        {
            if (noise.Wires is not null && wires.Any(wire => !noise.Wires.Contains(wire))) continue;
            if (noise.Channel.Wires == wires.Count) yield return (noise.Channel, [.. wires]);
            else
                foreach (int wire in wires) yield return (noise.Channel, [wire]);
        }
    }
}
