using Qdiff.Tensors;

namespace Qdiff;

/// <summary>One draw of weights and data in double: what happens to the network's output when some of its parameters are
/// moved.</summary>
sealed class ReferenceProbe
{
    /// <summary>Numbers are moved by about their own size, but never by less than this.</summary>
    const double SmallestMove = 0.5;

    /// <summary>Effects up to this multiple of the noise floor count as none: large moves round more than small ones.</summary>
    const double Tolerated = 1000;

    readonly Network network;
    readonly Weights start;
    readonly double[] values, moves;
    readonly double[][] images, output;
    readonly int[] timesteps, labels;
    readonly int allTimesteps;
    readonly double scale;

    /// <summary>A draw with one sample for each of <paramref name="labels"/> (or two, if the network takes none).</summary>
    public ReferenceProbe(Network network, AuditDraws draws, int draw, int[] labels) : this(network, draws, draw, labels,
        [.. Enumerable.Range(0, network.Labels == 0 ? 2 : labels.Length)
            .Select(s => Normal(network.Image.Count, new(draws.Seed, "audit picture", draw, s)))],
        draws.View(draw, tile: -1, 0).Timesteps[..(network.Labels == 0 ? 2 : Math.Min(labels.Length, Tensor.Samples))])
    {
    }

    ReferenceProbe(Network network, AuditDraws draws, int draw, int[] labels, double[][] images, int[] timesteps)
    {
        (this.network, allTimesteps) = (network, draws.Timesteps);
        // More labels than a tile has samples share its timesteps.
        (this.labels, this.images) = (labels, images);
        this.timesteps = [.. Enumerable.Range(0, images.Length).Select(s => timesteps[s % timesteps.Length])];
        start = draws.Weights(draw);
        values = new ReferenceWeights(start).Values.ToArray();
        moves = new double[values.Length];
        foreach (Parameter p in network.Parameters)
        {
            double size = Math.Max(SmallestMove, Size(values.AsSpan(p.Offset, p.Count)));
            double[] steps = Normal(p.Count, new(draws.Seed, "audit move " + p.Name, draw));
            for (int i = 0; i < p.Count; i++) moves[p.Offset + i] = size * steps[i];
        }

        output = Run(values, images, this.timesteps, labels);
        scale = Size([.. output.SelectMany(sample => sample)]);
        double noise = Noise(new(draws.Seed, "audit nudge", draw));
        Floor = Math.Max(noise, Math.BitIncrement(1.0) - 1);
    }

    /// <summary>The weights and all samples of a tile at which gradients were taken.</summary>
    public static ReferenceProbe At(Network network, AuditDraws draws, AuditView view)
    {
        var tile = new float[network.Image.Count * Tensor.Samples];
        draws.FillImages(view.Draw, view.Tile, tile);
        double[][] images = [.. Enumerable.Range(0, Tensor.Samples)
            .Select(s => Enumerable.Range(0, network.Image.Count).Select(i => (double)tile[i * Tensor.Samples + s]).ToArray())];
        return new(network, draws, view.Draw, view.Labels, images, view.Timesteps);
    }

    /// <summary>Passes of the network that were made.</summary>
    public int Passes { get; private set; }

    /// <summary>Parameters that some operation read.</summary>
    public IReadOnlySet<Parameter> Read { get; private set; } = new HashSet<Parameter>();

    /// <summary>The effect of moving every weight and pixel by a unit in the last place, up or down.</summary>
    public double Floor { get; }

    /// <summary>Effects up to here count as none.</summary>
    public double Threshold => Tolerated * Floor;

    /// <summary>Whether there is an output to measure against: parameters, and not all of them 0.</summary>
    public bool IsUsable => scale > 0 && double.IsFinite(scale) && double.IsFinite(Floor);

    /// <summary>The effect of moving these parameters together, times <paramref name="share"/>.</summary>
    public double Effect(ReadOnlySpan<int> indices, double share = 1)
    {
        double[] moved = [.. values];
        foreach (int i in indices) moved[i] += share * moves[i];
        return Distance(output, Run(moved, images, timesteps, labels));
    }

    /// <summary>The effect of moving the values of a detached tensor.</summary>
    public double DetachedEffect(string name) =>
        Distance(output, Run(values, images, timesteps, labels, (detached, sample, numbers) =>
        {
            if (detached != name) return;
            for (int i = 0; i < numbers.Length; i++) numbers[i] += SmallestMove * (1 + (i + sample) % 3);
        }));

    /// <summary>The effects of another image, other timesteps and other labels on the first sample's output.</summary>
    public (double Image, double Timestep, double Label) InputEffects(int labelCount)
    {
        // With one sample there is no second image: the first one mirrored in value is another.
        double[] other = images.Length > 1 ? images[1] : [.. images[0].Select(v => -v)];
        int[] otherSteps = [.. ((int[])[1, 137, 500, 901]).Select(shift => (timesteps[0] + shift) % allTimesteps)];
        int[] otherLabels = [.. Enumerable.Range(1, Math.Max(0, labelCount - 1))];
        double[][] x = [images[0], other, .. otherSteps.Select(_ => images[0]), .. otherLabels.Select(_ => images[0])];
        int[] t = [timesteps[0], timesteps[0], .. otherSteps, .. otherLabels.Select(_ => timesteps[0])];
        int[] l = network.Labels == 0 ? [] : [0, 0, .. otherSteps.Select(_ => 0), .. otherLabels];
        double[] effects = EffectsOfOthers(x, t, l);
        return (effects[0], effects.Skip(1).Take(otherSteps.Length).Max(),
            effects.Skip(1 + otherSteps.Length).DefaultIfEmpty(0).Max());
    }

    /// <summary>The effect of another timestep on the first sample's output.</summary>
    public double TimestepEffect(int timestep) =>
        EffectsOfOthers([images[0], images[0]], [timesteps[0], timestep], network.Labels == 0 ? [] : [0, 0])[0];

    /// <summary>The effect of these labels, instead of label 0, on the first sample's output.</summary>
    public double LabelEffect(IEnumerable<int> others)
    {
        int[] all = [0, .. others];
        return EffectsOfOthers([.. all.Select(_ => images[0])], [.. all.Select(_ => timesteps[0])], all).Max();
    }

    /// <summary>
    /// A lower bound, to first order, on the effect of moving this parameter: its gradient is of a random projection of the
    /// outputs, which moves by at most a few times their norm.
    /// </summary>
    public double Expected(int number, double gradient) =>
        Math.Abs(gradient * moves[number]) / (4 * Math.Sqrt((double)output.Length * output[0].Length) * scale);

    /// <summary>The differences from the first sample's output.</summary>
    double[] EffectsOfOthers(double[][] x, int[] t, int[] l)
    {
        double[][] y = Run(values, x, t, l);
        return [.. y.Skip(1).Select(other => Distance([y[0]], [other]))];
    }

    double Noise(RandomStream random)
    {
        double[] moved = [.. values.Select(Nudge)];
        return Distance(output, Run(moved, [.. images.Select(image => image.Select(Nudge).ToArray())], timesteps, labels));

        double Nudge(double value) => random.Next(2) == 0 ? Math.BitIncrement(value) : Math.BitDecrement(value);
    }

    double[][] Run(double[] weights, double[][] x, int[] t, int[] l, DetachedValues? onDetach = null)
    {
        Passes++;
        var reference = new ReferenceWeights(start);
        weights.CopyTo(reference.Values);
        reference.Refresh();
        var outputs = new List<double[]>();
        for (int first = 0; first < x.Length; first += Tensor.Samples)
        {
            int count = Math.Min(Tensor.Samples, x.Length - first);
            var space = new Workspace(start, engine: new ReferenceEngine(reference, count)) { OnDetach = onDetach };
            Tensor input = space.Input(network.Image);
            for (int s = 0; s < count; s++) input.SetSample(s, x[first + s]);
            Tensor y = network.Predict(input, t.AsSpan(first, count), l.Length == 0 ? default : l.AsSpan(first, count));
            for (int s = 0; s < count; s++)
            {
                var sample = new double[y.Count];
                y.GetSample(s, sample);
                outputs.Add(sample);
            }

            Read = ReferenceEngine.ReadBy(space);
        }

        return [.. outputs];
    }

    /// <summary>The largest difference relative to the root mean square of all samples' output; infinite if it is not a number
    /// or if there is a difference and no output.</summary>
    double Distance(double[][] a, double[][] b)
    {
        double worst = 0;
        for (int s = 0; s < a.Length; s++)
            for (int i = 0; i < a[s].Length; i++) worst = Math.Max(worst, Math.Abs(a[s][i] - b[s][i]));
        return worst == 0 ? 0 : double.IsNaN(worst) || scale == 0 ? double.PositiveInfinity : worst / scale;
    }

    static double Size(ReadOnlySpan<double> values)
    {
        double squares = 0;
        foreach (double value in values) squares += value * value;
        return Math.Sqrt(squares / values.Length);
    }

    static double[] Normal(int count, RandomStream random)
    {
        var values = new double[count];
        foreach (ref double value in values.AsSpan()) value = random.NextNormal();
        return values;
    }
}
