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
/// One
/// object a device and process: it keeps the compiled kernels.
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
        new GpuTraining(this, state, objective, images, options);

    /// <inheritdoc/>
    public override DeviceNetwork Load(Network network, Weights weights) => new GpuNetwork(this, network, weights);

    /// <summary>What its maker calls it.</summary>
    public string Model => Accelerator.Name;

    /// <summary>Bytes of its memory.</summary>
    public long MemoryBytes => Accelerator.MemorySize;

    /// <summary>What runs kernels and has their memory.</summary>
    internal Accelerator Accelerator { get; }

    /// <summary>Whether it is the emulator, and may call what a device's threads do alone.</summary>
    internal bool IsEmulator { get; private init; }

    /// <summary>Whether many launches can be made one.</summary>
    internal bool HasGraphs => Accelerator is CudaAccelerator;

    /// <summary>Warps that a chunked sum is spread over.</summary>
    internal int BusyWarps => IsEmulator ? 1 : 2048;

    /// <summary>The most warps of a thread group; the emulator has real threads, and few processors.</summary>
    internal int MaxWarps => HasGraphs ? GroupSum.MaxWarps : IsEmulator ? 1 : 2;

    /// <summary>The emulator: every kernel as it would run on a device, on this machine's processors; for tests, and
    /// slow.</summary>
    /// <param name="everyThread">Threads of a kernel that do not meet are threads too, as on a device, instead of calls; far
    /// slower.</param>
    public static GpuDevice Emulator(bool everyThread = false)
    {
        // Warps of 32 threads, as on the devices that the kernels are written for.
        var machine = new CPUDevice(numThreadsPerWarp: GroupSum.Lanes, numWarpsPerMultiprocessor: everyThread ? 2 : 1,
            numMultiprocessors: 1);
        Context context = Context.Create(builder => builder.CPU(machine).Optimize(OptimizationLevel.O1));
        return new("emulator", context, machine.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel))
        { IsEmulator = !everyThread };
    }

    /// <summary>Graphics processor <paramref name="number"/> of this machine, counted from 0.</summary>
    /// <exception cref="InputException">There is no driver, or no such device.</exception>
    public static GpuDevice Open(int number)
    {
        Context context = CudaContext();
        try
        {
            int count = context.GetCudaDevices().Count;
            if (number >= count)
                throw new InputException(count == 0 ? "The driver knows no graphics processor. Compute on the processors."
                    : $"There is no graphics processor {number}; this machine has {count}, counted from 0.")
                { Remedy = count == 0 ? Remedy.UseProcessors : Remedy.ListDevices };
            return new(number == 0 ? "gpu" : $"gpu:{number}", context, context.CreateCudaAccelerator(number));
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

    /// <summary>A kernel, compiled for the device when it is asked for first.</summary>
    internal T Loaded<T>(MethodInfo method, Func<T> load) where T : Delegate => (T)kernels.GetOrAdd(method, _ => load());

    /// <summary>Says before anything is allocated that it will not fit.</summary>
    /// <exception cref="InputException">It will not.</exception>
    internal void RequireFree(long bytes, int batch)
    {
        long free = Accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Accelerator.MemorySize;
        if (bytes > free)
            throw new InputException(
                Invariant($"A batch of {batch} takes {bytes / (double)(1 << 30):N1} GiB of memory on '{Model}', of which ")
                + Invariant($"{free / (double)(1 << 30):N1} GiB are free. ")
                + "Take a smaller batch (training.batch), or the processors.")
            { Remedy = Remedy.UseProcessors };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Accelerator.Dispose();
        context.Dispose();
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
        catch (Exception e) when (e is CudaException or NotSupportedException)
        {
            throw new InputException($"The graphics driver cannot be used: {e.Message.TrimEnd('.')}. Update it, or compute on "
                + "the processors.", e)
            { Remedy = Remedy.UseProcessors };
        }
    }

    /// <summary>The driver is asked for as "cuda", which only developers' machines have under this name on Linux.</summary>
    static nint ResolveDriver(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "cuda" && NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", out nint library)
            ? library : 0;
}
