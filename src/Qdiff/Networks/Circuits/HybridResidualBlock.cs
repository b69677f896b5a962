using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A <see cref="ResidualBlock"/> whose two convolutions are replaced, for some channels or all, by circuits on patches. Circuit k
/// is stage·groups + group; those of the remainder come last.
/// </summary>
sealed class HybridResidualBlock : IResidualBlock
{
    readonly HybridBlock spec;
    readonly int channels;
    readonly Slot[] groups;
    readonly Slot? remainder;
    readonly IPatchLayer[][] circuits = new IPatchLayer[2][];
    readonly IPatchLayer[] remainders = new IPatchLayer[2];
    readonly ConvolutionLayer?[] convolutions = new ConvolutionLayer?[2];
    readonly GroupNormLayer norm0, norm1;
    readonly DenseLayer time;

    /// <summary>Which elements one circuit takes, and which it gives.</summary>
    sealed record Slot(int[][] Inputs, Shape Output, int[][] Outputs);

    public HybridResidualBlock(ParameterTable table, string name, Shape image, int normGroups, int timeFeatures, HybridBlock spec,
        Control control)
    {
        (this.spec, channels) = (spec, image[0]);
        Validate(name);
        int each = spec.PerCircuit(spec, spec.Circuit.Inputs, "inputs"), given = spec.PerCircuit(spec, spec.Outputs, "read-outs");
        groups = [.. Enumerable.Range(0, spec.Groups).Select(g => Place(g * each, each, given))];
        if (spec.Remainder is { } last)
            remainder = Place(spec.Groups * each, spec.PerCircuit(last, last.Circuit.Inputs, "inputs"),
                spec.PerCircuit(last, last.Outputs, "read-outs"));

        for (int stage = 0; stage < 2; stage++)
        {
            circuits[stage] = stage == 1 && spec.Shared ? circuits[0] : [.. Enumerable.Range(0, spec.Groups)
                .Select(g => control.InPlaceOf(spec, table, $"{name}.circuit.{stage * spec.Groups + g}"))];
        }

        for (int stage = 0; stage < 2 && spec.Remainder is not null; stage++)
            remainders[stage] = control.InPlaceOf(spec.Remainder, table, $"{name}.circuit.{2 * spec.Groups + stage}");
        for (int stage = 0; stage < 2 && spec.ChannelsOut < channels; stage++)
            convolutions[stage] = new(table, $"{name}.conv{stage}",
                spec.Convolution == ConvolutionInput.All ? channels : channels - spec.ChannelsIn, channels - spec.ChannelsOut, 3,
                padding: 1, standardised: true);
        CountRuns();
        norm0 = new(table, name + ".norm0", channels, normGroups);
        time = new(table, name + ".time", timeFeatures, 2 * channels);
        norm1 = new(table, name + ".norm1", channels, normGroups);

        Slot Place(int first, int taken, int made)
        {
            Shape output = [made, image[1], image[2]];
            return new(Patches.Elements(image, first, taken, spec.Patch, spec.Order), output,
                Patches.Elements(output, 0, made, spec.Patch, spec.Order));
        }
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
        return norm1.Apply(Join(second, h, 1), silu: true, addend: x);
    }

    void Validate(string name)
    {
        spec.Validate();
        spec.Remainder?.Validate();
        if (spec.Groups < 1)
            throw new ArgumentException($"Block {name} has {spec.Groups} quantum groups; it must have at least 1.");
        if (spec.Patch < 1)
            throw new ArgumentException($"Block {name} has patches of {spec.Patch} pixels a side; at least 1 is.");
        if (spec.ChannelsIn > channels)
        {
            int each = spec.PerCircuit(spec, spec.Circuit.Inputs, "inputs"), rest = spec.ChannelsIn - spec.Groups * each;
            throw new ArgumentException($"Block {name} has {channels} channels, but {spec.Groups} quantum groups"
                + (spec.Remainder is null ? "" : " and the remainder") + $" need {spec.ChannelsIn}. "
                + (channels < each + rest ? $"One circuit of {spec.Circuit.Inputs} inputs is too large; use fewer qubits or a "
                    + "larger patch." : $"Use at most {(channels - rest) / each} groups."));
        }

        if (spec.ChannelsOut > channels)
            throw new ArgumentException($"Block {name} has {channels} channels, but its circuits give {spec.ChannelsOut}. "
                + "Read out less, or use fewer groups.");
        if (spec.ChannelsOut < channels && spec.ChannelsIn == channels && spec.Convolution == ConvolutionInput.Rest)
            throw new ArgumentException($"Block {name}: circuits take all {channels} channels but give {spec.ChannelsOut}, "
                + "and no channel is left for the convolution that makes the others; let it see all channels, or use fewer "
                + "groups.");
    }

    void CountRuns()
    {
        foreach (QuantumLayer layer in Circuits) layer.RunsPerImage = 0;
        int patches = groups[0].Inputs.Length, stages = spec.Second == SecondStage.Reused ? 1 : 2;
        for (int stage = 0; stage < stages; stage++)
        {
            foreach (QuantumLayer layer in circuits[stage].OfType<QuantumLayer>()) layer.RunsPerImage += patches;
            if (Remainder(stage) is QuantumLayer last) last.RunsPerImage += patches;
        }
    }

    IPatchLayer? Remainder(int stage) => remainders[spec.Remainder is { SecondIdle: true } ? 0 : stage];

    Tensor[] RunCircuits(Tensor x, int stage)
    {
        var outputs = new List<Tensor>();
        for (int g = 0; g < groups.Length; g++)
            outputs.Add(circuits[stage][g].Apply(x, groups[g].Inputs, groups[g].Output, groups[g].Outputs));
        if (remainder is not null)
            outputs.Add(Remainder(stage)!.Apply(x, remainder.Inputs, remainder.Output, remainder.Outputs));
        return [.. outputs];
    }

    Tensor Join(Tensor[] quantum, Tensor x, int stage)
    {
        int first = spec.ChannelsIn;
        Tensor[] parts = convolutions[stage] is not { } convolution ? quantum
            : [.. quantum, convolution.Apply(spec.Convolution == ConvolutionInput.All ? x
                : Operation.Channels(x, first, channels - first))];
        return parts is [var only] ? only : Operation.Concatenate(parts);
    }
}
