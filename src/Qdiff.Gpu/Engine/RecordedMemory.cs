using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// Memory of operations that are recorded once, on a tile of 16 samples whose numbers mean nothing, and launched for whole
/// batches. It
/// refuses what a record cannot know: a network that looks at its samples' numbers.
/// </summary>
sealed class RecordedMemory : GpuMemory
{
    readonly Dictionary<SampleData.Kind, (int[] Expected, SampleData Data)> samples = [];
    readonly HashSet<nint> inputs = [];
    nint newest;
    ArrayView<float>? seed;

    public RecordedMemory(GpuDevice device, Workspace space, int batch, LaunchQueue queue, bool isMeasuring)
        : base(device, space, batch, queue, isMeasuring)
    {
    }

    /// <summary>Makes room for so many numbers, and so many shares of the weights' gradient, before anything is taken.</summary>
    public void Reserve(long numbers, int shares)
    {
        Reserve(numbers);
        Weights.Reserve(shares);
    }

    /// <summary>What a network is given for its 16 samples, and where each sample's own number is when the record is
    /// launched.</summary>
    public void Expect(SampleData.Kind kind, int[] given, ArrayView<int> rows, int values) => samples[kind] = (given, new(rows,
        values));

    /// <summary>An input whose numbers are written by whoever launches the record.</summary>
    public (Tensor Tensor, ArrayView<float> View) Input(Shape shape)
    {
        Tensor x = Space.Input(shape);
        inputs.Add(newest);
        return (x, View(newest, shape.Count));
    }

    /// <summary>What the gradient of the record's result is copied from.</summary>
    public void SeedWith(ArrayView<float> cotangent) => seed = cotangent;

    public override nint Take(int elements) => newest = base.Take(elements);

    public override SampleData Samples(ReadOnlySpan<int> numbers, SampleData.Kind kind, int values) =>
        samples.TryGetValue(kind, out (int[] Expected, SampleData Data) known) && numbers.SequenceEqual(known.Expected)
            ? known.Data with { Values = Math.Max(known.Data.Values, values) }
            : throw new InputException($"The network computes with {(kind == SampleData.Kind.Labels ? "labels" : "timesteps")} "
                + "of its own, which a device cannot know in advance. Compute on the processors.")
            { Remedy = Remedy.UseProcessors };

    public override void Write(nint to, ReadOnlySpan<float> tile)
    {
        int elements = tile.Length / Tensor.Samples;
        if (seed is { } cotangent)
        {
            seed = null;
            Queue.ForEach(ElementwiseKernels.Copy, Batch, cotangent, View(to, elements));
            return;
        }

        if (inputs.Contains(to)) return;
        // Numbers that the network brings itself: the same for all samples, or they would be about these samples.
        var constants = new float[elements];
        for (int e = 0; e < elements; e++)
        {
            constants[e] = tile[e * Tensor.Samples];
            if (tile.Slice(e * Tensor.Samples, Tensor.Samples).ContainsAnyExcept(constants[e])) throw LooksAtSamples();
        }

        Queue.ForEach(ElementwiseKernels.Broadcast, elements * Batch, Batch, Table(to, () => constants), View(to, elements));
    }

    /// <summary>An input that the network makes may be asked for its numbers, to write them. All others are the
    /// samples'.</summary>
    internal override Span<float> Values(Tensor x, nint handle) =>
        x.IsInput && !inputs.Contains(handle) ? base.Values(x, handle) : throw LooksAtSamples();

    internal override ReadOnlySpan<float> Gradient(nint gradient, int elements) => throw LooksAtSamples();

    /// <summary>A new input is zero.</summary>
    public override void Read(nint from, Span<float> tile) => tile.Clear();

    static InputException LooksAtSamples() => new("The network looks at its samples' numbers between operations, which cannot be "
        + "recorded for a device. Compute on the processors.")
    { Remedy = Remedy.UseProcessors };
}
