namespace Qdiff.Quantum;

/// <summary>
/// A circuit is data: qubits, gates in order, and how many inputs and weights their angles refer to. Wire 0 is the first qubit:
/// the first letter of a Pauli string, the top line of a drawing, <c>q[0]</c> in QASM, the most significant bit of a basis
/// state's number.
/// </summary>
/// <example>
/// <code>
/// Circuit circuit = new(2, [Gate.RX(0, Angle.Input(0)), Gate.RY(1, Angle.Weight(0)), Gate.CRZ(0, 1, Angle.Weight(1))]);
/// double[] z = circuit.Expectations(inputs: [0.3], weights: [0.5, 0.7]);
/// Console.WriteLine(string.Join(" ", z));   // Z of every wire
/// </code>
/// </example>
public sealed class Circuit
{
    /// <summary>Wires are bits of a 64-bit word in the analysis.</summary>
    public const int MaxQubits = 63;

    /// <summary>Ten times what a published circuit on all wires would have; more is a mistake that would take hours.</summary>
    public const int MaxGates = 100_000;

    /// <summary>
    /// A circuit of these gates. Without <paramref name="inputs"/> or <paramref name="weights"/> the highest index in use
    /// decides; a larger count declares numbers that no gate uses. The last <paramref name="ancillas"/> wires are not read out.
    /// </summary>
    public Circuit(int qubits, IEnumerable<Gate> gates, int? inputs = null, int? weights = null,
        CircuitStart start = CircuitStart.Zero, int ancillas = 0)
    {
        if (qubits is < 1 or > MaxQubits)
            throw new ArgumentOutOfRangeException(nameof(qubits), qubits,
                $"A circuit has 1 to {MaxQubits} qubits, not {qubits}.");
        if (ancillas < 0 || ancillas >= qubits)
            throw new ArgumentOutOfRangeException(nameof(ancillas), ancillas,
                $"Of {qubits} qubits 0 to {qubits - 1} can be ancillas, not {ancillas}.");
        ArgumentNullException.ThrowIfNull(gates);
        // However many would come, no more are asked for than can be.
        (Qubits, Gates, Start, Ancillas) = (qubits, [.. gates.Take(MaxGates + 1)], start, ancillas);
        if (Gates.Count > MaxGates)
            throw new ArgumentException(Invariant($"A circuit has at most {MaxGates:N0} gates."), nameof(gates));
        ArgumentOutOfRangeException.ThrowIfNegative(inputs ?? 0, nameof(inputs));
        ArgumentOutOfRangeException.ThrowIfNegative(weights ?? 0, nameof(weights));
        Inputs = inputs ?? Count(Gates, static angle => angle.InputIndices);
        Weights = weights ?? Count(Gates, static angle => angle.WeightIndices);
        if (start == CircuitStart.Amplitudes)
        {
            if (qubits > 30)
                throw new ArgumentOutOfRangeException(nameof(qubits), qubits, "Amplitude encoding takes at most 30 qubits.");
            Inputs = inputs ?? Math.Max(Inputs, 1 << qubits);
            if (Inputs < 1 || Inputs > 1 << qubits)
                throw new ArgumentException($"{qubits} qubits hold 1 to {1 << qubits} amplitudes, not {Inputs} inputs.",
                    nameof(inputs));
        }

        for (int i = 0; i < Gates.Count; i++) Check(i, Gates[i]);
    }

    /// <summary>Reads a circuit from an OpenQASM file.</summary>
    /// <exception cref="FormatException">It cannot be read; the message begins with path:line:column.</exception>
    public static Circuit Read(string path) => QasmProgram.ReadFile(path).Circuit;

    /// <summary>How many wires there are, ancillas included.</summary>
    public int Qubits { get; }

    /// <summary>
    /// The last wires, which nobody reads: they keep what a measurement in the middle of a circuit saw, so that everything else
    /// is as if it had been measured.
    /// </summary>
    /// <remarks>The principle of deferred measurement: Nielsen and Chuang 2010, section 4.4.</remarks>
    public int Ancillas { get; }

    /// <summary>Pauli Z of every wire that is read, in wire order: the read-outs when none are given.</summary>
    public Observable[] StandardReadOuts => Observable.ZOfEachWire(Qubits - Ancillas);

    /// <summary>The gates, first to last.</summary>
    public IReadOnlyList<Gate> Gates { get; }

    /// <summary>How many features are fed in.</summary>
    public int Inputs { get; }

    /// <summary>How many trainable numbers there are, those that no gate uses included.</summary>
    public int Weights { get; }

    /// <summary>The state before the first gate.</summary>
    public CircuitStart Start { get; }

    /// <summary>
    /// The expectation of each read-out at one point, without shots and noise, in double precision. With derivatives it is
    /// <see cref="CircuitJacobian.Compute"/>; <see cref="LoweredCircuit"/> is the fast way for many points.
    /// </summary>
    /// <param name="inputs">As many numbers as <see cref="Inputs"/>; those that are amplitudes of the start may have any
    /// norm.</param>
    /// <param name="weights">As many numbers as <see cref="Weights"/>.</param>
    /// <param name="readOuts">What is read; null for <see cref="StandardReadOuts"/>, whose expectations are within ±1.</param>
    /// <exception cref="ArgumentException">A count is wrong, an angle has no value, or a read-out acts on a wire that the circuit
    /// does not have or depends on too many wires.</exception>
    public double[] Expectations(double[] inputs, double[] weights, IReadOnlyList<Observable>? readOuts = null) =>
        CircuitJacobian.Compute(this, readOuts, inputs, weights, derivatives: false).Expectations;

    /// <summary>The circuit with <paramref name="gates"/> appended; inputs and weights that only they name are added.</summary>
    public Circuit Then(IEnumerable<Gate> gates)
    {
        Gate[] all = [.. Gates, .. gates];
        return new(Qubits, all, Math.Max(Inputs, Count(all, static angle => angle.InputIndices)),
            Math.Max(Weights, Count(all, static angle => angle.WeightIndices)), Start, Ancillas);
    }

    /// <summary>The circuit that undoes this one.</summary>
    public Circuit Inverse() => Start == CircuitStart.Zero
        ? new(Qubits, Gates.Reverse().Select(gate => gate.Inverse), Inputs, Weights, ancillas: Ancillas)
        : throw new InvalidOperationException(
            "A circuit that starts from amplitudes cannot be inverted: its start is not a gate.");

    /// <summary>The gates that the program has, where it defines a gate that is read as what it is known to be.</summary>
    internal Circuit AsWritten() => Gates.All(gate => gate.Written?.Definition is null) ? this
        : new(Qubits, WrittenGate.Expanded(Gates), Inputs, Weights, Start, Ancillas);

    /// <summary>How many inputs or weights gates need.</summary>
    internal static int Count(IEnumerable<Gate> gates, Func<Angle, IEnumerable<int>> indices) =>
        1 + gates.SelectMany(gate => gate.Angles).SelectMany(indices).DefaultIfEmpty(-1).Max();

    void Check(int position, Gate gate)
    {
        if (gate.Spec.Shape == GateShape.Single && gate.Partner != -1)
            throw new ArgumentException(
                $"Gate {position} ({gate.Kind}) acts on one wire but names a second one, {gate.Partner}.");
        foreach (int wire in gate.Wires)
        {
            if ((uint)wire >= (uint)Qubits)
                throw new ArgumentException(
                    $"Gate {position} ({gate.Kind}) acts on wire {wire}, but the circuit has wires 0 to {Qubits - 1}.");
        }

        if ((gate.Spec.Angles < 1 && gate.Angle != default) || (gate.Spec.Angles < 3 && (gate.Phi, gate.Lambda) != default))
            throw new ArgumentException(
                $"Gate {position} ({gate.Kind}) is given more angles than it has, {gate.Spec.Angles}.");
        if (gate.Target == gate.Partner)
            throw new ArgumentException(
                $"Gate {position} ({gate.Kind}) needs two different wires, but both are wire {gate.Target}.");
        foreach (Angle angle in gate.Angles)
        {
            foreach (int input in angle.InputIndices)
            {
                if (input >= Inputs)
                    throw new ArgumentException(
                        $"Gate {position} ({gate}) uses input {input}, but the circuit has {Inputs} inputs.");
            }

            foreach (int weight in angle.WeightIndices)
            {
                if (weight >= Weights)
                    throw new ArgumentException(
                        $"Gate {position} ({gate}) uses weight {weight}, but the circuit has {Weights} weights.");
            }
        }
    }
}
