using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>Draws outcomes of wires that gates join: of the state, of the density matrix, or each of a trajectory of its
/// own.</summary>
sealed class OutcomeSource
{
    /// <summary>A density matrix of more wires costs more than a thousand trajectories.</summary>
    const int ExactWires = 6;

    readonly int[] wires;
    readonly NoisyCircuit.Step[][] steps;
    readonly Complex[][]? starts;

    OutcomeSource(int[] wires, IReadOnlyList<NoisyCircuit> circuits, IReadOnlyList<double[]> inputs)
    {
        this.wires = wires;
        steps = [.. circuits.Select(circuit => circuit.Steps.Where(step => (step.Wires & Wires) != 0).ToArray())];
        starts = circuits[0].Circuit.Start == CircuitStart.Amplitudes
            ? [.. circuits.Zip(inputs, (circuit, own) => LiteralSimulator.StartAmplitudes(circuit.Circuit, own))] : null;
    }

    public ulong Wires => wires.Aggregate(0UL, (all, wire) => all | 1UL << wire);

    /// <summary>One for each part of a circuit, whose angles are numbers, of each sample its own.</summary>
    public static IEnumerable<OutcomeSource> Parts(IReadOnlyList<NoisyCircuit> bound, IReadOnlyList<double[]> inputs) =>
        bound[0].Circuit.Start == CircuitStart.Amplitudes
            ? [new([.. Enumerable.Range(0, bound[0].Circuit.Qubits)], bound, inputs)]
            : bound[0].Parts().Select(part => new OutcomeSource(part, bound, inputs));

    /// <summary>Draws this part of every outcome of each sample: bit w is wire w.</summary>
    public void Draw(ulong[][] outcomes, IReadOnlyList<Random> randoms)
    {
        bool isIdeal = steps[0].All(step => step.Channels.Count == 0);
        if (!isIdeal && wires.Length <= ExactWires)
        {
            for (int s = 0; s < outcomes.Length; s++) Draw(outcomes[s], Below(Exact(s)), randoms[s]);
            return;
        }

        var program = new TileProgram(Wires, steps, starts);
        if (program.Fits) DrawLanes(program, outcomes, randoms);
        else
            for (int s = 0; s < outcomes.Length; s++) DrawTrajectories(s, outcomes[s], isIdeal, randoms[s]);
    }

    void DrawLanes(TileProgram program, ulong[][] outcomes, IReadOnlyList<Random> randoms)
    {
        int shots = outcomes[0].Length;
        // Drawn first, so that it does not matter in which order lanes come to their ends.
        double[][] uniform = [.. randoms.Select(random => Enumerable.Range(0, shots).Select(_ => random.NextDouble()).ToArray())];
        program.Run(shots, randoms, (sample, trajectories, tile, lane) =>
        {
            double[] below = Below(tile.Probabilities(lane));
            foreach (int s in trajectories) outcomes[sample][s] |= Outcome(Found(below, uniform[sample][s]));
        });
    }

    double[] Exact(int sample)
    {
        PauliVector state = starts is null ? new(Wires) : new(Wires, starts[sample]);
        foreach (NoisyCircuit.Step step in steps[sample]) NoisyExpectations.Apply(step, state);
        return state.Probabilities();
    }

    /// <summary>States too large to be run side by side.</summary>
    void DrawTrajectories(int sample, Span<ulong> outcomes, bool isIdeal, Random random)
    {
        var trajectory = new Trajectory(Wires, starts?[sample]);
        CompiledStep[] compiled = [.. CompiledStep.Of(steps[sample])];
        if (isIdeal)
        {
            trajectory.Run(compiled, random);
            Draw(outcomes, Below(Squares(trajectory)), random);
            return;
        }

        for (int s = 0; s < outcomes.Length; s++)
        {
            trajectory.Run(compiled, random);
            outcomes[s] |= Outcome(Found(Below(Squares(trajectory)), random.NextDouble()));
        }
    }

    void Draw(Span<ulong> outcomes, double[] below, Random random)
    {
        foreach (ref ulong outcome in outcomes) outcome |= Outcome(Found(below, random.NextDouble()));
    }

    static double[] Squares(Trajectory trajectory) => Array.ConvertAll(trajectory.State.Amplitudes,
        amplitude => amplitude.Real * amplitude.Real + amplitude.Imaginary * amplitude.Imaginary);

    static double[] Below(double[] probabilities)
    {
        double sum = 0;
        for (int k = 0; k < probabilities.Length; k++) probabilities[k] = sum += probabilities[k];
        return probabilities;
    }

    static int Found(double[] below, double uniform)
    {
        int found = Array.BinarySearch(below, uniform * below[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, below.Length - 1);
    }

    /// <summary>Of a basis state's number the bits of the wires.</summary>
    ulong Outcome(int k)
    {
        ulong outcome = 0;
        for (int i = 0; i < wires.Length; i++) outcome |= (ulong)(k >> (wires.Length - 1 - i) & 1) << wires[i];
        return outcome;
    }
}
