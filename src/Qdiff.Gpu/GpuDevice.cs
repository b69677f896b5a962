using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Qdiff.Gpu;

/// <summary>
/// A graphics processor, or the emulator that runs the same kernels on this machine's processors, with what is loaded onto it. One
/// object a device and process: it keeps the compiled kernels.
/// </summary>
public sealed class GpuDevice : IDisposable
{
    readonly Context context;

    static GpuDevice() => NativeLibrary.SetDllImportResolver(typeof(CudaAccelerator).Assembly, ResolveDriver);

    GpuDevice(Context context, Accelerator accelerator) => (this.context, Accelerator) = (context, accelerator);

    /// <summary>The emulator: every kernel as it would run on a device, on this machine's processors; for tests, and slow.</summary>
    public static GpuDevice Emulator()
    {
        // Warps of 32 threads, as on the devices that the kernels are written for.
        var machine = new CPUDevice(numThreadsPerWarp: 32, numWarpsPerMultiprocessor: 16, numMultiprocessors: 1);
        Context context = Context.Create(builder => builder.CPU(machine).Optimize(OptimizationLevel.O1));
        return new(context, machine.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel));
    }

    /// <summary>What runs kernels and has their memory.</summary>
    internal Accelerator Accelerator { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Accelerator.Dispose();
        context.Dispose();
    }

    /// <summary>The driver is asked for as "cuda", which only developers' machines have under this name on Linux.</summary>
    static nint ResolveDriver(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "cuda" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libcuda.so.1", out nint library) ? library : 0;
}
