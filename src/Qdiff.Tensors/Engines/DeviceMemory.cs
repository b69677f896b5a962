namespace Qdiff.Tensors;

/// <summary>
/// Memory of an engine's own, such as an accelerator's. What the pipeline writes into an input's <see cref="Tensor.Values"/> is
/// copied in when an operation first reads it, and results are copied out when somebody asks for their values: whole networks run
/// without a copy in between.
/// </summary>
public abstract class DeviceMemory : TileMemory
{
    readonly Dictionary<Tensor, Staged> staged = [];

    internal override bool IsHost => false;

    /// <summary>Takes everything back; to be called by those that override it.</summary>
    public override void Reset() => staged.Clear();

    internal override nint Settled(Tensor x, nint handle)
    {
        if (staged.Count > 0 && staged.TryGetValue(x, out Staged? copy) && copy.IsNewer)
        {
            Write(handle, copy.Values);
            copy.IsNewer = false;
        }

        return handle;
    }

    internal override Span<float> Values(Tensor x, nint handle)
    {
        if (!staged.TryGetValue(x, out Staged? copy))
        {
            staged[x] = copy = new(new float[x.Count * Tensor.Samples]);
            Read(handle, copy.Values);
        }

        // Who asks for the numbers of an input may write them.
        copy.IsNewer = x.IsInput;
        return copy.Values;
    }

    internal override ReadOnlySpan<float> Gradient(nint gradient, int elements)
    {
        var copy = new float[elements * Tensor.Samples];
        Read(gradient, copy);
        return copy;
    }

    /// <summary>Forgets the copy of a tensor's numbers, because the tensor itself was written.</summary>
    private protected void Forget(Tensor x) => staged.Remove(x);

    sealed class Staged(float[] values)
    {
        public float[] Values => values;

        public bool IsNewer { get; set; }
    }
}
