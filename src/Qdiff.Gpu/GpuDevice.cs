using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// A graphics processor, or the emulator that runs the same kernels on this machine's processors, with what is loaded onto it.
/// One object a device and process: it keeps the compiled kernels.
/// </summary>
/// <example>
/// <code>
/// using GpuDevice device = GpuDevice.Count() &gt; 0 ? GpuDevice.Open(0) : GpuDevice.Emulator();
/// EvaluationCatalog catalog = Papers.Catalog with { Device = device };   // whole steps of a Trainer go there
/// </code>
/// </example>
public sealed class GpuDevice : Device, IDisposable
{
    readonly Context? own;
    readonly ConcurrentDictionary<MethodInfo, Delegate> kernels = [];

    GpuDevice(string name, Context? own, Accelerator accelerator) => (Name, this.own, Accelerator) = (name, own, accelerator);

    /// <summary>The name by which it is chosen: <c>emulator</c>, <c>gpu</c> or <c>gpu:1</c>.</summary>
    public override string Name { get; }

    /// <inheritdoc/>
    public override DeviceTraining Train(TrainingState state, Objective objective, ImageSet images, TrainerOptions options)
    {
        using IDisposable trained = state.Weights.BeginRead(), averaged = state.Average.BeginRead();
        return AskForRoom(() => new GpuTraining(this, state, objective, images, options), "The training",
            "Take a smaller batch (training.batch), or the processors.");
    }

    /// <inheritdoc/>
    public override DeviceNetwork Load(Network network, Weights weights, int timesteps)
    {
        using IDisposable read = weights.BeginRead();
        return AskForRoom(() => new GpuNetwork(this, network, weights, timesteps), "The network",
            "Predict on the processors.");
    }

    /// <summary>What its maker calls it.</summary>
    public string Model => Accelerator.Name;

    /// <inheritdoc/>
    /// <remarks>Sums may run in another order on another card, and the compiler of another driver may round otherwise.</remarks>
    public override string Arithmetic => Accelerator is CudaAccelerator cuda
        ? $"{Name} {Model} {cuda.Architecture} {cuda.NumMultiprocessors} {CudaDriver.Version}" : Name;

    /// <summary>Bytes of its memory.</summary>
    public long MemoryBytes => Accelerator.MemorySize;

    /// <summary>What runs kernels and has their memory.</summary>
    internal Accelerator Accelerator { get; }

    /// <summary>Whether it is the emulator, and may call what a device's threads do alone.</summary>
    internal bool IsEmulator { get; private init; }

    /// <summary>Whether many launches can be made one.</summary>
    internal bool HasGraphs => IsPaper || Accelerator is CudaAccelerator;

    /// <summary>Whether it records what a graphics processor would do, and can do none of it.</summary>
    internal bool IsPaper { get; private init; }

    /// <summary>Warps that a chunked sum is spread over.</summary>
    internal int BusyWarps => IsEmulator ? 1 : 2048;

    /// <summary>The most warps of a thread group; the emulator has real threads, and few processors.</summary>
    internal int MaxWarps => HasGraphs ? GroupSum.MaxWarps : IsEmulator ? 1 : 2;

    /// <summary>Bytes that are free, where it is the emulator that pretends to have a device's memory.</summary>
    internal long? Pretended { get; init; }

    /// <summary>The emulator: every kernel as it would run on a device, on this machine's processors; for tests, and
    /// slow.</summary>
    /// <param name="everyThread">Threads of a kernel that do not meet are threads too, as on a device, instead of calls; far
    /// slower.</param>
    public static GpuDevice Emulator(bool everyThread = false) => Emulator(everyThread, null);

    /// <summary>The emulator that says it has so many bytes free.</summary>
    internal static GpuDevice Emulator(bool everyThread, long? free)
    {
        // Warps of 32 threads, as on the devices that the kernels are written for.
        var machine = new CPUDevice(numThreadsPerWarp: GroupSum.Lanes, numWarpsPerMultiprocessor: everyThread ? 2 : 1,
            numMultiprocessors: 1);
        Context context = Context.Create(builder => builder.CPU(machine).Optimize(OptimizationLevel.O1));
        return new("emulator", context, machine.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel))
        { IsEmulator = !everyThread, Pretended = free };
    }

    /// <summary>A graphics processor on paper: what is recorded for it is what would be launched on one, and cannot be
    /// launched.</summary>
    internal static GpuDevice Paper()
    {
        Context context = Context.Create(builder => builder.CPU(CPUDevice.Nvidia));
        return new("paper", context, CPUDevice.Nvidia.CreateAccelerator(context)) { IsPaper = true, Pretended = long.MaxValue };
    }

    /// <summary>Graphics processor <paramref name="number"/> of this machine, counted from 0.</summary>
    /// <exception cref="InputException">There is no driver that works, no such device, or it cannot be opened.</exception>
    public static GpuDevice Open(int number)
    {
        Context context = CudaDriver.Context;
        return CudaDriver.Ask(() =>
        {
            int count = context.GetCudaDevices().Count;
            if (count == 0) throw CudaDriver.WhyNone();
            RequireNumber(number, count);
            CudaDriver.RequireFunctions();
            return new GpuDevice(NameOf(number), null, context.CreateCudaAccelerator(number));
        });
    }

    /// <summary>How many graphics processors there are; 0 without a driver.</summary>
    public static int Count() => List().Count;

    /// <summary>The graphics processors of this machine, none of which is opened: the name by which one is chosen, what its
    /// maker calls it, and bytes of its memory. None without a driver.</summary>
    public static IReadOnlyList<(string Name, string Model, long MemoryBytes)> List()
    {
        if (!CudaDriver.IsThere) return [];
        Context context = CudaDriver.Context;
        return [.. Enumerable.Range(0, context.GetCudaDevices().Count).Select(context.GetCudaDevice).Select((card, i) =>
            (NameOf(i), card.Name, card.MemorySize))];
    }

    /// <summary>Whether a name is a graphics processor's, and its number: 0 of <c>gpu</c>, 1 of <c>gpu:1</c>.</summary>
    public static bool TryNumber(string name, out int number)
    {
        number = 0;
        return name == "gpu" || name.StartsWith("gpu:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A kernel, compiled for the device when it is asked for first; nothing on paper.</summary>
    internal T Loaded<T>(MethodInfo method, Func<T> load) where T : Delegate =>
        IsPaper ? null! : (T)kernels.GetOrAdd(method, _ => load());

    /// <summary>Says before anything is allocated that it will not fit.</summary>
    /// <param name="what">What takes so much.</param>
    /// <param name="mend">What would take less.</param>
    /// <exception cref="InputException">It will not.</exception>
    internal void RequireFree(long bytes, string what, string mend)
    {
        long free = Pretended ?? (Accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Accelerator.MemorySize);
        if (bytes > free)
            throw new InputException(Invariant($"{what} takes {Size(bytes)} of memory on '{Model}', of which {Size(free)} are ")
                + $"free. {mend}")
            { Remedy = Remedy.UseProcessors };

        static string Size(long bytes) => bytes >= 1 << 27 ? Invariant($"{bytes / (double)(1 << 30):N1} GiB")
            : Invariant($"{bytes / (double)(1 << 20):N1} MiB");
    }

    /// <summary>There is a device of this number among so many.</summary>
    /// <exception cref="InputException">There is not.</exception>
    internal static void RequireNumber(int number, int count)
    {
        if (number >= count)
            throw new InputException($"There is no graphics processor {number}; this machine has {count}, counted from 0.")
            { Remedy = Remedy.ListDevices };
    }

    /// <summary>Does what calls the driver.</summary>
    /// <exception cref="DeviceFailedException">The driver failed.</exception>
    internal T Ask<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (AcceleratorException e)
        {
            throw new DeviceFailedException(Name, e);
        }
    }

    /// <summary>The same where it takes memory: somebody else may have taken what was free when it was asked for.</summary>
    /// <exception cref="InputException">There was too little.</exception>
    T AskForRoom<T>(Func<T> work, string what, string mend)
    {
        try
        {
            return Ask(work);
        }
        catch (DeviceFailedException e) when (e.InnerException is CudaException
        { Error: nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) })
        {
            throw new InputException($"{what} takes more memory on '{Model}' than is free. {mend}", e)
            { Remedy = Remedy.UseProcessors };
        }
    }

    /// <summary>Gives something back. A device that failed takes nothing; what it held ends with the process.</summary>
    internal static void Release(Action dispose)
    {
        try
        {
            dispose();
        }
        catch (AcceleratorException)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release(Accelerator.Dispose);
        if (own is not null) Release(own.Dispose);
    }

    static string NameOf(int number) => number == 0 ? "gpu" : Invariant($"gpu:{number}");
}
