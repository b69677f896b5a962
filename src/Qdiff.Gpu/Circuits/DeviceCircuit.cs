using ILGPU;
using ILGPU.Runtime;
using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>
/// A circuit operation of a network on the device: the lowered programs as steps that one kernel carries out, a thread group for
/// some samples of one run of one program, their states in shared memory if they fit. Every element of every array has
/// <c>batch</c> samples side by side.
/// </summary>
sealed class DeviceCircuit : IDisposable
{
    const int PrepareThreads = 32, MaxSumGroups = 1024;

    readonly Accelerator accelerator;
    readonly List<MemoryBuffer> buffers = [];
    readonly int batch, weights, known, groups, runCount, sumThreads;
    readonly CircuitPlan plan;
    readonly CircuitTables forward, backward;
    readonly ArrayView<int> runTable, members, uses;
    readonly ArrayView<double> angles, kinds, registers;
    readonly ArrayView<float> axes, memory;
    readonly Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<int>, ArrayView<int>, ArrayView<double>,
        ArrayView<double>, ArrayView<double>, ArrayView<float>, ArrayView<float>> prepare;
    readonly Action<AcceleratorStream, KernelConfig, CircuitTables, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>>? runInShared;
    readonly Action<AcceleratorStream, KernelConfig, CircuitTables, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>, ArrayView<float>>? runInGlobal;
    readonly Action<AcceleratorStream, KernelConfig, SumSizes, ArrayView<int>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>, ArrayView<float>, ArrayView<float>> sum;

    /// <summary>Plans the steps and uploads their tables.</summary>
    public DeviceCircuit(GpuDevice device, CircuitOperation operation, int batch)
        : this(device, operation, batch, CircuitPlan.For(device.Accelerator, operation, batch))
    {
    }

    /// <summary>The same as planned.</summary>
    internal DeviceCircuit(GpuDevice device, CircuitOperation operation, int batch, CircuitPlan plan)
    {
        (accelerator, this.batch, this.plan) = (device.Accelerator, batch, plan);
        (LoweredCircuit circuit, int copies, int programs) =
            (operation.Circuit, operation.Inputs.Count, operation.Circuit.Layouts.Length);
        (int inputs, int outputs) = (circuit.Circuit.Inputs, circuit.ReadOuts.Count);
        var runs = new DeviceRuns(circuit.Layouts.SelectMany(layout => layout.Program.Runs));
        var sizes = new Sizes(device, operation, batch, plan, runs);
        int groupSlots = sizes.GroupSlots;
        (weights, groups, runCount) = (operation.Parameter?.Count ?? 0, sizes.Groups, runs.Count);
        sumThreads = Math.Min(128, 32 * CircuitPlan.MaxWarps(accelerator));
        known = 1 + operation.Inputs.SelectMany(row => row).DefaultIfEmpty(-1).Max();

        try
        {
            (runTable, members, uses) = (Upload(runs.Runs), Upload(runs.Members), Upload(UsesOf(operation, runs, programs)));
            (angles, kinds, axes) = (Upload(runs.Angles), Upload(DeviceRuns.Kinds()),
                // The gradients of formulas with inputs are sums already.
                Upload([.. new float[4 * runs.Axes], .. plan.FormulaWeights.SelectMany(_ => (float[])[1, 0, 0, 0])]));
            registers = Zeros<double>(runs.Registers);
            memory = sizes.States == 0 ? default : Zeros<float>(sizes.States);
            forward = new(Upload(plan.Code), Zeros<float>(8 * runs.Count), Upload([.. operation.Inputs.SelectMany(row => row)]),
                Upload([.. operation.Outputs.SelectMany(row => row)]), Zeros<float>(sizes.Sums), Zeros<float>(sizes.Gradients),
                Zeros<double>(sizes.Registers), plan.ForwardEntries, copies, inputs, outputs, batch, plan.LogSamples,
                sizes.Groups / programs * groupSlots, groupSlots, (int)plan.GroupFloats);
            backward = forward with { Entries = plan.BackwardEntries };
            prepare = accelerator.LoadKernel<int, ArrayView<float>, ArrayView<int>, ArrayView<int>, ArrayView<double>,
                ArrayView<double>, ArrayView<double>, ArrayView<float>, ArrayView<float>>(CircuitKernels.Prepare);
            KernelSpecialization occupancy = CircuitPlan.Occupancy(accelerator);
            if (memory.Length == 0)
                runInShared = accelerator.LoadKernel<CircuitTables, ArrayView<float>, ArrayView<float>, ArrayView<float>,
                    ArrayView<float>>(CircuitKernels.RunInShared, occupancy);
            else
                runInGlobal = accelerator.LoadKernel<CircuitTables, ArrayView<float>, ArrayView<float>, ArrayView<float>,
                    ArrayView<float>, ArrayView<float>>(CircuitKernels.RunInGlobal, occupancy);
            sum = accelerator.LoadKernel<SumSizes, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>>(CircuitKernels.Sum);
            // Zeros come by the default stream, for which others do not wait.
            accelerator.DefaultStream.Synchronize();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes that such an operation holds on the device, small tables left out.</summary>
    public static long BytesOf(GpuDevice device, CircuitOperation operation, int batch) =>
        new Sizes(device, operation, batch, CircuitPlan.For(device.Accelerator, operation, batch),
            new(operation.Circuit.Layouts.SelectMany(layout => layout.Program.Runs))).Bytes;

    /// <summary>Computes what the weights alone determine. It holds for all that follows with these weights.</summary>
    /// <param name="stream">Where it is launched.</param>
    /// <param name="weights">The operation's parameter; empty if it has none.</param>
    public void Prepare(AcceleratorStream stream, ArrayView<float> weights)
    {
        if (runCount > 0)
            prepare(stream, ((runCount + PrepareThreads - 1) / PrepareThreads, PrepareThreads), runCount, weights, runTable,
                members, angles, kinds, registers, forward.Matrices, axes);
    }

    /// <summary>y ← the read-outs.</summary>
    /// <param name="stream">Where they are launched.</param>
    /// <param name="weights">The operation's parameter; empty if it has none.</param>
    /// <param name="x">[elements][batch].</param>
    /// <param name="y">[outputs][batch]; what is no read-out stays as it is.</param>
    public void Forward(AcceleratorStream stream, ArrayView<float> weights, ArrayView<float> x, ArrayView<float> y) =>
        Run(stream, forward, weights, x, y, default);

    /// <summary>The gradients from that of the read-outs, <paramref name="dy"/>, in two launches; the states are computed
    /// anew.</summary>
    /// <param name="stream">Where they are launched.</param>
    /// <param name="weights">The operation's parameter; empty if it has none.</param>
    /// <param name="x">[elements][batch], as it went in.</param>
    /// <param name="dy">[outputs][batch].</param>
    /// <param name="dx">[elements][batch]; overwritten, with 0 where no input is.</param>
    /// <param name="dweights">The parameter's gradient by all runs and samples; overwritten.</param>
    public void Backward(AcceleratorStream stream, ArrayView<float> weights, ArrayView<float> x, ArrayView<float> dy,
        ArrayView<float> dx, ArrayView<float> dweights)
    {
        Run(stream, backward, weights, x, dx, dy);
        int elements = (int)(dx.Length / batch), elementGroups = (int)((dx.Length + sumThreads - 1) / sumThreads);
        sum(stream, (this.weights + Math.Clamp(elementGroups, 1, MaxSumGroups), sumThreads),
            new SumSizes(this.weights, elements, known, batch, backward.Slots), uses, axes, backward.Sums, backward.Gradients,
            dweights, dx);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MemoryBuffer buffer in buffers) GpuDevice.Release(buffer.Dispose);
    }

    void Run(AcceleratorStream stream, CircuitTables tables, ArrayView<float> weights, ArrayView<float> x, ArrayView<float> y,
        ArrayView<float> dy)
    {
        runInGlobal?.Invoke(stream, (groups, plan.Threads), tables, memory, weights, x, y, dy);
        runInShared?.Invoke(stream, (groups, plan.Threads, SharedMemoryConfig.RequestDynamic<float>(tables.GroupFloats)), tables,
            weights, x, y, dy);
    }

    /// <summary>See <see cref="CircuitKernels.Sum"/>.</summary>
    int[] UsesOf(CircuitOperation operation, DeviceRuns runs, int programs)
    {
        var rows = new List<int>[weights + known];
        for (int i = 0; i < rows.Length; i++) rows[i] = [];
        foreach ((int weight, int run, int axis) in runs.Uses) rows[weight].AddRange([run, axis]);
        for (int n = 0; n < plan.FormulaWeights.Count; n++)
            rows[plan.FormulaWeights[n]].AddRange([runs.Count + n, runs.Axes + n]);
        int row = 0;
        for (int program = 0; program < programs; program++)
            foreach (IReadOnlyList<int> inputs in operation.Inputs)
                foreach (int element in inputs) rows[weights + element].Add(row++);
        int first = 2 * rows.Length;
        List<int> table = [];
        for (int i = 0; i < rows.Length; i++)
        {
            table.AddRange([first, i < weights ? rows[i].Count / 2 : rows[i].Count]);
            first += rows[i].Count;
        }

        return [.. table, .. rows.SelectMany(entries => entries)];
    }

    ArrayView<T> Upload<T>(T[] values) where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(Math.Max(values.Length, 1));
        buffers.Add(buffer);
        if (values.Length > 0) buffer.View.SubView(0, values.Length).CopyFromCPU(values);
        return buffer.View;
    }

    ArrayView<T> Zeros<T>(long count) where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(Math.Max(count, 1));
        buffers.Add(buffer);
        buffer.MemSetToZero();
        return buffer.View;
    }

    /// <summary>How many numbers it holds.</summary>
    readonly struct Sizes
    {
        public Sizes(GpuDevice device, CircuitOperation operation, int batch, CircuitPlan plan, DeviceRuns runs)
        {
            int programs = operation.Circuit.Layouts.Length, copies = operation.Inputs.Count;
            GroupSlots = Math.Max(plan.Threads / 32, 1 << plan.LogSamples);
            Require((long)programs * copies * batch);
            Groups = programs * copies * (batch >> plan.LogSamples);
            States = plan.FitsShared(device.Accelerator) ? 0 : (long)Groups * plan.GroupFloats;
            Sums = 4L * (runs.Count + plan.FormulaWeights.Count) * (Groups / programs) * GroupSlots;
            Gradients = (long)programs * copies * operation.Circuit.Circuit.Inputs * batch;
            Registers = (long)plan.Registers * Groups << plan.LogSamples;
            Require(Sums);
            Require(Gradients);
            Require(plan.GroupFloats);

            // Kernels number them by 32 bits.
            void Require(long count)
            {
                if (count > int.MaxValue)
                    throw new InputException(Invariant($"A circuit of {operation.Circuit.Circuit.Qubits} qubits needs ")
                        + Invariant($"{count:N0} numbers side by side for a batch of {batch:N0}, more than the ")
                        + Invariant($"{int.MaxValue:N0} that a device can count. Take a smaller batch, or the processors."))
                    { Remedy = Remedy.UseProcessors };
            }
        }

        /// <summary>Thread groups, of all programs.</summary>
        public int Groups { get; }

        /// <summary>Sums that a group leaves of each number.</summary>
        public int GroupSlots { get; }

        /// <summary>Numbers of states that do not fit shared memory.</summary>
        public long States { get; }

        public long Sums { get; }

        public long Gradients { get; }

        public long Registers { get; }

        public long Bytes => sizeof(float) * (States + Sums + Gradients) + sizeof(double) * Registers;
    }
}
