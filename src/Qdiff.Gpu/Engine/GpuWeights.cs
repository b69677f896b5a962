using ILGPU;
using ILGPU.Runtime;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// A network's weights on a device, derived ones behind the trained, and their gradient: operations leave <em>shares</em> of it,
/// which one kernel sums in the end, each weight's in the order in which they were left.
/// </summary>
sealed class GpuWeights(GpuMemory memory, Workspace space) : IDisposable
{
    /// <summary>Shares that there is room for from the first on.</summary>
    public const int FirstRoom = 1 << 16;

    readonly List<Share> shares = [];
    MemoryBuffer1D<float, Stride1D.Dense>? values, gradient, partials;
    MemoryBuffer1D<int, Stride1D.Dense>? ranges, parts;
    (Weights Source, long Version)? held;
    int partialCount;

    public long Bytes => sizeof(float) * ((values?.Length ?? 0) + (gradient?.Length ?? 0) + (partials?.Length ?? 0));

    /// <summary>Numbers of all shares that were left since the last reset.</summary>
    public int PartialCount => partialCount;

    /// <summary>All values, derived ones behind the trained.</summary>
    public ArrayView<float> Values
    {
        get
        {
            Upload();
            return values!.View.AsContiguous();
        }
    }

    /// <summary>The sum of the shares, laid out like the values; it has memory once somebody asks for it.</summary>
    public ArrayView<float> Gradient
    {
        get
        {
            Upload();
            return (gradient ??= memory.Device.Accelerator.Allocate1D<float>(values!.Length)).View.AsContiguous();
        }
    }

    /// <summary>Where the values are held that somebody else brings up to date; they are not copied from the workspace's weights
    /// any more.</summary>
    public bool IsResident { get; set; }

    /// <summary>A parameter's values.</summary>
    public ArrayView<float> this[Parameter parameter]
    {
        get
        {
            memory.Trace(Offset(parameter));
            return Values.SubView(Offset(parameter), parameter.Count);
        }
    }

    /// <summary>
    /// Room for an operation's share of a parameter's gradient: <paramref name="chunks"/> times <paramref name="count"/> numbers,
    /// to be summed over the chunks, for the numbers from <paramref name="start"/> on.
    /// </summary>
    public ArrayView<float> TakeShare(Parameter parameter, int start, int count, int chunks)
    {
        memory.Trace(Offset(parameter) + start);
        int at = TakePartials(count * chunks);
        shares.Add(new(Offset(parameter) + start, count, at, chunks, count));
        return PartialView(at, count * chunks);
    }

    /// <summary>The same for two parameters whose shares a kernel writes side by side, chunk after chunk.</summary>
    public ArrayView<float> TakeShares(Parameter first, Parameter second, int chunks)
    {
        memory.Trace(Offset(first));
        memory.Trace(Offset(second));
        int count = first.Count, at = TakePartials(2 * count * chunks);
        shares.Add(new(Offset(first), count, at, chunks, 2 * count));
        shares.Add(new(Offset(second), count, at + count, chunks, 2 * count));
        return PartialView(at, 2 * count * chunks);
    }

    public void Reset()
    {
        shares.Clear();
        partialCount = 0;
    }

    /// <summary>Makes room for this many numbers of shares. Where that takes more memory, shares that were taken before are
    /// elsewhere: whoever takes several for one launch makes room for all of them first.</summary>
    public void Reserve(int count)
    {
        if (partials is not null && partials.Length >= count) return;
        long length = Math.Max(Math.Max(count, FirstRoom), 2 * (partials?.Length ?? 0));
        MemoryBuffer1D<float, Stride1D.Dense> larger = memory.Device.Accelerator.Allocate1D<float>(length);
        if (partials is not null)
        {
            partials.View.CopyTo(memory.Queue.Stream, larger.View.SubView(0, partials.Length));
            memory.Queue.Stream.Synchronize();
            partials.Dispose();
        }

        partials = larger;
    }

    /// <summary>Makes room for so many more numbers of shares, unless they are only counted.</summary>
    public void ReserveMore(int count)
    {
        if (!memory.IsMeasuring) Reserve(checked(partialCount + count));
    }

    /// <summary>Sums the shares; outside a recorded step, hands the sums to the workspace.</summary>
    public void EndBackward()
    {
        if (space.Gradient is null) return;
        Sum();
        if (memory.Queue.IsRecording || gradient is null) return;
        float[] sums = gradient.GetAsArray1D(memory.Queue.Stream);
        WeightGradient target = space.Gradient;
        ParameterTable table = space.Weights.Table;
        Span<float> trained = target.Values;
        for (int i = 0; i < trained.Length; i++) trained[i] += sums[i];
        foreach (Parameter parameter in table.Derived)
        {
            Span<float> derived = target[parameter];
            for (int i = 0; i < derived.Length; i++) derived[i] += sums[table.Scalars + parameter.Offset + i];
        }

        Reset();
    }

    public void Dispose()
    {
        values?.Dispose();
        gradient?.Dispose();
        partials?.Dispose();
        ranges?.Dispose();
        parts?.Dispose();
    }

    void Sum()
    {
        ParameterTable table = space.Weights.Table;
        int count = table.Scalars + table.DerivedScalars;
        if (count == 0) return;
        Upload();
        (int[] range, int[] part) = Tables(count);
        ranges = Replaced(ranges, range);
        parts = Replaced(parts, part);
        memory.Queue.Join();
        memory.Queue.ForEach(ReductionKernels.OfShares, count, range.Length / 3, ranges.View.AsContiguous(),
            parts.View.AsContiguous(), PartialView(0, partialCount), Gradient);
    }

    /// <summary>Weights that have the same list of shares are a range.</summary>
    (int[] Ranges, int[] Parts) Tables(int count)
    {
        SortedSet<int> cuts = [0, .. shares.Select(share => share.Weight), .. shares.Select(share => share.Weight + share.Count)];
        List<int> range = [], part = [];
        foreach (int cut in cuts)
        {
            if (cut >= count) break;
            Share[] here = [.. shares.Where(share => share.Weight <= cut && cut < share.Weight + share.Count)];
            range.AddRange([cut, part.Count / 3, here.Length]);
            foreach (Share share in here) part.AddRange([share.At + cut - share.Weight, share.Chunks, share.Stride]);
        }

        return ([.. range], part.Count == 0 ? [0, 0, 0] : [.. part]);
    }

    MemoryBuffer1D<int, Stride1D.Dense> Replaced(MemoryBuffer1D<int, Stride1D.Dense>? old, int[] table)
    {
        old?.Dispose();
        return memory.Device.Accelerator.Allocate1D(table);
    }

    void Upload()
    {
        Weights weights = space.Weights;
        if (IsResident || held is { } now && now.Source == weights && now.Version == weights.Version) return;
        ParameterTable table = weights.Table;
        int count = Math.Max(table.Scalars + table.DerivedScalars, 1);
        if (held is null || values!.Length != count)
        {
            values?.Dispose();
            gradient?.Dispose();
            gradient = null;
            values = memory.Device.Accelerator.Allocate1D<float>(count);
        }

        var all = new float[count];
        weights.Values.CopyTo(all);
        foreach (Parameter parameter in table.Derived)
            weights[parameter].CopyTo(all.AsSpan(table.Scalars + parameter.Offset));
        values!.View.CopyFromCPU(memory.Queue.Stream, all);
        memory.Queue.Stream.Synchronize();
        held = (weights, weights.Version);
    }

    int Offset(Parameter parameter) => parameter.IsDerived ? space.Weights.Table.Scalars + parameter.Offset : parameter.Offset;

    int TakePartials(int count)
    {
        int at = partialCount;
        partialCount = checked(partialCount + count);
        return at;
    }

    ArrayView<float> PartialView(int at, int count)
    {
        if (!memory.IsMeasuring) Reserve(at + count);
        return memory.IsMeasuring ? default : partials!.View.SubView(at, count).AsContiguous();
    }

    /// <summary>What an operation left: for weights from <paramref name="Weight"/> on, <paramref name="Chunks"/> rows of
    /// numbers.</summary>
    sealed record Share(int Weight, int Count, int At, int Chunks, int Stride);
}
