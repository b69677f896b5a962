using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>What a network derives from its weights once a step, and the way back of its gradients, on a device.</summary>
sealed class DeviceDerivations
{
    readonly GpuMemory memory;
    readonly ParameterTable table;
    readonly List<(double Epsilon, int Count, ArrayView<int> Rows)> standardised = [];
    readonly List<(Parameter Mix, ValueThroughOutput Derivation)> mixes = [];

    /// <exception cref="InputException">The network derives something that a device does not know.</exception>
    public DeviceDerivations(GpuMemory memory, ParameterTable table)
    {
        (this.memory, this.table) = (memory, table);
        foreach (Parameter derived in table.Derived)
        {
            if (derived.Derivation is ValueThroughOutput mix) mixes.Add((derived, mix));
            // All are computed at once, so that none can come from another.
            if (derived.Derivation is not (Standardisation or ValueThroughOutput)
                || derived.Derivation.Sources.Any(source => source.IsDerived))
                throw new InputException($"The network derives '{derived.Name}' from its weights in a way that a device does not "
                    + "know. Compute on the processors.")
                { Remedy = Remedy.UseProcessors };
        }

        // The rows of a launch run at once, so no two of them may add to the gradient of one source.
        Dictionary<Parameter, int> uses = [];
        foreach (var group in table.Derived.Where(p => p.Derivation is Standardisation).GroupBy(p => (
            Turn: uses[p.Derivation!.Sources[0]] = uses.GetValueOrDefault(p.Derivation.Sources[0]) + 1,
            ((Standardisation)p.Derivation).Epsilon)))
        {
            int[] rows = [.. group.SelectMany(Rows)];
            standardised.Add((group.Key.Epsilon, rows.Length / 3, memory.Integers(rows)));
        }
    }

    /// <summary>Computes the derived values, which have nothing to do with one another.</summary>
    public void Compute()
    {
        memory.Queue.Beside(ComputeEach);
        memory.Queue.Join();
    }

    /// <summary>Carries the gradients of derived values back to what they were derived from: at once if no two were derived
    /// from the same, or their sums would run in any order.</summary>
    public void Propagate()
    {
        Parameter[] sources = [.. table.Derived.SelectMany(derived => derived.Derivation!.Sources)];
        if (sources.Distinct().Count() < sources.Length) PropagateEach();
        else memory.Queue.Beside(PropagateEach);
        memory.Queue.Join();
    }

    void ComputeEach()
    {
        foreach ((double epsilon, int count, ArrayView<int> rows) in standardised)
            memory.Queue.ForGroups(TrainingKernels.Standardise, count, 1, count, epsilon, rows, memory.Weights.Values);
        foreach ((Parameter mix, ValueThroughOutput derivation) in mixes)
        {
            (ArrayView<float> output, ArrayView<float> value, int channels, int inner) = Sources(derivation,
                memory.Weights.Values);
            memory.Queue.ForEach(TrainingKernels.Mix, mix.Count, channels, inner / derivation.Heads, inner, output, value,
                memory.Weights[mix]);
        }
    }

    void PropagateEach()
    {
        ArrayView<float> gradient = memory.Weights.Gradient;
        foreach ((Parameter mix, ValueThroughOutput derivation) in mixes)
        {
            (ArrayView<float> output, ArrayView<float> value, int channels, int inner) = Sources(derivation,
                memory.Weights.Values);
            (ArrayView<float> doutput, ArrayView<float> dvalue, _, _) = Sources(derivation, gradient);
            memory.Queue.ForEach(TrainingKernels.MixGradient, inner * channels, channels, inner / derivation.Heads, inner, output,
                value, gradient.SubView(table.Scalars + mix.Offset, mix.Count), doutput, dvalue);
        }

        foreach ((double epsilon, int count, ArrayView<int> rows) in standardised)
            memory.Queue.ForGroups(TrainingKernels.StandardiseGradient, count, 1, count, epsilon, rows, memory.Weights.Values,
                gradient);
    }

    IEnumerable<int> Rows(Parameter derived)
    {
        Parameter source = derived.Derivation!.Sources[0];
        int outputs = source.Shape[0], size = source.Count / outputs;
        for (int o = 0; o < outputs; o++)
        {
            yield return source.Offset + o * size;
            yield return table.Scalars + derived.Offset + o * size;
            yield return size;
        }
    }

    /// <summary>The output projection and v's rows, in the weights or in their gradient.</summary>
    static (ArrayView<float> Output, ArrayView<float> Value, int Channels, int Inner) Sources(ValueThroughOutput derivation,
        ArrayView<float> all)
    {
        (Parameter qkv, Parameter output) = (derivation.Sources[0], derivation.Sources[1]);
        int channels = output.Shape[0], inner = output.Shape[1], values = 2 * inner * channels;
        return (all.SubView(output.Offset, output.Count), all.SubView(qkv.Offset + values, qkv.Count - values), channels, inner);
    }
}
