namespace Qdiff.Tensors;

/// <summary>
/// One tile: sixteen samples side by side. The shape is that of one sample, and element e of sample s is at e·16 + s, so that
/// every kernel is a plain loop over elements with one vector across the samples.
/// </summary>
/// <remarks>
/// A tensor lives until its <see cref="Workspace"/> is reset; it is never disposed. Whether a gradient is recorded is a property
/// of the values it came from, not a mode.
/// </remarks>
public sealed unsafe class Tensor
{
    /// <summary>The number of samples in a tile.</summary>
    public const int Samples = 16;

    readonly int epoch;
    readonly nint handle;
    readonly float* pointer;

    internal Tensor(Workspace workspace, Shape shape, nint handle, bool requiresGradient)
    {
        this.handle = handle;
        if (workspace.Memory.IsHost) pointer = (float*)handle;
        epoch = workspace.Epoch;
        (Workspace, Shape, Count, RequiresGradient) = (workspace, shape, shape.Count, requiresGradient);
    }

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <summary>Numbers a sample.</summary>
    public int Count { get; }

    /// <summary>Whether <see cref="Workspace.Backward"/> carries a gradient to it.</summary>
    public bool RequiresGradient { get; }

    /// <summary>Where it and all that is computed from it are kept.</summary>
    public Workspace Workspace { get; }

    /// <summary>
    /// All numbers of the tile: element e of sample s is at e·16 + s. Those of an <see cref="Workspace.Input"/> may be written
    /// until an operation reads them; ask anew to write again. Those of a result are to be read.
    /// </summary>
    public Span<float> Values
    {
        get
        {
            Workspace.RequireOwner();
            return epoch == Workspace.Epoch ? Workspace.Memory.Values(this, handle) : throw Gone();
        }
    }

    /// <summary>The gradient that <see cref="Workspace.Backward"/> left here, the sum where it was called more than once, or
    /// empty if none reached it.</summary>
    public ReadOnlySpan<float> Gradient =>
        epoch != Workspace.Epoch ? throw Gone()
        : GradientPointer is null ? default : Workspace.Memory.Gradient((nint)GradientPointer, Count);

    internal float* Pointer => epoch != Workspace.Epoch ? throw Gone()
        : pointer is not null ? pointer
        : throw new InvalidOperationException($"A tensor of shape {Shape} is in the memory of the engine "
            + $"'{Workspace.Engine}', where this one cannot read it.");

    /// <summary>Where it is, as its workspace's memory calls it.</summary>
    internal nint Handle => epoch == Workspace.Epoch ? Workspace.Memory.Settled(this, handle) : throw Gone();

    /// <summary>Whether it was made for the caller to fill.</summary>
    internal bool IsInput { get; set; }

    internal float* GradientPointer { get; set; }

    /// <summary>Copies one sample into the tile.</summary>
    public void SetSample(int sample, ReadOnlySpan<float> values)
    {
        RequireSample(sample);
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got {values.Length}.");
        Span<float> tile = Values[sample..];
        for (int i = 0; i < values.Length; i++) tile[i * Samples] = values[i];
    }

    /// <summary>Copies one sample in double into the tile; only the reference engine keeps all its digits.</summary>
    public void SetSample(int sample, ReadOnlySpan<double> values)
    {
        RequireSample(sample);
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got {values.Length}.");
        Workspace.Memory.SetSample(this, sample, values);
    }

    /// <summary>Copies one sample out of the tile in double; only the reference engine has more digits than floats.</summary>
    public void GetSample(int sample, Span<double> values)
    {
        RequireSample(sample);
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got room for {values.Length}.");
        Workspace.Memory.GetSample(this, sample, values);
    }

    /// <summary>Copies one sample out of the tile.</summary>
    public void GetSample(int sample, Span<float> values)
    {
        RequireSample(sample);
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got room for {values.Length}.");
        ReadOnlySpan<float> tile = Values[sample..];
        for (int i = 0; i < values.Length; i++) values[i] = tile[i * Samples];
    }

    internal void RequireThere()
    {
        if (epoch != Workspace.Epoch) throw Gone();
    }

    static void RequireSample(int sample)
    {
        if ((uint)sample >= Samples)
            throw new ArgumentOutOfRangeException(nameof(sample), sample,
                $"A tile has samples 0 … {Samples - 1}, not {sample}.");
    }

    InvalidOperationException Gone() => new($"A tensor of shape {Shape} is used after its workspace was reset.");
}
