using Qdiff.Tensors;

namespace Qdiff;

/// <summary>One draw of weights and data in double: what happens to the network's output when some of its numbers are
/// moved.</summary>
sealed class ReferenceProbe
{
    /// <summary>Numbers are moved by about their own size, but never by less than this.</summary>
    const double SmallestMove = 0.5;

    readonly Network network;
    readonly Weights start;
    readonly double[] values, moves;
    readonly double[][] images, output;
    readonly int[] timesteps, labels;

    /// <summary>A draw with one sample for each of <paramref name="labels"/> (or two, if the network takes none).</summary>
    public ReferenceProbe(Network network, AuditDraws draws, int draw, int[] labels) : this(network, draws, draw, labels,
        [.. Enumerable.Range(0, network.Labels == 0 ? 2 : labels.Length)
            .Select(s => Normal(network.Image.Count, new(draws.Seed, "audit picture", draw, s)))],
        draws.Timesteps(draw, tile: -1, network.Labels == 0 ? 2 : labels.Length))
    {
    }

    ReferenceProbe(Network network, AuditDraws draws, int draw, int[] labels, double[][] images, int[] timesteps)
    {
        (this.network, this.labels, this.images, this.timesteps) = (network, labels, images, timesteps);
        start = draws.Weights(draw);
        values = new ReferenceWeights(start).Values.ToArray();
        moves = new double[values.Length];
        foreach (Parameter p in network.Parameters)
        {
            double size = Math.Max(SmallestMove, Size(values.AsSpan(p.Offset, p.Count)));
            double[] steps = Normal(p.Count, new(draws.Seed, "audit move " + p.Name, draw));
            for (int i = 0; i < p.Count; i++) moves[p.Offset + i] = size * steps[i];
        }

        output = Run(values, images, timesteps, labels);
    }

    /// <summary>The weights and all samples of the first tile at which gradients were taken in this draw.</summary>
    public static ReferenceProbe AtTile(Network network, AuditDraws draws, int draw, int firstLabel)
    {
        var tile = new float[network.Image.Count * Tensor.Samples];
        draws.FillImages(draw, 0, tile);
        double[][] images = [.. Enumerable.Range(0, Tensor.Samples)
            .Select(s => Enumerable.Range(0, network.Image.Count).Select(i => (double)tile[i * Tensor.Samples + s]).ToArray())];
        return new(network, draws, draw, draws.Labels(firstLabel, Tensor.Samples), images, draws.Timesteps(draw, 0));
    }

    /// <summary>Passes of the network that were made.</summary>
    public int Passes { get; private set; }

    /// <summary>Parameters that some operation read.</summary>
    public IReadOnlySet<Parameter> Read { get; private set; } = new HashSet<Parameter>();

    /// <summary>The effect of moving these numbers together, times <paramref name="share"/>.</summary>
    public double Effect(ReadOnlySpan<int> numbers, double share = 1)
    {
        double[] moved = [.. values];
        foreach (int i in numbers) moved[i] += share * moves[i];
        return Distance(output, Run(moved, images, timesteps, labels));
    }

    /// <summary>The effect of moving every weight and pixel by a unit in the last place, up or down.</summary>
    public double Noise(RandomStream random)
    {
        double[] moved = [.. values.Select(Nudge)];
        return Distance(output, Run(moved, [.. images.Select(image => image.Select(Nudge).ToArray())], timesteps, labels));

        double Nudge(double value) => random.Next(2) == 0 ? Math.BitIncrement(value) : Math.BitDecrement(value);
    }

    /// <summary>The effect of moving the values of a detached tensor.</summary>
    public double DetachedEffect(string name) =>
        Distance(output, Run(values, images, timesteps, labels, (detached, sample, numbers) =>
    {
        if (detached != name) return;
        for (int i = 0; i < numbers.Length; i++) numbers[i] += SmallestMove * (1 + (i + sample) % 3);
    }));

    /// <summary>The effects of another image, other timesteps and other labels on the first sample's output.</summary>
    public (double Image, double Timestep, double Label) InputEffects()
    {
        int[] otherSteps = [.. ((int[])[1, 137, 500, 901]).Select(shift => (timesteps[0] + shift) % 1000)];
        int[] otherLabels = [.. Enumerable.Range(1, Math.Max(0, Math.Min(network.Labels, 11) - 1))];
        double[][] x = [images[0], images[1 % images.Length],
            .. otherSteps.Select(_ => images[0]), .. otherLabels.Select(_ => images[0])];
        int[] t = [timesteps[0], timesteps[0], .. otherSteps, .. otherLabels.Select(_ => timesteps[0])];
        int[] l = network.Labels == 0 ? [] : [0, 0, .. otherSteps.Select(_ => 0), .. otherLabels];
        // With one sample there is no second image: the first one mirrored in value is another.
        if (images.Length == 1) x[1] = [.. images[0].Select(v => -v)];
        double[][] y = Run(values, x, t, l);
        return (Distance([y[0]], [y[1]]), Furthest(2, otherSteps.Length), Furthest(2 + otherSteps.Length, otherLabels.Length));

        double Furthest(int first, int count) =>
            Enumerable.Range(first, count).Select(i => Distance([y[0]], [y[i]])).DefaultIfEmpty(0).Max();
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
            var space = Workspace.Reference(reference, count);
            space.OnDetach = onDetach;
            Tensor input = space.Input(network.Image);
            for (int s = 0; s < count; s++) input.SetSample(s, x[first + s]);
            Tensor y = network.Predict(input, t.AsSpan(first, count), l.Length == 0 ? default : l.AsSpan(first, count));
            for (int s = 0; s < count; s++)
            {
                var sample = new double[y.Count];
                y.GetSample(s, sample);
                outputs.Add(sample);
            }

            Read = space.Read;
        }

        return [.. outputs];
    }

    /// <summary>The largest difference, each sample's relative to its root mean square; infinite if the output is not a
    /// number.</summary>
    static double Distance(double[][] a, double[][] b)
    {
        double worst = 0;
        for (int s = 0; s < a.Length; s++)
        {
            double scale = Math.Max(Size(a[s]), double.Epsilon), difference = 0;
            for (int i = 0; i < a[s].Length; i++) difference = Math.Max(difference, Math.Abs(a[s][i] - b[s][i]));
            worst = Math.Max(worst, double.IsNaN(difference) ? double.PositiveInfinity : difference / scale);
        }

        return worst;
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
