using ILGPU.Runtime;
using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>How a circuit is spread over the device: threads and samples of a group, its steps and its memory.</summary>
sealed class CircuitPlan
{
    /// <summary>What every device grants a thread group without being asked.</summary>
    const int SharedBytes = 48 << 10;

    CircuitPlan(LoweredCircuit circuit, int threads, int logSamples)
    {
        (Threads, LogSamples) = (threads, logSamples);
        int runs = circuit.Layouts.Sum(layout => layout.Program.Runs.Length);
        var code = new CircuitCode { Threads = threads, LogSamples = logSamples, Runs = runs };
        List<int> forward = [], backward = [];
        int firstRun = 0, vectors = 0;
        foreach (ProgramLayout layout in circuit.Layouts)
        {
            var program = new DeviceProgram(code, layout, firstRun, circuit.Circuit.Inputs);
            firstRun += layout.Program.Runs.Length;
            vectors = Math.Max(vectors, program.Vectors);
            Registers = Math.Max(Registers, program.Registers);
            (int at, int steps) = code.Add(program.Forward);
            forward.AddRange([at, steps]);
            (at, steps) = code.Add(program.Backward);
            backward.AddRange([at, steps]);
        }

        (ForwardEntries, BackwardEntries) = (code.Add([.. forward]), code.Add([.. backward]));
        (Code, GroupFloats, FormulaWeights) = (code.Words, (long)vectors << logSamples, code.FormulaWeights);
    }

    public int Threads { get; }

    public int LogSamples { get; }

    /// <summary>Steps and tables.</summary>
    public int[] Code { get; }

    /// <summary>For each program where its steps begin and how many there are.</summary>
    public int ForwardEntries { get; }

    public int BackwardEntries { get; }

    /// <summary>Registers of formulas that a sample needs.</summary>
    public int Registers { get; }

    /// <summary>See <see cref="CircuitCode.FormulaWeights"/>.</summary>
    public IReadOnlyList<int> FormulaWeights { get; }

    /// <summary>Memory of a group.</summary>
    public long GroupFloats { get; }

    /// <summary>
    /// Few samples to a group, so that there are two groups for each multiprocessor: a batch has fewer samples than a device
    /// threads.
    /// </summary>
    public static CircuitPlan For(Accelerator accelerator, CircuitOperation operation, int batch)
    {
        if (batch <= 0 || batch % LoweredCircuit.Samples != 0)
            throw new ArgumentException($"A batch of {batch} is no multiple of {LoweredCircuit.Samples}.", nameof(batch));
        int copies = operation.Inputs.Count * operation.Circuit.Layouts.Length, log = 4;
        while (log > 0 && accelerator.AcceleratorType != AcceleratorType.CPU
            && copies * (batch >> log) < 2 * accelerator.NumMultiprocessors) log--;
        for (; ; log--)
        {
            CircuitPlan plan = Of(operation.Circuit, log, 32 * MaxWarps(accelerator));
            if (log == 0 || plan.FitsShared(accelerator)) return plan;
        }
    }

    /// <summary>The plan for groups of 2^logSamples samples and at most so many threads.</summary>
    public static CircuitPlan Of(LoweredCircuit circuit, int logSamples, int maxThreads)
    {
        double work = circuit.Layouts.Select(layout => layout.Program.Clusters.Sum(cluster => Math.Pow(2, cluster.Bits - 1)))
            .DefaultIfEmpty(0).Max() * (1 << logSamples);
        int threads = 32;
        while (threads < maxThreads && threads < work) threads *= 2;
        return new(circuit, threads, logSamples);
    }

    /// <summary>The most warps of a group: the emulator has real threads, and few processors.</summary>
    public static int MaxWarps(Accelerator accelerator) => accelerator.AcceleratorType == AcceleratorType.CPU ? 1 : 8;

    /// <summary>
    /// Two of the largest groups must share a multiprocessor: the compiler gives a thread as many registers as that allows, not
    /// as many as it likes.
    /// </summary>
    public static KernelSpecialization Occupancy(Accelerator accelerator) =>
        accelerator.AcceleratorType == AcceleratorType.CPU ? KernelSpecialization.Empty : new(32 * MaxWarps(accelerator), 2);

    /// <summary>Whether a group's memory fits shared memory.</summary>
    public bool FitsShared(Accelerator accelerator) =>
        GroupFloats * sizeof(float) <= Math.Min(SharedBytes, accelerator.MaxSharedMemoryPerGroup);
}
