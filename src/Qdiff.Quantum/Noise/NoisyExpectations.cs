using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What is read out of a circuit under noise, in the limit of many shots. What a read-out sees of up to
/// <see cref="ExactWires"/> wires is computed as a density matrix and exact; what sees more is a mean over trajectories and has a
/// standard error.
/// </summary>
public sealed class NoisyExpectations
{
    /// <summary>The 4¹⁰ numbers of ten wires take 8 MiB and a gate milliseconds.</summary>
    public const int ExactWires = 10;

    /// <summary>Wires with unequal errors of read-out in one product: each doubles the work, and 2¹⁶ takes a minute.</summary>
    const int MostBranches = 16;

    NoisyExpectations(int readOuts) => (Values, variances) = (new double[readOuts], new double[readOuts]);

    readonly double[] variances;

    /// <summary>The expectation of each read-out, read-out errors included.</summary>
    public double[] Values { get; }

    /// <summary>The standard error of each; 0 where the value is exact, NaN of a single trajectory.</summary>
    public double[] StandardErrors => Array.ConvertAll(variances, Math.Sqrt);

    /// <summary>How many trajectories were run; 0 if all values are exact.</summary>
    public int Trajectories { get; private set; }

    /// <summary>Simulates; without read-outs those of <see cref="Circuit.StandardReadOuts"/>.</summary>
    /// <param name="trajectories">How many are run where no density matrix can be.</param>
    /// <param name="random">Of these trajectories.</param>
    /// <exception cref="ArgumentException">A count is wrong, there is noise on a wire that does not exist, or a read-out sees too
    /// many wires.</exception>
    public static NoisyExpectations Of(Circuit circuit, NoiseModel noise, IReadOnlyList<Observable>? readOuts,
        ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights, int trajectories, Random random) =>
        Of(NoisyCircuit.Of(circuit, noise).Bind(inputs, weights), readOuts ?? circuit.StandardReadOuts, inputs.ToArray(),
            trajectories, random);

    internal static NoisyExpectations Of(NoisyCircuit circuit, IReadOnlyList<Observable> readOuts, double[] inputs,
        int trajectories, Random random)
    {
        var result = new NoisyExpectations(readOuts.Count);
        foreach (Cone cone in Cone.Plan(circuit, readOuts))
        {
            if (IsExact(cone.Wires))
            {
                PauliVector state = Evolved(cone, circuit, inputs);
                foreach ((int readOut, double coefficient, PauliString pauli) in cone.Terms)
                    result.Values[readOut] += coefficient * Read(pauli, circuit.Noise, state.Expectation);
                continue;
            }

            result.Trajectories = trajectories;
            result.Sample(cone, circuit, inputs, trajectories, random);
        }

        return result;
    }

    static bool IsExact(ulong wires) => BitOperations.PopCount(wires) <= ExactWires;

    static PauliVector Evolved(Cone cone, NoisyCircuit circuit, double[] inputs)
    {
        PauliVector state = circuit.Circuit.Start == CircuitStart.Amplitudes
            ? new(cone.Wires, LiteralSimulator.StartAmplitudes(circuit.Circuit, inputs))
            : new(cone.Wires);
        foreach (NoisyCircuit.Step step in cone.Steps) Apply(step, state);
        return state;
    }

    internal static void Apply(NoisyCircuit.Step step, PauliVector state)
    {
        for (int i = 0; i < step.Gates.Count; i++) state.Apply(step.Transfers[i], step.Gates[i].Wires);
        foreach ((NoiseChannel channel, int[] wires) in step.Channels) state.Apply(channel.Transfer, wires);
    }

    void Sample(Cone cone, NoisyCircuit circuit, double[] inputs, int trajectories, Random random)
    {
        Complex[]? start = circuit.Circuit.Start == CircuitStart.Amplitudes
            ? LiteralSimulator.StartAmplitudes(circuit.Circuit, inputs) : null;
        var sums = new Dictionary<int, (double Sum, double Squares)>();
        var program = new TileProgram(cone.Wires, [cone.Steps], start is null ? null : [start]);
        if (program.Fits)
            program.Run(trajectories, [random], (_, alike, tile, lane) =>
                Add(alike.Count, pauli => tile.Expectation(lane, pauli)));
        else
        {
            var trajectory = new Trajectory(cone.Wires, start);
            CompiledStep[] steps = [.. CompiledStep.Of(cone.Steps)];
            for (int t = 0; t < trajectories; t++)
            {
                trajectory.Run(steps, random);
                Add(1, pauli => trajectory.State.Overlap(trajectory.State.Times(pauli)));
            }
        }

        void Add(int count, Func<PauliString, double> expectation)
        {
            foreach (var terms in cone.Terms.GroupBy(term => term.ReadOut))
            {
                double value = terms.Sum(term => term.Coefficient * Read(term.Pauli, circuit.Noise, expectation));
                (double sum, double squares) = sums.GetValueOrDefault(terms.Key);
                sums[terms.Key] = (sum + count * value, squares + count * value * value);
            }
        }

        foreach ((int readOut, (double sum, double squares)) in sums)
        {
            Values[readOut] += sum / trajectories;
            variances[readOut] += MeanVariance.Of(sum, squares, trajectories);
        }
    }

    /// <summary>
    /// The mean of what is read for a product of Pauli operators: each factor is read as Offset + Slope · factor, so that the
    /// product is a sum over the products of some of them.
    /// </summary>
    static double Read(PauliString pauli, NoiseModel noise, Func<PauliString, double> expectation)
    {
        int[] wires = [.. WireGraph.Bits(pauli.Support)];
        int branches = wires.Count(wire => noise.ReadOutOf(wire) is { Offset: not 0, Slope: not 0 });
        if (branches > MostBranches)
            throw new ArgumentException($"the read-out {pauli} is of {branches} wires of which 0 and 1 are misread unequally, a "
                + $"sum over 2^{branches} products; at most {MostBranches} are possible. Give shots, or read fewer wires "
                + "together");
        return Sum(0, default, 1);

        double Sum(int next, PauliString kept, double factor)
        {
            if (factor == 0) return 0;
            if (next == wires.Length) return factor * (kept == default ? 1 : expectation(kept));
            ReadOutError error = noise.ReadOutOf(wires[next]);
            PauliString own = pauli.On(1UL << wires[next]);
            return Sum(next + 1, new(kept.XBits | own.XBits, kept.ZBits | own.ZBits), factor * error.Slope)
                + Sum(next + 1, kept, factor * error.Offset);
        }
    }

    /// <summary>Read-outs that are computed in one run, and what acts on them.</summary>
    sealed record Cone(ulong Wires, IReadOnlyList<NoisyCircuit.Step> Steps,
        IReadOnlyList<(int ReadOut, double Coefficient, PauliString Pauli)> Terms)
    {
        /// <summary>A read-out whose wires are all among another's shares its run, unless only its own is exact.</summary>
        public static IEnumerable<Cone> Plan(NoisyCircuit circuit, IReadOnlyList<Observable> readOuts)
        {
            ulong all = circuit.Circuit.Start == CircuitStart.Amplitudes ? (1UL << circuit.Circuit.Qubits) - 1 : 0;
            var terms = readOuts.SelectMany((readOut, r) => readOut.Terms.Select(term =>
            {
                if (term.Pauli.Support >> circuit.Circuit.Qubits != 0)
                    throw new ArgumentException($"Read-out {readOut} acts on a wire that the circuit does not have.");
                (ulong wires, bool[] steps) = circuit.Cone(term.Pauli.Support);
                return (Term: (r, term.Coefficient, term.Pauli), Wires: wires | all, Steps: steps);
            })).ToArray();
            ulong[] sets = [.. terms.Select(term => term.Wires).Distinct()];
            ulong[] largest = [.. sets.Where(set => !sets.Any(other => other != set && Holds(other, set)))];
            foreach (var group in terms.GroupBy(term => largest.First(set => Holds(set, term.Wires))))
            {
                yield return new(group.Key,
                    [.. circuit.Steps.Where((_, i) => group.Any(term => term.Steps[i]))], [.. group.Select(term => term.Term)]);
            }

            static bool Holds(ulong set, ulong wires) => (wires & ~set) == 0 && IsExact(set) == IsExact(wires);
        }
    }
}
