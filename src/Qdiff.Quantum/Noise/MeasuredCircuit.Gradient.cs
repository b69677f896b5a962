namespace Qdiff.Quantum;

public sealed partial class MeasuredCircuit
{
    Place[]? places;

    /// <summary>
    /// Estimates the gradient of Σ cotangent[r]·⟨read-out r⟩ by all inputs and weights, sample by sample, from further runs of
    /// the circuit with angles moved, each with shots of its own. Like <see cref="Read"/> it depends on the state of a sample's
    /// source and not on other samples.
    /// </summary>
    /// <param name="rule">Which angles are moved, and how far.</param>
    /// <param name="cotangents">A number for each read-out, of each sample.</param>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes, or a count is wrong.</exception>
    public (double[][] Inputs, double[][] Weights) Gradient(GradientRule rule, IReadOnlyList<double[]> inputs, double[] weights,
        IReadOnlyList<double[]> cotangents, IReadOnlyList<Random> randoms)
    {
        NoisyCircuit[] bound = Bound(inputs, weights);
        double[][] byInput = [.. inputs.Select(_ => new double[circuit.Inputs])],
            byWeight = [.. inputs.Select(_ => new double[circuit.Weights])];
        if (rule == GradientRule.ParameterShift)
            foreach (Place place in Places)
                Add(place, ParameterShift.Derivatives(place.Rule, shift =>
                    Weighted([.. bound.Select(own => own.Moved([(place.At, shift)]))], place.ReadOuts)));
        else if (Places.Length > 0)
        {
            double[][] moves = [.. randoms.Select(random => SimultaneousPerturbation.Moves(Places.Length, random))];
            int[] all = [.. Enumerable.Range(0, readOuts.Count)];
            double[] above = Weighted(Moved(1), all), below = Weighted(Moved(-1), all);
            for (int p = 0; p < Places.Length; p++)
                Add(Places[p], [.. moves.Select((own, s) => (above[s] - below[s]) / (2 * own[p]))]);

            NoisyCircuit[] Moved(int sign) => [.. bound.Select((own, s) =>
                own.Moved([.. Places.Select((place, p) => (place.At, sign * moves[s][p]))]))];
        }

        return (byInput, byWeight);

        double[] Weighted(NoisyCircuit[] moved, int[] read)
        {
            double[][] means = Means(moved, [.. read.Select(r => readOuts[r])], inputs, randoms);
            return [.. means.Select((own, s) => own.Select((mean, i) => cotangents[s][read[i]] * mean).Sum())];
        }

        void Add(Place place, double[] derivatives)
        {
            for (int s = 0; s < derivatives.Length; s++)
                BoundCircuit.AddChainRule(place.Source, derivatives[s], inputs[s], weights, byInput[s], byWeight[s]);
        }
    }

    /// <summary>How many circuits a device runs for one gradient.</summary>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes.</exception>
    public int RunsOf(GradientRule rule) => rule == GradientRule.Spsa ? Places.Length > 0 ? 2 * Runs : 0
        : Places.Sum(place => ParameterShift.Runs(place.Rule) * RunsFor([.. place.ReadOuts.Select(r => readOuts[r])]));

    /// <summary>The angles that are moved.</summary>
    Place[] Places => LazyInitializer.EnsureInitialized(ref places, () => circuit.Start == CircuitStart.Zero
        ? [.. FindPlaces()]
        : throw new ArgumentException("a circuit that starts from amplitudes has no such gradient: amplitudes are not angles"));

    /// <summary>Where no read-out is joined to a gate, the derivative is 0, and nothing has to be run for it.</summary>
    IEnumerable<Place> FindPlaces()
    {
        ulong[] parts = [.. written.Parts().Select(part =>
            part.Aggregate(0UL, (set, wire) => set | 1UL << wire))];
        int[][] read = [.. parts.Select(part => Enumerable.Range(0, readOuts.Count)
            .Where(r => (readOuts[r].Support & part) != 0).ToArray())];
        for (int s = 0; s < written.Steps.Count; s++)
            for (int g = 0; g < written.Steps[s].Gates.Count; g++)
            {
                Gate gate = written.Steps[s].Gates[g];
                int part = Array.FindIndex(parts, part => (part >> gate.Target & 1) != 0);
                for (int k = 0; k < gate.Spec.Angles && read[part].Length > 0; k++)
                    if (gate.Angles[k].Source != AngleSource.Fixed)
                        yield return new((s, g, k), gate.Angles[k], gate.Spec.Shift, read[part]);
            }
    }

    /// <summary>An angle of a gate, and the read-outs that can depend on it.</summary>
    sealed record Place((int Step, int Gate, int Angle) At, Angle Source, ShiftRule Rule, int[] ReadOuts);
}
