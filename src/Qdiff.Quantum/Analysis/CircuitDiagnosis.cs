using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Which weights and inputs of a circuit cannot act on its read-outs, and why. That a derivative is zero is decided by numbers:
/// in double precision at several random points (a derivative is an analytic function, so it is zero everywhere or almost
/// nowhere). The gates say why.
/// </summary>
public sealed class CircuitDiagnosis
{
    /// <summary>Points at which derivatives are taken.</summary>
    public const int Points = 4;

    /// <summary>Rounding, as a share of the largest derivative that the parameter could have.</summary>
    const double Rounding = 1e-11;

    /// <summary>Where random numbers lie; smaller if formulas have no value there (an arcsine, a root).</summary>
    static readonly (double Low, double High)[] s_ranges = [(-3, 3), (-1, 1), (0, 1), (0.1, 0.5), (1.1, 3)];

    /// <summary>How often each number is drawn from a range of its own before none are found.</summary>
    const int Mixtures = 1000;

    /// <summary>How far a number is moved to see whether the state moves with it; less far where a formula has no value
    /// farther on.</summary>
    static readonly double[] s_moves = [0.7, -0.7, 0.07, -0.07, 0.007, -0.007];

    readonly Circuit circuit;
    readonly IReadOnlyList<Observable> readOuts;
    readonly List<(double[] Inputs, double[] Weights)> points = [];

    /// <summary>Looks at a circuit; without read-outs those of <see cref="Circuit.StandardReadOuts"/>.</summary>
    /// <exception cref="ArgumentException">A read-out depends on too many wires, or angles have no value.</exception>
    public CircuitDiagnosis(Circuit circuit, IReadOnlyList<Observable>? readOuts = null, int seed = 1)
    {
        (this.circuit, this.readOuts) = (circuit, readOuts ?? circuit.StandardReadOuts);
        var random = new Random(seed);
        (bool[] liveInputs, bool[] liveWeights) = (new bool[circuit.Inputs], new bool[circuit.Weights]);
        for (int p = 0; p < Points; p++)
        {
            (double[] inputs, double[] weights) = Point(random);
            points.Add((inputs, weights));
            CircuitJacobian jacobian = CircuitJacobian.Compute(circuit, this.readOuts, inputs, weights);
            (double[] inputScale, double[] weightScale) = Scales(inputs, weights);
            Mark(liveInputs, jacobian.ByInput, inputScale);
            Mark(liveWeights, jacobian.ByWeight, weightScale);
        }

        int read = circuit.Qubits - circuit.Ancillas;
        Parts = [.. CircuitParts.Of(circuit).Select(part => part.Where(wire => wire < read).ToArray())
            .Where(part => part.Length > 0)];
        var structure = new Structure(circuit, this.readOuts);
        DeadInputs = [.. Explain(liveInputs, AngleSource.Input, structure)];
        DeadWeights = [.. Explain(liveWeights, AngleSource.Weight, structure)];
    }

    /// <summary>Weights that no read-out depends on.</summary>
    public IReadOnlyList<DeadParameter> DeadWeights { get; }

    /// <summary>Inputs that no read-out depends on.</summary>
    public IReadOnlyList<DeadParameter> DeadInputs { get; }

    /// <summary>The wires that gates join: each part is a circuit of its own.</summary>
    public IReadOnlyList<int[]> Parts { get; }

    (double[], double[]) Point(Random random)
    {
        // All numbers from one range first; then, where formulas need different ones, each from one of its own.
        for (int attempt = 0; attempt < s_ranges.Length + Mixtures; attempt++)
        {
            double[] inputs = Draw(circuit.Inputs), weights = Draw(circuit.Weights);
            if (HaveValues(inputs, weights)) return (inputs, weights);

            double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ =>
            {
                (double low, double high) = s_ranges[attempt < s_ranges.Length ? attempt : random.Next(s_ranges.Length)];
                return low + (high - low) * random.NextDouble();
            })];
        }

        throw new ArgumentException("No numbers were found for which all angles of the circuit are finite.");
    }

    bool HaveValues(double[] inputs, double[] weights) =>
        circuit.Gates.SelectMany(gate => gate.Angles).All(angle => double.IsFinite(angle.Value(inputs, weights)));

    /// <summary>How strongly all angles together could move: derivatives by an angle are 1 at most, in units of the
    /// read-outs.</summary>
    (double[] Inputs, double[] Weights) Scales(double[] inputs, double[] weights)
    {
        (double[] byInput, double[] byWeight) = (new double[circuit.Inputs], new double[circuit.Weights]);
        (double[] inputSlope, double[] weightSlope) = (new double[circuit.Inputs], new double[circuit.Weights]);
        foreach (Angle angle in circuit.Gates.SelectMany(gate => gate.Angles).Where(angle => angle.Source != AngleSource.Fixed))
        {
            BoundCircuit.AddChainRule(angle, 1, inputs, weights, inputSlope, weightSlope);
            foreach (int i in angle.InputIndices) (byInput[i], inputSlope[i]) = (byInput[i] + Math.Abs(inputSlope[i]), 0);
            foreach (int w in angle.WeightIndices) (byWeight[w], weightSlope[w]) = (byWeight[w] + Math.Abs(weightSlope[w]), 0);
        }

        if (circuit.Start == CircuitStart.Amplitudes)
            for (int i = 0; i < byInput.Length; i++) byInput[i] += 1;
        return (byInput, byWeight);
    }

    void Mark(bool[] live, double[][] derivatives, double[] scales)
    {
        double size = readOuts.Select(readOut => readOut.Terms.Sum(term => Math.Abs(term.Coefficient))).DefaultIfEmpty(0).Max();
        for (int i = 0; i < live.Length; i++)
            live[i] |= derivatives[i].Any(derivative => Math.Abs(derivative) > Rounding * scales[i] * size);
    }

    IEnumerable<DeadParameter> Explain(bool[] live, AngleSource source, Structure structure)
    {
        for (int i = 0; i < live.Length; i++)
        {
            if (live[i]) continue;
            DeadReason[] reasons = [.. structure.Of(source, i).Distinct().Order()];
            // What the gates do not say, the states do.
            if (reasons is not [] && reasons[^1] == DeadReason.NotSeen) reasons = [.. reasons[..^1], Unseen(source, i)];
            yield return new(i, reasons is [] ? [DeadReason.Unused] : reasons);
        }
    }

    /// <summary>Whether the state does not move with the parameter, or does but gate by gate is seen, or is not seen.</summary>
    DeadReason Unseen(AngleSource source, int index)
    {
        if (circuit.Qubits > 16 || Moved(source, index) is not var (movedInputs, movedWeights)) return DeadReason.NotSeen;
        (double[] inputs, double[] weights) = points[0];
        Complex[] before = LiteralSimulator.State(circuit, inputs, weights);
        Complex[] after = LiteralSimulator.State(circuit, movedInputs, movedWeights);
        Complex overlap = 0;
        for (int k = 0; k < before.Length; k++) overlap += Complex.Conjugate(before[k]) * after[k];
        if (overlap.Magnitude > 1 - 1e-12) return DeadReason.StateUnmoved;
        // Each gate with a number of its own: if one of them is seen alone, together they cancel.
        int own = circuit.Weights;
        Circuit apart = new(circuit.Qubits, circuit.Gates.Select(gate => gate.WithAngles([.. gate.Angles.Select(angle =>
            (source == AngleSource.Input ? angle.InputIndices : angle.WeightIndices).Contains(index)
                ? Angle.Expression(AngleExpression.Constant(angle.Value(inputs, weights)) + AngleExpression.Weight(own++))
                : angle)])), circuit.Inputs, null, circuit.Start, circuit.Ancillas);
        double[] all = [.. weights, .. new double[apart.Weights - weights.Length]];
        CircuitJacobian jacobian = CircuitJacobian.Compute(apart, readOuts, inputs, all);
        return jacobian.ByWeight.Skip(weights.Length).SelectMany(row => row).Any(d => Math.Abs(d) > Rounding)
            ? DeadReason.Cancels
            : DeadReason.NotSeen;
    }

    /// <summary>A point with one of its numbers elsewhere; null if no angle has a value beside it.</summary>
    (double[] Inputs, double[] Weights)? Moved(AngleSource source, int index)
    {
        foreach (double move in s_moves)
        {
            (double[] inputs, double[] weights) = ([.. points[0].Inputs], [.. points[0].Weights]);
            (source == AngleSource.Input ? inputs : weights)[index] += move;
            if (HaveValues(inputs, weights)) return (inputs, weights);
        }

        return null;
    }

    /// <summary>What becomes of each gate: where lowering drops it, and why.</summary>
    sealed class Structure
    {
        readonly Dictionary<(AngleSource, int), List<DeadReason>> reasons = [];

        public Structure(Circuit circuit, IReadOnlyList<Observable> readOuts)
        {
            (List<Elementary> gates, int[] places) = Elementary.Decompose(circuit);
            // Whatever meets a wire that a read-out sees, walking backwards, is inside the light cone.
            ulong cone = readOuts.Aggregate(0UL, (set, readOut) =>
                set | ReadOutGroups.Moved(new(0, readOut.Support), places).ZBits);
            var inside = new bool[gates.Count];
            for (int i = gates.Count - 1; i >= 0; i--)
            {
                inside[i] = (gates[i].Wires & cone) != 0;
                if (inside[i]) cone |= gates[i].Wires;
            }

            var seen = new bool[gates.Count];
            foreach (PauliString pauli in readOuts.SelectMany(readOut => readOut.Terms).Select(term => term.Pauli).Distinct())
                MarkSeen(gates, new(ReadOutGroups.Moved(pauli, places), 1), seen);
            bool[] fromZero = circuit.Start == CircuitStart.Zero ? StillZero(gates) : new bool[gates.Count];
            for (int i = 0; i < gates.Count; i++)
            {
                DeadReason reason = fromZero[i] ? DeadReason.WireStillZero
                    : !inside[i] ? DeadReason.OutsideLightCone
                    : !seen[i] ? DeadReason.DiagonalBeforeReadOut
                    : DeadReason.NotSeen;
                foreach (int input in gates[i].Angle.InputIndices) Add((AngleSource.Input, input), reason);
                foreach (int weight in gates[i].Angle.WeightIndices) Add((AngleSource.Weight, weight), reason);
            }
        }

        public IEnumerable<DeadReason> Of(AngleSource source, int index) => reasons.GetValueOrDefault((source, index)) ?? [];

        void Add((AngleSource, int) parameter, DeadReason reason)
        {
            if (!reasons.TryGetValue(parameter, out List<DeadReason>? list)) reasons[parameter] = list = [];
            list.Add(reason);
        }

        static bool[] StillZero(List<Elementary> gates)
        {
            var still = new bool[gates.Count];
            ulong touched = 0;
            for (int i = 0; i < gates.Count; i++)
            {
                (ulong target, int control) = (1UL << gates[i].Target, gates[i].Control);
                still[i] = control >= 0 && (touched >> control & 1) == 0
                    || gates[i].IsDiagonal && (touched & target) == 0 && (control < 0 || gates[i].Kind != GateKind.RZ);
                if (!still[i] && !gates[i].IsDiagonal) touched |= target;
            }

            return still;
        }

        static void MarkSeen(List<Elementary> gates, SignedPauli read, bool[] seen)
        {
            var kept = new Queue<Elementary>(Simplification.BehindReadOuts(gates, [read]).Gates);
            // Kept gates come in their order; equal neighbours that differ in nothing are the same to a parameter.
            for (int i = 0; i < gates.Count && kept.Count > 0; i++)
            {
                if (gates[i] != kept.Peek()) continue;
                kept.Dequeue();
                seen[i] = true;
            }
        }
    }
}
