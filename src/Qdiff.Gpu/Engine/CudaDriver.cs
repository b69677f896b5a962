using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Qdiff.Gpu;

/// <summary>NVIDIA's driver: whether it is there, what devices it knows, and what is said of it when it does not work.</summary>
static partial class CudaDriver
{
    /// <summary>The name by which ILGPU and we ask for it; on Linux only developers' machines have it under this name.</summary>
    public const string Name = "cuda";

    /// <summary>CUDA_ERROR_NO_DEVICE.</summary>
    const int NoDevice = 100;

    /// <summary>One for all devices: on WSL2 ILGPU sets a resolver of its own whenever it makes one, which goes once.</summary>
    static readonly Lazy<Context> s_context = new(() =>
        Context.Create(builder => builder.Cuda().Optimize(OptimizationLevel.O2)));

    static readonly Lazy<string> s_version = new(() => VersionOf(KernelModule(), GetVersion(out int version) == 0 ? version : 0));

    // Asked after the usual search; a resolver of ILGPU's assembly would stand in the way of ILGPU's.
    static CudaDriver() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
        name == Name && TryLoad(out nint library) ? library : 0;

    /// <summary>Whether there is one, working or not.</summary>
    public static bool IsThere => TryLoad(out _);

    /// <summary>What its devices are opened in; nobody disposes of it.</summary>
    /// <exception cref="InputException">There is no driver, or it cannot be used.</exception>
    public static Context Context => IsThere ? Ask(() => s_context.Value)
        : throw new InputException($"No graphics driver is installed ({File}). Install NVIDIA's driver, or compute on the "
            + "processors.")
        { Remedy = Remedy.UseProcessors };

    /// <summary>Its release, where the system tells it, and its CUDA, whose compiler kernels go through; for a driver that is
    /// there.</summary>
    public static string Version => s_version.Value;

    static string File => OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1";

    /// <summary>Does what needs a driver that works.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public static T Ask<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException or DllNotFoundException
            or EntryPointNotFoundException)
        {
            throw Unusable(e);
        }
    }

    /// <summary>Asks for the youngest of the driver's functions that <see cref="CudaGraph"/> calls.</summary>
    /// <exception cref="EntryPointNotFoundException">The driver is older.</exception>
    public static void RequireFunctions()
    {
        if (!TryLoad(out nint library)) throw new DllNotFoundException($"{File} is gone");
        foreach (string function in (string[])["cuGraphInstantiateWithFlags", "cuStreamBeginCapture_v2"])
            if (!NativeLibrary.TryGetExport(library, function, out _))
                throw new EntryPointNotFoundException($"it has no {function}, which came with CUDA 11.4");
    }

    /// <summary>Why ILGPU finds no device, which keeps to itself what went wrong: the driver is asked again.</summary>
    public static InputException WhyNone()
    {
        int count = 0, version = 0, error = Initialise(0);
        if (error == 0) error = CountDevices(out count);
        if (error == 0) error = GetVersion(out version);
        return WhyNone(error, count, version);
    }

    /// <summary>The same from the driver's answers.</summary>
    public static InputException WhyNone(int error, int count, int version)
    {
        string named = Enum.IsDefined((CudaError)error) ? $" ({(CudaError)error})" : "";
        string line = error is not 0 and not NoDevice
            ? Invariant($"The graphics driver cannot be used: it answers with error {error}{named}. Compute on the processors.")
            : count == 0 ? "The driver knows no graphics processor. Compute on the processors."
            : Invariant($"The graphics driver (CUDA {version / 1000}.{version % 1000 / 10}) is too old for what this machine ")
                + "has. Update it, or compute on the processors.";
        return new(line) { Remedy = Remedy.UseProcessors };
    }

    /// <summary>The same from what the system says of its kernel module and the driver of CUDA.</summary>
    public static string VersionOf(string module, int cuda)
    {
        string? release = module.Split('\n')[0].Split(' ').FirstOrDefault(word =>
            word.Contains('.') && word.All(c => char.IsAsciiDigit(c) || c == '.'));
        return Invariant($"driver {release ?? "of"} CUDA {cuda / 1000}.{cuda % 1000 / 10}");
    }

    /// <summary>What is said of a driver that is there and fails. A new one mends what the old one lacks, and nothing
    /// else.</summary>
    public static InputException Unusable(Exception reason)
    {
        bool isTooOld = reason is NotSupportedException or EntryPointNotFoundException;
        string what = reason is AcceleratorException ? "The graphics processor cannot be opened"
            : "The graphics driver cannot be used";
        return new($"{what}: {reason.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. "
            + (isTooOld ? "Update it, or compute on the processors." : "Compute on the processors."), reason)
        { Remedy = Remedy.UseProcessors };
    }

    /// <summary>How Linux describes it: a line with the release, and one with its compiler.</summary>
    static string KernelModule()
    {
        if (!OperatingSystem.IsLinux()) return "";
        try
        {
            using FileStream file = new("/proc/driver/nvidia/version", FileMode.Open, FileAccess.Read);
            var start = new byte[1024];
            return Encoding.ASCII.GetString(start, 0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";   // containers may hide it
        }
    }

    static bool TryLoad(out nint library) => NativeLibrary.TryLoad(File, out library);

    [LibraryImport(Name, EntryPoint = "cuInit")]
    private static partial int Initialise(uint flags);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetCount")]
    private static partial int CountDevices(out int count);

    [LibraryImport(Name, EntryPoint = "cuDriverGetVersion")]
    private static partial int GetVersion(out int version);
}
