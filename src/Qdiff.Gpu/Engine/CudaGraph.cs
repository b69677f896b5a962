using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Qdiff.Gpu;

/// <summary>Launches that were captured from a stream and run as one: the processor is asked once instead of a thousand
/// times.</summary>
sealed partial class CudaGraph : IDisposable
{
    readonly nint stream, graph, executable;

    CudaGraph(nint stream, nint graph, nint executable) => (this.stream, this.graph, this.executable) = (stream, graph,
        executable);

    /// <summary>Captures what is launched on a stream; nothing runs yet.</summary>
    public static CudaGraph Capture(Accelerator accelerator, AcceleratorStream stream, IReadOnlyList<Launch> launches)
    {
        AcceleratorStream[] beside = [.. Enumerable.Range(0, BesideStreams).Select(_ => accelerator.CreateStream())];
        var used = new bool[BesideStreams];
        nint handle = Handle(stream);
        Check(CreateEvent(out nint passed, DisableTiming));
        // Mode 2: other threads may use the device meanwhile.
        Check(BeginCapture(handle, 2));
        int next = 0;
        bool isNew = true;
        foreach (Launch launch in launches)
        {
            switch (launch.Order)
            {
                case LaunchOrder.InTurn:
                    launch.On(stream);
                    isNew = true;
                    break;
                case LaunchOrder.Beside:
                    int i = next++ % BesideStreams;
                    if (isNew) Check(RecordEvent(passed, handle));
                    isNew = false;
                    Check(WaitEvent(Handle(beside[i]), passed, 0));
                    launch.On(beside[i]);
                    used[i] = true;
                    break;
                default:
                    Join();
                    break;
            }
        }

        Join();
        Check(EndCapture(handle, out nint graph));
        DestroyEvent(passed);
        foreach (AcceleratorStream side in beside) side.Dispose();
        Check(Instantiate(out nint executable, graph, 0));
        return new(handle, graph, executable);

        void Join()
        {
            for (int i = 0; i < BesideStreams; i++)
            {
                if (!used[i]) continue;
                Check(RecordEvent(passed, Handle(beside[i])));
                Check(WaitEvent(handle, passed, 0));
                used[i] = false;
            }

            isNew = true;
        }
    }

    public void Launch() => Check(Launch(executable, stream));

    public void Dispose()
    {
        DestroyExecutable(executable);
        DestroyGraph(graph);
    }

    /// <summary>Asks for the youngest of the driver's functions that are called here.</summary>
    /// <exception cref="EntryPointNotFoundException">The driver is older.</exception>
    public static void RequireDriver()
    {
        foreach (string function in (string[])["cuGraphInstantiateWithFlags", "cuStreamBeginCapture_v2"])
            if (!NativeLibrary.TryGetExport(NativeLibrary.Load(Driver, typeof(CudaGraph).Assembly, null), function, out _))
                throw new EntryPointNotFoundException($"it has no {function}, which came with CUDA 11.4");
    }

    static nint Handle(AcceleratorStream stream) => ((CudaStream)stream).StreamPtr;

    static void Check(int error) => CudaException.ThrowIfFailed((CudaError)error);

    const string Driver = "cuda";

    const uint DisableTiming = 2;

    /// <summary>Streams for what runs beside.</summary>
    const int BesideStreams = 4;

    [LibraryImport(Driver, EntryPoint = "cuEventCreate")]
    private static partial int CreateEvent(out nint created, uint flags);

    [LibraryImport(Driver, EntryPoint = "cuEventRecord")]
    private static partial int RecordEvent(nint passed, nint stream);

    [LibraryImport(Driver, EntryPoint = "cuStreamWaitEvent")]
    private static partial int WaitEvent(nint stream, nint passed, uint flags);

    [LibraryImport(Driver, EntryPoint = "cuEventDestroy_v2")]
    private static partial int DestroyEvent(nint passed);

    [LibraryImport(Driver, EntryPoint = "cuStreamBeginCapture_v2")]
    private static partial int BeginCapture(nint stream, int mode);

    [LibraryImport(Driver, EntryPoint = "cuStreamEndCapture")]
    private static partial int EndCapture(nint stream, out nint graph);

    [LibraryImport(Driver, EntryPoint = "cuGraphInstantiateWithFlags")]
    private static partial int Instantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(Driver, EntryPoint = "cuGraphLaunch")]
    private static partial int Launch(nint executable, nint stream);

    [LibraryImport(Driver, EntryPoint = "cuGraphExecDestroy")]
    private static partial int DestroyExecutable(nint executable);

    [LibraryImport(Driver, EntryPoint = "cuGraphDestroy")]
    private static partial int DestroyGraph(nint graph);
}
