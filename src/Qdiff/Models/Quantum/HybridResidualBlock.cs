using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A <see cref="ResidualBlock"/> whose two convolutions are replaced, for some channels or all, by circuits on 2×2 patches.
/// Circuit k is stage·groups + group; the 4-qubit circuits come last.
/// </summary>
sealed class HybridResidualBlock : IResidualBlock
{
    readonly QuantumBlock spec;
    readonly int channels;
    readonly IPatchLayer[][] circuits = new IPatchLayer[2][];
    readonly IPatchLayer?[] remainders = new IPatchLayer?[2];
    readonly ConvolutionLayer?[] convolutions = new ConvolutionLayer?[2];
    readonly GroupNormLayer norm0, norm1;
    readonly DenseLayer time;
    readonly int[][][] groupWires;
    readonly int[][] remainderWires = [];

    public HybridResidualBlock(ParameterTable table, string name, int channels, int size, int normGroups, int timeFeatures,
        QuantumBlock spec, Control control)
    {
        if (spec.QuantumChannels > channels)
            throw new ArgumentException($"Block {name} has {channels} channels, but {spec.Groups} quantum groups need "
                + $"{spec.QuantumChannels}. Use at most {channels / 3} groups.");
        (this.spec, this.channels) = (spec, channels);
        int rest = channels - spec.QuantumChannels;
        Shape image = [channels, size, size];
        groupWires = [.. Enumerable.Range(0, spec.Groups).Select(g => Patches.Wires(image, 3 * g, 3, spec.Wiring))];
        if (spec.Remainder) remainderWires = Patches.Wires(image, 3 * spec.Groups, 1, spec.Wiring);

        Initialiser angles = Initialisers.Uniform(0, 1);
        for (int stage = 0; stage < 2; stage++)
        {
            circuits[stage] = stage == 1 && spec.Shared ? circuits[0] :
                [.. Enumerable.Range(0, spec.Groups)
                    .Select(g => IPatchLayer.Create(table, $"{name}.circuit.{stage * spec.Groups + g}", spec.Circuit, angles,
                    control))];
        }

        for (int stage = 0; stage < 2 && spec.Remainder; stage++)
            remainders[stage] = IPatchLayer.Create(table, $"{name}.circuit.{2 * spec.Groups + stage}", PublishedCircuits.Basic(),
                angles, control);
        for (int stage = 0; stage < 2 && rest > 0; stage++)
            convolutions[stage] = new(table, $"{name}.conv{stage}", spec.ConvolutionSeesAll ? channels : rest, rest, 3,
                padding: 1, standardised: true);
        CountRuns();
        norm0 = new(table, name + ".norm0", channels, normGroups);
        time = new(table, name + ".time", timeFeatures, 2 * channels);
        norm1 = new(table, name + ".norm1", channels, normGroups);
    }

    /// <summary>The block's circuits, in the order of their numbers; none if a classical control stands in their place.</summary>
    public IEnumerable<QuantumLayer> Circuits => circuits.SelectMany(c => c).Concat(remainders).OfType<QuantumLayer>().Distinct();

    public Tensor Apply(Tensor x, Tensor embedding)
    {
        Tensor[] quantum = RunCircuits(x, 0);
        Tensor h = norm0.Apply(Join(quantum, x, 0), time.Apply(embedding), silu: true);

        Tensor[] second = spec.Second switch
        {
            SecondStage.Hidden => RunCircuits(h, 1),
            SecondStage.Input => RunCircuits(x, 1),
            _ => quantum,
        };
        h = norm1.Apply(Join(second, h, 1), silu: true);
        return Operation.Add(h, x);
    }

    void CountRuns()
    {
        foreach (QuantumLayer layer in Circuits) layer.RunsPerImage = 0;
        int patches = (groupWires.FirstOrDefault() ?? remainderWires).Length, stages = spec.Second == SecondStage.Reused ? 1 : 2;
        for (int stage = 0; stage < stages; stage++)
        {
            foreach (QuantumLayer layer in circuits[stage].OfType<QuantumLayer>()) layer.RunsPerImage += patches;
            if (remainders[spec.RemainderShared ? 0 : stage] is QuantumLayer remainder) remainder.RunsPerImage += patches;
        }
    }

    Tensor[] RunCircuits(Tensor x, int stage)
    {
        var outputs = new List<Tensor>();
        int height = x.Shape[1], width = x.Shape[2];
        int[][] groupOutputs = Patches.Wires([3, height, width], 0, 3, spec.Wiring);
        for (int g = 0; g < spec.Groups; g++)
            outputs.Add(circuits[stage][g].Apply(x, groupWires[g], [3, height, width], groupOutputs));
        if (spec.Remainder)
            outputs.Add(remainders[spec.RemainderShared ? 0 : stage]!.Apply(x, remainderWires, [1, height, width],
                Patches.Wires([1, height, width], 0, 1, spec.Wiring)));
        return [.. outputs];
    }

    Tensor Join(Tensor[] quantum, Tensor x, int stage)
    {
        Tensor joined = quantum[0];
        foreach (Tensor part in quantum.AsSpan(1)) joined = Operation.Concatenate(joined, part);
        if (convolutions[stage] is not { } convolution) return joined;
        int first = spec.QuantumChannels;
        return Operation.Concatenate(joined,
            convolution.Apply(spec.ConvolutionSeesAll ? x : Operation.Channels(x, first, channels - first)));
    }
}
