using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// Memory of operations that are recorded once, on a tile of 16 samples whose numbers mean nothing, and launched for whole
/// batches. It refuses what a record cannot know: a network that looks at its samples' numbers.
/// </summary>
sealed class RecordedMemory : GpuMemory
{
    readonly Dictionary<SampleData.Kind, (int[] Given, SampleData Data)> samples = [];
    readonly HashSet<nint> inputs = [];
    readonly List<long> asked = [];
    nint newest;
    ArrayView<float>? seed;

    public RecordedMemory(GpuDevice device, Workspace space, int batch, LaunchQueue queue, bool isMeasuring)
        : base(device, space, batch, queue, isMeasuring)
    {
    }

    /// <summary>The places, weights and numbers that operations asked for, in turn.</summary>
    public IReadOnlyList<long> Asked => asked;

    /// <summary>Makes room for so many numbers, and so many shares of the weights' gradient, before anything is taken.</summary>
    public void Reserve(long numbers, int shares)
    {
        Reserve(numbers);
        Weights.Reserve(shares);
    }

    /// <summary>
    /// What a network is to be given for its 16 samples, none if there are no values: any numbers that differ from sample to
    /// sample and from kind to kind, by which they are known again. Those while it is measured are others, so that a network is
    /// found out that chooses its operations by them; the largest value is among them, which a table must have a row for.
    /// </summary>
    /// <param name="kind">What the numbers say.</param>
    /// <param name="rows">Where each sample's own number is when the record is launched.</param>
    /// <param name="values">How many values there are.</param>
    public int[] Expect(SampleData.Kind kind, ArrayView<int> rows, int values)
    {
        int alike = kind == SampleData.Kind.Labels ? 3 : 1;
        int[] given = [.. Enumerable.Range(0, values == 0 ? 0 : Tensor.Samples).Select(s => s / alike % values)];
        if (IsMeasuring) given = [.. given.Select(number => values - 1 - number)];
        samples[kind] = (given, new(rows, values));
        return given;
    }

    public override SampleData.Kind KindOf(ReadOnlySpan<int> numbers) =>
        IsKnown(numbers, SampleData.Kind.Timesteps, out _) && !IsKnown(numbers, SampleData.Kind.Labels, out _)
            ? SampleData.Kind.Timesteps : SampleData.Kind.Labels;

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

    public override SampleData Samples(ReadOnlySpan<int> numbers, SampleData.Kind kind, int values)
    {
        if (!IsKnown(numbers, kind, out SampleData data))
            throw new InputException($"The network computes with {(kind == SampleData.Kind.Labels ? "labels" : "timesteps")} "
                + "of its own, which a device cannot know in advance. Compute on the processors.")
            { Remedy = Remedy.UseProcessors };
        Trace((long)kind);
        return data with { Values = Math.Max(data.Values, values) };
    }

    public override void Trace(long number) => asked.Add(number);

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
            Trace(BitConverter.SingleToInt32Bits(constants[e]));
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

    bool IsKnown(ReadOnlySpan<int> numbers, SampleData.Kind kind, out SampleData data)
    {
        bool isExpected = samples.TryGetValue(kind, out (int[] Given, SampleData Data) expected);
        data = expected.Data;
        return isExpected && numbers.SequenceEqual(expected.Given);
    }

    static InputException LooksAtSamples() => new("The network looks at its samples' numbers between operations, which cannot be "
        + "recorded for a device. Compute on the processors.")
    { Remedy = Remedy.UseProcessors };
}
