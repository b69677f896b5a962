using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>Draws outcomes of wires that gates join: of the state, of the density matrix, or each of a trajectory of its
/// own.</summary>
sealed class OutcomeSource
{
    /// <summary>A density matrix of more wires costs more than a thousand trajectories.</summary>
    const int ExactWires = 8;

    readonly int[] wires;
    readonly NoisyCircuit.Step[] steps;
    readonly Complex[]? start;

    OutcomeSource(int[] wires, NoisyCircuit circuit, double[] inputs)
    {
        ulong set = wires.Aggregate(0UL, (all, wire) => all | 1UL << wire);
        (this.wires, steps) = (wires, [.. circuit.Steps.Where(step => (step.Wires & set) != 0)]);
        start = circuit.Circuit.Start == CircuitStart.Amplitudes
            ? LiteralSimulator.StartAmplitudes(circuit.Circuit, inputs) : null;
    }

    ulong Set => wires.Aggregate(0UL, (all, wire) => all | 1UL << wire);

    /// <summary>One for each part of a circuit whose angles are numbers.</summary>
    public static IEnumerable<OutcomeSource> Parts(NoisyCircuit bound, double[] inputs) =>
        bound.Circuit.Start == CircuitStart.Amplitudes
            ? [new([.. Enumerable.Range(0, bound.Circuit.Qubits)], bound, inputs)]
            : CircuitParts.Of(bound.Circuit).Select(part => new OutcomeSource(part, bound, inputs));

    /// <summary>Draws this part of every outcome: bit w is wire w.</summary>
    public void Draw(Span<ulong> outcomes, Random random)
    {
        if (steps.All(step => step.Channels.Count == 0)) Draw(outcomes, Below(Ideal()), random);
        else if (wires.Length <= ExactWires) Draw(outcomes, Below(Exact()), random);
        else if (steps.All(step => step.Channels.All(c => c.Channel.Mixture is not null))) DrawErrors(outcomes, random);
        else DrawTrajectories(outcomes, random);
    }

    double[] Ideal()
    {
        var trajectory = new Trajectory(Set, start);
        trajectory.Run(CompiledStep.Of(steps), Random.Shared);
        return Squares(trajectory);
    }

    double[] Exact()
    {
        PauliVector state = start is null ? new(Set) : new(Set, start);
        foreach (NoisyCircuit.Step step in steps) NoisyExpectations.Apply(step, state);
        return state.Probabilities();
    }

    void DrawTrajectories(Span<ulong> outcomes, Random random)
    {
        var trajectory = new Trajectory(Set, start);
        CompiledStep[] compiled = [.. CompiledStep.Of(steps)];
        for (int s = 0; s < outcomes.Length; s++)
        {
            trajectory.Run(compiled, random);
            outcomes[s] |= Outcome(Found(Below(Squares(trajectory)), random));
        }
    }

    /// <summary>Errors that are drawn without looking at the state are drawn first: shots with the same ones share a
    /// run.</summary>
    void DrawErrors(Span<ulong> outcomes, Random random)
    {
        CompiledStep[] compiled = [.. CompiledStep.Of(steps)];
        var shotsOf = new Dictionary<string, (List<int> Shots, List<(int Step, CompiledStep Error)> Errors)>();
        var key = new StringBuilder();
        for (int s = 0; s < outcomes.Length; s++)
        {
            key.Clear();
            var errors = new List<(int, CompiledStep)>();
            for (int i = 0; i < compiled.Length; i++)
            {
                for (int c = 0; c < compiled[i].Channels.Count; c++)
                {
                    (NoiseChannel channel, int[] on) = compiled[i].Channels[c];
                    int pauli = Trajectory.Drawn(channel.Mixture!, random);
                    if (pauli == 0) continue;
                    key.Append(i).Append('.').Append(c).Append('.').Append(pauli).Append(' ');
                    errors.Add((i, new(PauliMatrix.Of(pauli, on.Length), on, [])));
                }
            }

            ref var shots = ref CollectionsMarshal.GetValueRefOrAddDefault(shotsOf, key.ToString(), out bool isKnown);
            if (!isKnown) shots = ([], errors);
            shots.Shots.Add(s);
        }

        CompiledStep[] ideal = [.. compiled.Select(step => step with { Channels = [] })];
        var trajectory = new Trajectory(Set, start);
        foreach ((List<int> shots, List<(int Step, CompiledStep Error)> errors) in shotsOf.Values)
        {
            trajectory.Run(ideal.SelectMany((step, i) => errors.Where(e => e.Step == i).Select(e => e.Error).Prepend(step)),
                random);
            double[] below = Below(Squares(trajectory));
            foreach (int s in shots) outcomes[s] |= Outcome(Found(below, random));
        }
    }

    void Draw(Span<ulong> outcomes, double[] below, Random random)
    {
        foreach (ref ulong outcome in outcomes) outcome |= Outcome(Found(below, random));
    }

    static double[] Squares(Trajectory trajectory) => Array.ConvertAll(trajectory.State.Amplitudes,
        amplitude => amplitude.Real * amplitude.Real + amplitude.Imaginary * amplitude.Imaginary);

    static double[] Below(double[] probabilities)
    {
        double sum = 0;
        for (int k = 0; k < probabilities.Length; k++) probabilities[k] = sum += probabilities[k];
        return probabilities;
    }

    static int Found(double[] below, Random random)
    {
        int found = Array.BinarySearch(below, random.NextDouble() * below[^1]);
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
