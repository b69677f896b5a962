using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>Gates and channels on some wires, at the numbers of several samples, as trajectories run them.</summary>
sealed class TileProgram
{
    readonly Step[] steps;
    readonly (int Step, int Channel)[] places;
    readonly double[] hazard;
    readonly int draws;

    /// <summary>The steps that act on these wires.</summary>
    /// <param name="bound">The same circuit at the numbers of each sample.</param>
    public TileProgram(ulong wires, IReadOnlyList<IReadOnlyList<NoisyCircuit.Step>> bound, IReadOnlyList<Complex[]>? starts)
    {
        (Wires, Samples, Starts) = (wires, bound.Count, starts);
        steps = [.. Enumerable.Range(0, bound[0].Count).SelectMany(i => Step.Of([.. bound.Select(sample => sample[i])]))];
        places = [.. steps.SelectMany((step, i) => step.Channels.Select((_, c) => (i, c)))];
        draws = places.Length;
        IsMixture = places.All(place => Channel(place).Mixture is not null);
        // −log of the probability that nothing has happened before a place: from there the next error is a draw away.
        hazard = new double[places.Length + 1];
        for (int k = 0; k < places.Length && IsMixture; k++)
            hazard[k + 1] = hazard[k] - Math.Log(Math.Max(1e-18, Channel(places[k]).Mixture![0]));
    }

    public ulong Wires { get; }

    public int Samples { get; }

    /// <summary>Whether wires are few enough for lanes.</summary>
    public bool Fits => BitOperations.PopCount(Wires) <= TrajectoryTile.MaxWires;

    bool IsMixture { get; }

    IReadOnlyList<Complex[]>? Starts { get; }

    NoiseChannel Channel((int Step, int Channel) place) => steps[place.Step].Channels[place.Channel].Channel;

    /// <summary>Shows trajectories of a sample, by their numbers, that ended in the state of a lane.</summary>
    public delegate void Visit(int sample, IReadOnlyList<int> trajectories, TrajectoryTile tile, int lane);

    /// <summary>
    /// Runs so many trajectories of each sample, 16 lanes at a time; those that share their errors share a lane, and before their
    /// first errors all share one run. What a sample draws comes from its own source, whatever others are beside it.
    /// </summary>
    public void Run(int count, IReadOnlyList<Random> randoms, Visit visit)
    {
        if (!IsMixture) Each(count, randoms, visit);
        else
            for (int first = 0; first < Samples; first += TrajectoryTile.Lanes)
                Patterns(first, Math.Min(TrajectoryTile.Lanes, Samples - first), count, randoms, visit);
    }

    /// <summary>Every trajectory has a lane of its own: what happens depends on its state.</summary>
    void Each(int count, IReadOnlyList<Random> randoms, Visit visit)
    {
        // One after the other: a million trajectories of a hundred draws need not lie in memory together.
        IEnumerable<(int Sample, int Trajectory, double[] Uniform)> lanes = Enumerable.Range(0, Samples).SelectMany(s =>
            Enumerable.Range(0, count).Select(t => (s, t, Uniforms(randoms[s]))));
        using var tile = new TrajectoryTile(Wires);
        var drawn = new double[TrajectoryTile.Lanes];
        foreach (var chunk in lanes.Chunk(TrajectoryTile.Lanes))
        {
            int[] samples = [.. chunk.Select(lane => lane.Sample)];
            Restart(tile, samples);
            int place = 0;
            foreach (Step step in steps)
            {
                tile.Apply(step.For(samples), step.Wires);
                foreach ((NoiseChannel channel, int[] on) in step.Channels)
                {
                    for (int j = 0; j < chunk.Length; j++) drawn[j] = chunk[j].Uniform[place];
                    tile.Draw(channel, on, drawn.AsSpan(0, chunk.Length));
                    place++;
                }
            }

            for (int j = 0; j < chunk.Length; j++) visit(chunk[j].Sample, [chunk[j].Trajectory], tile, j);
        }

        double[] Uniforms(Random random)
        {
            var uniform = new double[draws];
            foreach (ref double u in uniform.AsSpan()) u = random.NextDouble();
            return uniform;
        }
    }

    void Patterns(int first, int samples, int count, IReadOnlyList<Random> randoms, Visit visit)
    {
        List<Pattern> patterns = [];
        for (int s = 0; s < samples; s++) patterns.AddRange(PatternsOf(first + s, count, randoms[first + s]));
        int[] all = [.. Enumerable.Range(first, samples)];
        using TrajectoryTile ideal = new(Wires), work = new(Wires);
        Restart(ideal, all);
        int done = 0;
        foreach (Pattern[] chunk in patterns.Where(p => p.Errors.Length > 0).OrderBy(p => p.Errors[0].Place)
            .Chunk(TrajectoryTile.Lanes))
        {
            Advance(places[chunk[0].Errors[0].Place].Step + 1);
            int[] members = [.. chunk.Select(pattern => pattern.Sample)];
            int[] from = [.. Enumerable.Range(0, TrajectoryTile.Lanes)
                .Select(j => members[Math.Min(j, members.Length - 1)] - first)];
            work.CopyLanes(ideal, from);
            Flip(done - 1);
            for (int i = done; i < steps.Length; i++)
            {
                work.Apply(steps[i].For(members), steps[i].Wires);
                Flip(i);
            }

            for (int j = 0; j < chunk.Length; j++) visit(chunk[j].Sample, chunk[j].Trajectories, work, j);

            void Flip(int step)
            {
                for (int j = 0; j < chunk.Length; j++)
                    foreach ((int place, int pauli) in chunk[j].Errors)
                        if (places[place].Step == step)
                            work.Flip(j, pauli, steps[step].Channels[places[place].Channel].Wires);
            }
        }

        Advance(steps.Length);
        foreach (Pattern pattern in patterns.Where(p => p.Errors.Length == 0))
            visit(pattern.Sample, pattern.Trajectories, ideal, pattern.Sample - first);

        void Advance(int to)
        {
            for (; done < to; done++) ideal.Apply(steps[done].For(all), steps[done].Wires);
        }
    }

    /// <summary>The errors of each trajectory, which are drawn without looking at the state.</summary>
    List<Pattern> PatternsOf(int sample, int count, Random random)
    {
        List<int> none = [];
        var known = new Dictionary<string, Pattern>();
        for (int t = 0; t < count; t++)
        {
            List<(int, int)> errors = [];
            for (int k = 0; (k = Next(k)) < places.Length; k++) errors.Add((k, Error(Channel(places[k]).Mixture!)));
            if (errors.Count == 0)
            {
                none.Add(t);
                continue;
            }

            string key = string.Join(' ', errors);
            if (!known.TryGetValue(key, out Pattern? pattern)) known[key] = pattern = new(sample, [], [.. errors]);
            pattern.Trajectories.Add(t);
        }

        return none.Count == 0 ? [.. known.Values] : [new(sample, none, []), .. known.Values];

        int Next(int from)
        {
            if (from >= places.Length) return from;
            int found = Array.BinarySearch(hazard, from + 1, places.Length - from,
                hazard[from] - Math.Log(1 - random.NextDouble()));
            if (found < 0) return ~found - 1;
            // Ties in the cumulative hazard are places where no error can happen: take the first.
            while (found > from + 1 && hazard[found - 1] == hazard[found]) found--;
            return found - 1;
        }

        int Error(IReadOnlyList<double> mixture)
        {
            double left = random.NextDouble() * (1 - mixture[0]);
            int last = 0;
            for (int i = 1; i < mixture.Count; i++)
            {
                if (mixture[i] == 0) continue;
                last = i;
                if ((left -= mixture[i]) < 0) break;
            }

            return last;
        }
    }

    void Restart(TrajectoryTile tile, int[] samples)
    {
        tile.Restart();
        if (Starts is not null) tile.Start([.. samples.Select(s => Starts[s])]);
    }

    sealed record Pattern(int Sample, List<int> Trajectories, (int Place, int Pauli)[] Errors);

    /// <summary>A gate: one matrix if all samples have the same, else one for each.</summary>
    sealed class Step
    {
        readonly Complex[][,] matrices;
        readonly LaneMatrix? shared;

        Step(int[] wires, Complex[][,] matrices, IReadOnlyList<(NoiseChannel Channel, int[] Wires)> channels)
        {
            (Wires, this.matrices, Channels) = (wires, matrices, channels);
            if (matrices.Length == 1) shared = new LaneMatrix(1 << wires.Length).SetAll(matrices[0]);
        }

        public int[] Wires { get; }

        public IReadOnlyList<(NoiseChannel Channel, int[] Wires)> Channels { get; }

        public static IEnumerable<Step> Of(NoisyCircuit.Step[] samples)
        {
            for (int i = 0; i < samples[0].Gates.Count; i++)
            {
                double[][] angles = [.. samples.Select(sample => Array.ConvertAll(sample.Gates[i].Angles, angle => angle.Scale))];
                bool same = angles.All(own => own.SequenceEqual(angles[0]));
                yield return new(samples[0].Gates[i].Wires,
                    [.. (same ? angles[..1] : angles).Select(own => samples[0].Gates[i].Spec.Matrix(own))],
                    i == samples[0].Gates.Count - 1 ? samples[0].Channels : []);
            }
        }

        public LaneMatrix For(int[] samples)
        {
            if (shared is not null) return shared;
            var matrix = new LaneMatrix(1 << Wires.Length);
            for (int j = 0; j < TrajectoryTile.Lanes; j++) matrix.Set(j, matrices[samples[Math.Min(j, samples.Length - 1)]]);
            return matrix;
        }
    }
}
