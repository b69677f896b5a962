using ILGPU;
using ILGPU.Runtime;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// A workspace's memory on a device: tensors of [elements][batch], handed out from the front, and the weights' values and
/// gradients. A handle is one more than the number's place, counted over all buffers.
/// </summary>
class GpuMemory : DeviceMemory, IDisposable
{
    /// <summary>Numbers of a buffer, unless a tensor needs more.</summary>
    const long BufferSize = 1 << 22;

    /// <summary>Every tensor begins at a multiple of so many numbers.</summary>
    const int Alignment = 32;

    readonly List<(long First, MemoryBuffer1D<float, Stride1D.Dense> Memory)> buffers = [];
    readonly List<IDisposable> kept = [];
    readonly Dictionary<object, MemoryBuffer1D<float, Stride1D.Dense>> tables = [];
    long taken;
    int current = -1;

    public GpuMemory(GpuDevice device, Workspace space, int batch, LaunchQueue queue, bool isMeasuring = false)
    {
        (Device, Space, Batch, Queue, IsMeasuring) = (device, space, batch, queue, isMeasuring);
        Weights = new(this, space);
    }

    public GpuDevice Device { get; }

    public Workspace Space { get; }

    /// <summary>Samples of an element.</summary>
    public int Batch { get; }

    /// <summary>Where operations on this memory are launched.</summary>
    public LaunchQueue Queue { get; }

    /// <summary>Whether it only counts what is asked for and has nothing: how a step's need is known before it is
    /// allocated.</summary>
    public bool IsMeasuring { get; }

    /// <summary>The weights and their gradient.</summary>
    public GpuWeights Weights { get; }

    public override long Bytes => sizeof(float) * buffers.Sum(buffer => buffer.Memory.Length) + Weights.Bytes;

    /// <summary>Numbers that are handed out at present.</summary>
    public long Taken => taken;

    /// <summary>Groups that take 32 samples each.</summary>
    public int Slabs => (Batch + GroupSum.Lanes - 1) / GroupSum.Lanes;

    public override nint Take(int elements) => Take((long)elements);

    /// <summary>Room for numbers that are not tensors.</summary>
    public ArrayView<float> TakeNumbers(int count) => ViewAt(Place(count), count);

    /// <summary>Room for a tensor within one operation.</summary>
    /// <exception cref="InputException">Kernels could not number it.</exception>
    public ArrayView<float> TakeTensor(long elements) => View(Take(elements), (int)elements);

    /// <summary>Bytes that parts of operations will hold besides; counted while <see cref="IsMeasuring"/>.</summary>
    public long Besides { get; private set; }

    /// <summary>Counts bytes that an operation will hold besides tensors.</summary>
    public void WillHold(long bytes) => Besides += bytes;

    /// <summary>Where a tensor's numbers are.</summary>
    public ArrayView<float> View(nint handle, int elements) => ViewAt(handle - 1, (long)elements * Batch);

    /// <summary>A whole number for each sample; samples beyond them are idle. They may depend on the step: a recorded step has
    /// its own.</summary>
    public virtual SampleData Samples(ReadOnlySpan<int> numbers, SampleData.Kind kind, int values)
    {
        var rows = new int[Batch];
        Array.Fill(rows, -1);
        numbers.CopyTo(rows);
        return new(Integers(rows), values);
    }

    /// <summary>Which of them the numbers of samples are that a table is looked up by.</summary>
    public virtual SampleData.Kind KindOf(ReadOnlySpan<int> numbers) => SampleData.Kind.Labels;

    /// <summary>Is told of every place, weight and number that operations ask for.</summary>
    public virtual void Trace(long number)
    {
    }

    /// <summary>A table of constants, which is copied to the device when it is asked for first.</summary>
    public ArrayView<float> Table(object key, Func<float[]> compute)
    {
        if (!tables.TryGetValue(key, out MemoryBuffer1D<float, Stride1D.Dense>? table))
            tables[key] = table = Device.Accelerator.Allocate1D(compute());
        return table.View.AsContiguous();
    }

    /// <summary>Has something disposed of with what is recorded on this memory.</summary>
    public T Keep<T>(T part) where T : IDisposable
    {
        kept.Add(part);
        return part;
    }

    /// <summary>Whole numbers that do not change.</summary>
    public ArrayView<int> Integers(int[] numbers)
    {
        MemoryBuffer1D<int, Stride1D.Dense> buffer = Device.Accelerator.Allocate1D(numbers);
        kept.Add(buffer);
        return buffer.View.AsContiguous();
    }

    public override void Reset()
    {
        base.Reset();
        foreach (IDisposable part in kept) part.Dispose();
        kept.Clear();
        (taken, current) = (0, buffers.Count > 0 ? 0 : -1);
        Weights.Reset();
    }

    public override void Write(nint to, ReadOnlySpan<float> tile)
    {
        View(to, tile.Length / Batch).CopyFromCPU(Queue.Stream, tile.ToArray());
        Queue.Stream.Synchronize();
    }

    public override void Read(nint from, Span<float> tile)
    {
        var values = new float[tile.Length];
        View(from, tile.Length / Batch).CopyToCPU(Queue.Stream, values);
        Queue.Stream.Synchronize();
        values.CopyTo(tile);
    }

    /// <summary>Gradients are shared and never written again: a sum has a place of its own.</summary>
    public override nint Add(nint sum, nint other, int elements)
    {
        nint to = Take(elements);
        Queue.ForEach(ElementwiseKernels.Add, elements * Batch, View(sum, elements), View(other, elements), View(to, elements));
        return to;
    }

    /// <summary>Those of sums and parts are one, and shares of the weights' gradient are computed beside the way back, whenever
    /// the device has room, and read gradients until the end.</summary>
    public override bool ReusesGradients => false;

    public override void EndBackward() => Weights.EndBackward();

    public virtual void Dispose()
    {
        foreach ((_, MemoryBuffer1D<float, Stride1D.Dense> memory) in buffers) memory.Dispose();
        foreach (IDisposable part in (IEnumerable<IDisposable>)[.. kept, .. tables.Values]) part.Dispose();
        buffers.Clear();
        Weights.Dispose();
    }

    /// <summary>Makes room for this many numbers in one buffer, before anything is taken.</summary>
    protected void Reserve(long numbers)
    {
        buffers.Add((0, Device.Accelerator.Allocate1D<float>(numbers)));
        current = 0;
    }

    nint Take(long elements)
    {
        if (elements * Batch > int.MaxValue)
            throw new InputException(Invariant($"A tensor of {elements:N0} elements for a batch of {Batch} has more than the ")
                + Invariant($"{int.MaxValue:N0} numbers that a device can count. Take a smaller batch, or the processors."))
            { Remedy = Remedy.UseProcessors };
        return (nint)(Place(elements * Batch) + 1);
    }

    /// <summary>Hands out a place that does not cross buffers.</summary>
    long Place(long count)
    {
        count = (count + Alignment - 1) / Alignment * Alignment;
        while (!IsMeasuring && (current < 0 || taken + count > End(current)))
        {
            if (++current == buffers.Count)
                buffers.Add((current == 0 ? 0 : End(current - 1), Device.Accelerator.Allocate1D<float>(Math.Max(count,
                BufferSize))));
            taken = buffers[current].First;
        }

        long place = taken;
        taken += count;
        return place;
    }

    ArrayView<float> ViewAt(long place, long count)
    {
        Trace(place);
        if (IsMeasuring) return default;
        int i = buffers.Count - 1;
        while (place < buffers[i].First) i--;
        return buffers[i].Memory.View.SubView(place - buffers[i].First, count).AsContiguous();
    }

    long End(int buffer) => buffers[buffer].First + buffers[buffer].Memory.Length;
}
