namespace Qdiff.Quantum;

/// <summary>
/// The wires behind a program's qubits and bits. Measurements are deferred: a bit stands for the wire that was measured, and
/// the outcome is kept on an ancilla only when a later gate would change that wire's basis states, or at the end, where a
/// read-out of X or Y would, if anything came of the measurement. A reset gives the qubit a fresh wire. Expectations are the
/// same as if every measurement that is not the last on its wire had happened in its place.
/// </summary>
/// <remarks>Nielsen and Chuang 2010, section 4.4.</remarks>
sealed class QasmWires
{
    /// <summary>Far more than any program measures into: a loop can declare bits each time round.</summary>
    const int MaxBits = 1_000_000;

    /// <summary>Gates of the circuit and of all definitions that are kept beside it.</summary>
    const int MaxWritten = 10 * Circuit.MaxGates;

    readonly List<int> places = [];
    readonly List<Wire> wires = [];
    readonly List<Bit> bits = [];
    readonly List<Gate> gates = [];
    int written;

    /// <summary>What each wire is in the circuit that was built.</summary>
    int[] number = [];

    public IReadOnlyList<Gate> Gates => gates;

    public int Qubits => places.Count;

    /// <summary>Qubits that are not read: see <see cref="Circuit.Ancillas"/>.</summary>
    public HashSet<int> Unread { get; } = [];

    public int[] AddQubits(int count)
    {
        int first = places.Count;
        for (int i = 0; i < count; i++) places.Add(NewWire());
        return [.. Enumerable.Range(first, count)];
    }

    public int[] AddBits(int count)
    {
        if (bits.Count + count > MaxBits) throw new ArgumentException(Invariant($"a program has at most {MaxBits:N0} bits"));
        int first = bits.Count;
        for (int i = 0; i < count; i++) bits.Add(new(-1, false, -1));
        return [.. Enumerable.Range(first, count)];
    }

    /// <summary>Bits of their own that say the same.</summary>
    public int[] CopyBits(int[] of)
    {
        int[] copies = AddBits(of.Length);
        for (int i = 0; i < of.Length; i++) bits[copies[i]] = bits[of[i]];
        return copies;
    }

    public int WireOf(int qubit) => places[qubit];

    public void SetBit(int bit, bool value) => bits[bit] = new(-1, value, -1);

    /// <summary>The wire whose outcome the bit is; null for a bit that is known.</summary>
    public int? MeasuredWire(int bit) => bits[bit].Wire < 0 ? null : bits[bit].Wire;

    public bool Value(int bit) => bits[bit].Value;

    public void Measure(int qubit, int? bit)
    {
        int wire = places[qubit];
        // An untouched wire is 0 for sure.
        if (bit is { } b) bits[b] = new(wires[wire].IsTouched ? wire : -1, false, wire);
        wires[wire] = wires[wire] with { IsMeasured = wires[wire].IsTouched };
    }

    public void Reset(int qubit)
    {
        if (wires[places[qubit]].IsTouched) places[qubit] = NewWire();
    }

    /// <summary>Applies operations, all of them if certain bits have certain values.</summary>
    public void Apply(IReadOnlyList<QasmOperation> operations, IReadOnlyList<(int Bit, bool Value)> conditions)
    {
        var own = new HashSet<int>(operations.SelectMany(operation => operation.Wires));
        foreach ((int bit, _) in conditions)
            if (MeasuredWire(bit) is { } wire && own.Contains(wire)) KeepOutcome(wire);
        var controls = new Dictionary<int, bool>();
        foreach ((int bit, bool value) in conditions)
        {
            int? wire = MeasuredWire(bit);
            bool isMet = wire is { } w ? controls.TryAdd(w, value) || controls[w] == value : Value(bit) == value;
            if (!isMet) return;
        }

        foreach (QasmOperation operation in operations)
        {
            if (!operation.IsDiagonal)
                foreach (int wire in operation.Targets)
                    if (wires[wire].IsMeasured) KeepOutcome(wire);
            // All that the gate names: its noise acts there, whatever it does itself.
            foreach (int wire in operation.Wires.Concat(operation.Call?.Wires ?? []))
                wires[wire] = wires[wire] with { IsTouched = true };
            foreach (int wire in operation.Wires) Use(wire);
        }

        foreach (int wire in controls.Keys) Use(wire);
        Write(operations, [.. controls.Select(control => (control.Key, control.Value))], gates);
    }

    /// <summary>Writes the gates of operations that follow each other, and says which were one gate.</summary>
    void Write(IReadOnlyList<QasmOperation> operations, (int, bool)[] conditions, List<Gate> to)
    {
        var writer = new QasmControls(gate => Add(to, gate));
        for (int i = 0; i < operations.Count;)
        {
            (QasmWrittenGate? call, int first) = (operations[i].Call, to.Count);
            for (; i < operations.Count && operations[i].Call == call; i++)
                writer.Write(operations[i].ControlledBy(conditions));
            bool isConditional = conditions.Length > 0;
            if (call is null || call.Definition is null && !isConditional && to.Count == first + 1
                && to[first].Wires.SequenceEqual(call.Wires)) continue;
            List<Gate>? definition = call.Definition is null ? null : [];
            if (definition is not null) Write(call.Definition!, conditions, definition);
            var asOne = new WrittenGate(call.Wires, definition) { IsConditional = isConditional };
            for (int k = first; k < to.Count; k++) to[k] = to[k] with { Written = asOne };
        }
    }

    /// <summary>Each control makes three times as many gates, so they are counted as they come.</summary>
    void Add(List<Gate> to, Gate gate)
    {
        if (++written > MaxWritten)
            throw new ArgumentException("the circuit and what its gates are defined by have more than "
                + Invariant($"{MaxWritten:N0} gates"));
        if (to.Count == Circuit.MaxGates)
            throw new ArgumentException(Invariant($"the circuit has more than {Circuit.MaxGates:N0} gates"));
        to.Add(gate);
    }

    /// <summary>The circuit: the program's qubits in their order, then the ancillas.</summary>
    public Circuit Build(int inputs, int weights)
    {
        int[] read = [.. Enumerable.Range(0, places.Count).Where(qubit => !Unread.Contains(qubit))];
        foreach (int qubit in read)
            if (wires[places[qubit]].IsUsed) KeepOutcome(places[qubit]);
        number = new int[wires.Count];
        Array.Fill(number, -1);
        int next = 0;
        foreach (int qubit in read) number[places[qubit]] = next++;
        for (int wire = 0; wire < number.Length; wire++)
            if (number[wire] < 0) number[wire] = next++;
        return new(wires.Count, Renumbered(gates), inputs, weights, ancillas: wires.Count - read.Length);

        List<Gate> Renumbered(IEnumerable<Gate> from)
        {
            var written = new Dictionary<WrittenGate, WrittenGate>();
            return [.. from.Select(gate => gate with
            {
                Target = number[gate.Target],
                Partner = gate.Partner < 0 ? -1 : number[gate.Partner],
                Written = gate.Written is not { } old ? null
                    : written.TryGetValue(old, out WrittenGate? known) ? known
                    : written[old] = new([.. old.Wires.Select(wire => number[wire])],
                        old.Definition is null ? null : Renumbered(old.Definition)) { IsConditional = old.IsConditional },
            })];
        }
    }

    /// <summary>
    /// Z of what the bit is at the end of the circuit that was built: the identity of an outcome that is 0 for sure; null where
    /// it is no outcome.
    /// </summary>
    public PauliString? ReadOutOf(int bit)
    {
        (int wire, _, int measured) = bits[bit];
        if (measured < 0) return null;
        // A wire that nothing has touched is still 0, and read like any other.
        if (wire < 0 && !wires[measured].IsTouched) wire = measured;
        return wire < 0 ? new PauliString() : PauliString.Z(number[wire]);
    }

    void Use(int wire) => wires[wire] = wires[wire] with { IsUsed = wires[wire].IsMeasured };

    int NewWire()
    {
        wires.Add(default);
        return wires.Count <= Circuit.MaxQubits ? wires.Count - 1
            : throw new ArgumentException(places.Count < Circuit.MaxQubits
                ? $"with the wires that keep earlier measurements the circuit has more than {Circuit.MaxQubits}"
                : $"a circuit has at most {Circuit.MaxQubits} qubits");
    }

    void KeepOutcome(int wire)
    {
        int ancilla = NewWire();
        // What keeps the outcome is no gate of the program.
        Add(gates, Gate.CNOT(wire, ancilla) with { Written = new([], null) });
        wires[ancilla] = new(true, true, false);
        wires[wire] = wires[wire] with { IsMeasured = false, IsUsed = false };
        for (int bit = 0; bit < bits.Count; bit++)
            if (bits[bit].Wire == wire) bits[bit] = bits[bit] with { Wire = ancilla };
    }

    /// <param name="Wire">The wire whose outcome it is; −1 for a bit that is known.</param>
    /// <param name="Value">What is known.</param>
    /// <param name="Measured">The wire that was measured; −1 for a bit into which nothing was measured last.</param>
    readonly record struct Bit(int Wire, bool Value, int Measured);

    /// <param name="IsMeasured">What a bit says of the wire is still what its basis states say.</param>
    /// <param name="IsTouched">It may be another state than 0.</param>
    /// <param name="IsUsed">It is measured, and a gate after that acts on it or under its outcome.</param>
    readonly record struct Wire(bool IsMeasured, bool IsTouched, bool IsUsed);
}
