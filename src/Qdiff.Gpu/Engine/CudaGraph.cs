using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Qdiff.Gpu;

/// <summary>Launches that were captured from a stream and run as one: the processor is asked once instead of a thousand
/// times.</summary>
sealed partial class CudaGraph : IDisposable
{
    readonly Accelerator accelerator;
    readonly nint stream, graph, executable;

    CudaGraph(Accelerator accelerator, nint stream, nint graph, nint executable) =>
        (this.accelerator, this.stream, this.graph, this.executable) = (accelerator, stream, graph, executable);

    /// <summary>Captures what is launched on a stream; nothing runs yet.</summary>
    public static CudaGraph Capture(Accelerator accelerator, AcceleratorStream stream, IReadOnlyList<Launch> launches)
    {
        using ScopedAcceleratorBinding binding = accelerator.BindScoped();
        AcceleratorStream[] beside = [.. Enumerable.Range(0, BesideStreams).Select(_ => accelerator.CreateStream())];
        nint handle = Handle(stream), passed = 0, graph = 0;
        try
        {
            Check(CreateEvent(out passed, DisableTiming));
            // Mode 2: other threads may use the device meanwhile.
            Check(BeginCapture(handle, 2));
            int ended;
            try
            {
                LaunchAll(stream, beside, passed, launches);
            }
            finally
            {
                // A stream that stayed capturing would refuse whatever comes next.
                ended = EndCapture(handle, out graph);
            }

            Check(ended);
            Check(Instantiate(out nint executable, graph, 0));
            return new(accelerator, handle, graph, executable);
        }
        catch
        {
            if (graph != 0) DestroyGraph(graph);
            throw;
        }
        finally
        {
            if (passed != 0) DestroyEvent(passed);
            foreach (AcceleratorStream side in beside) GpuDevice.Release(side.Dispose);
        }
    }

    /// <summary>Runs them; they are done when the stream is.</summary>
    public void Launch()
    {
        // Whoever launches may be another thread than the one that captured, and have another device's context.
        using ScopedAcceleratorBinding binding = accelerator.BindScoped();
        Check(Launch(executable, stream));
    }

    public void Dispose()
    {
        using ScopedAcceleratorBinding binding = accelerator.BindScoped();
        DestroyExecutable(executable);
        DestroyGraph(graph);
    }

    /// <summary>Launches that are in turn on a stream, others on those beside it; <paramref name="passed"/> is an event that
    /// says how far one is.</summary>
    static void LaunchAll(AcceleratorStream stream, AcceleratorStream[] beside, nint passed, IReadOnlyList<Launch> launches)
    {
        nint handle = Handle(stream);
        var used = new bool[beside.Length];
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
                    int i = next++ % beside.Length;
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

        void Join()
        {
            for (int i = 0; i < beside.Length; i++)
            {
                if (!used[i]) continue;
                Check(RecordEvent(passed, Handle(beside[i])));
                Check(WaitEvent(handle, passed, 0));
                used[i] = false;
            }

            isNew = true;
        }
    }

    static nint Handle(AcceleratorStream stream) => ((CudaStream)stream).StreamPtr;

    static void Check(int error) => CudaException.ThrowIfFailed((CudaError)error);

    const uint DisableTiming = 2;

    /// <summary>Streams for what runs beside.</summary>
    const int BesideStreams = 4;

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuEventCreate")]
    private static partial int CreateEvent(out nint created, uint flags);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuEventRecord")]
    private static partial int RecordEvent(nint passed, nint stream);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuStreamWaitEvent")]
    private static partial int WaitEvent(nint stream, nint passed, uint flags);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuEventDestroy_v2")]
    private static partial int DestroyEvent(nint passed);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuStreamBeginCapture_v2")]
    private static partial int BeginCapture(nint stream, int mode);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuStreamEndCapture")]
    private static partial int EndCapture(nint stream, out nint graph);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuGraphInstantiateWithFlags")]
    private static partial int Instantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuGraphLaunch")]
    private static partial int Launch(nint executable, nint stream);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuGraphExecDestroy")]
    private static partial int DestroyExecutable(nint executable);

    [LibraryImport(CudaDriver.Name, EntryPoint = "cuGraphDestroy")]
    private static partial int DestroyGraph(nint graph);
}
