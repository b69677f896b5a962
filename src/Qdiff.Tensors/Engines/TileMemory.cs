using System.Numerics.Tensors;

namespace Qdiff.Tensors;

/// <summary>
/// Where the tensors of one <see cref="Workspace"/> are kept: this machine's memory, or a <see cref="DeviceMemory"/>. Handed out
/// from the front and taken back all at once.
/// </summary>
public abstract class TileMemory
{
    internal TileMemory()
    {
    }

    /// <summary>Bytes that it holds, of whatever memory.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether what <see cref="Take"/> gives are addresses of this machine's memory.</summary>
    internal abstract bool IsHost { get; }

    /// <summary>Room for this many elements of 16 samples each; never 0. What was there before is still there.</summary>
    public abstract nint Take(int elements);

    /// <summary>Takes everything back.</summary>
    public abstract void Reset();

    /// <summary>Copies elements of 16 samples in: element e of sample s is at e·16 + s.</summary>
    public abstract void Write(nint to, ReadOnlySpan<float> tile);

    /// <summary>Copies elements of 16 samples out.</summary>
    public abstract void Read(nint from, Span<float> tile);

    /// <summary>sum + other, and where it is: in the place of sum, or, if others may still read that, in a new one.</summary>
    public abstract nint Add(nint sum, nint other, int elements);

    /// <summary>How much is taken at present, for <see cref="Keep"/>.</summary>
    public virtual long Mark() => 0;

    /// <summary>
    /// Frees what was taken since the mark but for one tensor, and gives the place where that one is now. Memory that cannot do
    /// that keeps everything.
    /// </summary>
    public virtual nint Keep(long mark, nint tensor, int elements) => tensor;

    /// <summary>Whether a gradient's memory may be used for another as soon as what was recorded with it has been
    /// called.</summary>
    public virtual bool ReusesGradients => true;

    /// <summary>Called when all gradients of a backward pass are complete: time to add those of the weights to
    /// <see cref="Workspace.Gradient"/>.</summary>
    public virtual void EndBackward()
    {
    }

    /// <summary>Copies one sample in, from double.</summary>
    public virtual void SetSample(Tensor x, int sample, ReadOnlySpan<double> values)
    {
        var rounded = new float[values.Length];
        TensorPrimitives.ConvertTruncating<double, float>(values, rounded);
        x.SetSample(sample, rounded);
    }

    /// <summary>Copies one sample out, to double.</summary>
    public virtual void GetSample(Tensor x, int sample, Span<double> values)
    {
        var single = new float[values.Length];
        x.GetSample(sample, single);
        TensorPrimitives.ConvertChecked<float, double>(single, values);
    }

    /// <summary>Where a tensor is, with all that was written to its <see cref="Tensor.Values"/>.</summary>
    internal abstract nint Settled(Tensor x, nint handle);

    /// <summary>The numbers of a tensor in this machine's memory.</summary>
    internal abstract Span<float> Values(Tensor x, nint handle);

    /// <summary>The numbers of a gradient in this machine's memory.</summary>
    internal abstract ReadOnlySpan<float> Gradient(nint gradient, int elements);
}
