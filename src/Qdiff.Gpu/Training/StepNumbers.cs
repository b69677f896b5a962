using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace Qdiff.Gpu;

/// <summary>What a training step is told, side by side, so that one copy brings it to the device: the number of each sample's
/// image, its timestep and label, the key of the step's noise, and the update's numbers.</summary>
sealed class StepNumbers : IDisposable
{
    readonly int batch;
    readonly int[] numbers;
    readonly MemoryBuffer1D<int, Stride1D.Dense> there;

    /// <param name="accelerator">Where they are told.</param>
    /// <param name="batch">Samples, those that are idle too: tiles, so that the key lies at a multiple of its size.</param>
    public StepNumbers(Accelerator accelerator, int batch)
    {
        this.batch = batch;
        // Pinned, because a copy takes it by its address.
        numbers = GC.AllocateArray<int>(3 * batch + 5, pinned: true);
        there = accelerator.Allocate1D<int>(numbers.Length);
    }

    public ArrayView<int> Members => View(0, batch);

    public ArrayView<int> Timesteps => View(batch, batch);

    public ArrayView<int> Labels => View(2 * batch, batch);

    /// <summary>The step's part of the key of the noise.</summary>
    public ArrayView<ulong> Key => View(3 * batch, 2).Cast<ulong>();

    /// <summary>See <see cref="TrainingKernels.Rate"/>.</summary>
    public ArrayView<float> Update => View(3 * batch + 2, 3).Cast<float>();

    /// <summary>The numbers of a step; idle samples behind those that are given are the first once more.</summary>
    public void Write(ReadOnlySpan<int> members, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels, ulong key, float rate,
        float root, float decay)
    {
        Fill(0, members);
        Fill(1, timesteps);
        Fill(2, labels);
        MemoryMarshal.Write(MemoryMarshal.AsBytes(numbers.AsSpan(3 * batch)), key);
        ReadOnlySpan<float> update = [rate, root, decay];
        MemoryMarshal.Cast<float, int>(update).CopyTo(numbers.AsSpan(3 * batch + 2));
    }

    /// <summary>Brings them there. Nobody waits: a driver has taken memory that is not locked when it returns, and they are
    /// written again only after the step's results have come.</summary>
    public void Send(AcceleratorStream stream) =>
        there.View.AsContiguous().CopyFromCPUUnsafeAsync(stream, ref numbers[0], numbers.Length);

    public void Dispose() => there.Dispose();

    void Fill(int place, ReadOnlySpan<int> each)
    {
        Span<int> all = numbers.AsSpan(place * batch, batch);
        all.Fill(each.IsEmpty ? -1 : each[0]);
        each.CopyTo(all);
    }

    ArrayView<int> View(int first, int count) => there.View.AsContiguous().SubView(first, count);
}
