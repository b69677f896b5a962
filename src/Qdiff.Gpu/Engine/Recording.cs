using System.Diagnostics;
using ILGPU.Runtime;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// All launches of a batch's way through a network, recorded once and launched as often as one likes: on a graphics processor as
/// one graph.
/// </summary>
sealed class Recording : IDisposable
{
    readonly GpuDevice device;
    readonly RecordedMemory memory;
    readonly AcceleratorStream stream;
    readonly List<Launch> launches;
    CudaGraph? graph;

    Recording(GpuDevice device, RecordedMemory memory, AcceleratorStream stream, List<Launch> launches) =>
        (this.device, this.memory, this.stream, this.launches) = (device, memory, stream, launches);

    /// <summary>Where it is launched.</summary>
    public AcceleratorStream Stream => stream;

    /// <summary>How many works a launch does: kernels, of which a circuit has two each way and counts as one.</summary>
    public int Launches => launches.Count(launch => launch.Order != LaunchOrder.Join);

    /// <summary>What each of them has to do, in the order in which they were recorded.</summary>
    public IReadOnlyList<Work> Works =>
        [.. launches.Where(launch => launch.Order != LaunchOrder.Join).Select(launch => launch.Work)];

    /// <summary>Bytes of device memory that it holds.</summary>
    public long Bytes => memory.Bytes;

    /// <summary>
    /// Records what <paramref name="compute"/> does, twice: to learn how much memory it needs, then in that memory. Both must be
    /// the same, whatever numbers its samples have.
    /// </summary>
    /// <param name="gradient">Whether gradients of the weights are recorded.</param>
    /// <exception cref="InputException">The device has too little memory, or something of it cannot be recorded.</exception>
    public static Recording Of(GpuDevice device, Weights weights, int batch, bool gradient, Action<RecordedMemory> compute)
    {
        (RecordedMemory measured, List<Launch> expected) =
            Record(device, weights, batch, gradient, compute, device.Accelerator.DefaultStream, 0, 0);
        long numbers = measured.Taken;
        int shares = measured.Weights.PartialCount;
        long bytes = sizeof(float) * (numbers + shares) + measured.Besides + measured.Weights.Bytes;
        measured.Dispose();
        device.RequireFree(bytes, $"A batch of {batch}", gradient
            ? "Take a smaller batch (training.batch), or the processors." : "Predict on the processors.");
        AcceleratorStream stream = device.Accelerator.CreateStream();
        try
        {
            (RecordedMemory memory, List<Launch> launches) =
                Record(device, weights, batch, gradient, compute, stream, numbers, shares);
            if (launches.Count == expected.Count && launches.Zip(expected).All(pair => pair.First.IsLike(pair.Second))
                && memory.Asked.SequenceEqual(measured.Asked))
                return new(device, memory, stream, launches);
            GpuDevice.Release(memory.Dispose);
            throw new InputException("The network computes otherwise for other timesteps or labels, of which a device would "
                + "record one way. Compute on the processors.")
            { Remedy = Remedy.UseProcessors };
        }
        catch
        {
            GpuDevice.Release(stream.Dispose);
            throw;
        }
    }

    /// <summary>Launches everything; it is done when the stream is.</summary>
    public void Launch()
    {
        if (!device.HasGraphs)
            foreach (Launch launch in launches) launch.On(stream);
        else (graph ??= CudaGraph.Capture(device.Accelerator, stream, launches)).Launch();
    }

    /// <summary>What each kernel takes, in seconds: launches of its name one after another, each repeated.</summary>
    public IReadOnlyList<(string Kernel, int Launches, double Seconds)> Profile(int times)
    {
        Dictionary<string, (int, double)> sums = [];
        foreach (Launch launch in launches.Where(launch => launch.Order != LaunchOrder.Join))
        {
            launch.On(stream);
            stream.Synchronize();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < times; i++) launch.On(stream);
            stream.Synchronize();
            (int count, double seconds) = sums.GetValueOrDefault(launch.Work.Kernel!);
            sums[launch.Work.Kernel!] = (count + 1, seconds + Stopwatch.GetElapsedTime(start).TotalSeconds / times);
        }

        return [.. sums.Select(sum => (sum.Key, sum.Value.Item1, sum.Value.Item2)).OrderByDescending(sum => sum.Item3)];
    }

    public void Dispose()
    {
        if (graph is not null) GpuDevice.Release(graph.Dispose);
        GpuDevice.Release(memory.Dispose);
        GpuDevice.Release(stream.Dispose);
    }

    static (RecordedMemory, List<Launch>) Record(GpuDevice device, Weights weights, int batch, bool gradient,
        Action<RecordedMemory> compute, AcceleratorStream stream, long numbers, int shares)
    {
        List<Launch> launches = [];
        var queue = new LaunchQueue(device, stream, launches);
        var engine = new GpuEngine(device, space => new RecordedMemory(device, space, batch, queue, isMeasuring: numbers == 0));
        var space = new Workspace(weights, gradient ? new(weights.Table) : null, engine);
        var memory = (RecordedMemory)space.Memory;
        try
        {
            if (numbers > 0) memory.Reserve(numbers, shares);
            compute(memory);
            return (memory, launches);
        }
        catch
        {
            GpuDevice.Release(memory.Dispose);
            throw;
        }
    }
}
