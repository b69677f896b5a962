using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
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
    readonly Context context;
    readonly ConcurrentDictionary<MethodInfo, Delegate> kernels = [];

    static GpuDevice()
    {
        NativeLibrary.SetDllImportResolver(typeof(CudaAccelerator).Assembly, ResolveDriver);
        NativeLibrary.SetDllImportResolver(typeof(GpuDevice).Assembly, ResolveDriver);
    }

    GpuDevice(string name, Context context, Accelerator accelerator) =>
        (Name, this.context, Accelerator) = (name, context, accelerator);

    /// <summary>The name by which it is chosen: <c>emulator</c>, <c>gpu</c> or <c>gpu:1</c>.</summary>
    public override string Name { get; }

    /// <inheritdoc/>
    public override DeviceTraining Train(TrainingState state, Objective objective, ImageSet images, TrainerOptions options) =>
        Ask(() => new GpuTraining(this, state, objective, images, options));

    /// <inheritdoc/>
    public override DeviceNetwork Load(Network network, Weights weights, int timesteps) =>
        Ask(() => new GpuNetwork(this, network, weights, timesteps));

    /// <summary>What its maker calls it.</summary>
    public string Model => Accelerator.Name;

    /// <inheritdoc/>
    /// <remarks>Sums may run in another order on another card, and its compiler may round otherwise.</remarks>
    public override string Arithmetic => Accelerator is CudaAccelerator cuda
        ? $"{Name} {Model} {cuda.Architecture} {cuda.NumMultiprocessors}" : Name;

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
    /// <exception cref="InputException">There is no driver, or no such device.</exception>
    public static GpuDevice Open(int number)
    {
        Context context = CudaContext();
        try
        {
            RequireNumber(number, context.GetCudaDevices().Count);
            CudaGraph.RequireDriver();
            return new(number == 0 ? "gpu" : $"gpu:{number}", context, context.CreateCudaAccelerator(number));
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException or EntryPointNotFoundException)
        {
            context.Dispose();
            throw Unusable(e);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>How many graphics processors there are; 0 without a driver.</summary>
    public static int Count()
    {
        if (!HasDriver) return 0;
        using Context context = CudaContext();
        return context.GetCudaDevices().Count;
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
            throw new InputException(count == 0 ? "The driver knows no graphics processor. Compute on the processors."
                : $"There is no graphics processor {number}; this machine has {count}, counted from 0.")
            { Remedy = count == 0 ? Remedy.UseProcessors : Remedy.ListDevices };
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
        Release(context.Dispose);
    }

    static bool HasDriver => NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", out _);

    static Context CudaContext()
    {
        if (!HasDriver)
            throw new InputException("No graphics driver is installed (libcuda.so.1). Install NVIDIA's driver, or compute on the "
                + "processors.")
            { Remedy = Remedy.UseProcessors };
        try
        {
            return Context.Create(builder => builder.Cuda().Optimize(OptimizationLevel.O2));
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException or EntryPointNotFoundException)
        {
            throw Unusable(e);
        }
    }

    /// <summary>What is said of a driver that is there and does not work, most often because it is too old.</summary>
    internal static InputException Unusable(Exception reason) =>
        new($"The graphics driver cannot be used: {reason.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. Update it, or "
            + "compute on the processors.", reason)
        { Remedy = Remedy.UseProcessors };

    /// <summary>The driver is asked for as "cuda", which only developers' machines have under this name on Linux.</summary>
    static nint ResolveDriver(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "cuda" && NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", out nint library)
            ? library : 0;
}
