using System.Numerics.Tensors;

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
    readonly float* pointer;
    readonly double[][]? definition;

    internal Tensor(Workspace workspace, Shape shape, float* pointer, bool requiresGradient)
    {
        this.pointer = pointer;
        epoch = workspace.Epoch;
        (Workspace, Shape, Count, RequiresGradient) = (workspace, shape, shape.Count, requiresGradient);
    }

    /// <summary>A tensor of a reference workspace: one array of doubles a sample.</summary>
    internal Tensor(Workspace workspace, Shape shape, double[][] definition)
    {
        epoch = workspace.Epoch;
        this.definition = definition;
        (Workspace, Shape, Count) = (workspace, shape, shape.Count);
    }

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <summary>Numbers a sample.</summary>
    public int Count { get; }

    /// <summary>Whether <see cref="Workspace.Backward"/> carries a gradient to it.</summary>
    public bool RequiresGradient { get; }

    /// <summary>Where it and all that is computed from it are kept.</summary>
    public Workspace Workspace { get; }

    /// <summary>All numbers of the tile: element e of sample s is at e·16 + s.</summary>
    public Span<float> Values => Workspace.Span(Pointer, Count);

    /// <summary>The gradient that the last <see cref="Workspace.Backward"/> left here, or empty if none reached it.</summary>
    public ReadOnlySpan<float> Gradient =>
        Pointer is null || GradientPointer is null ? default : Workspace.Span(GradientPointer, Count);

    internal float* Pointer => epoch != Workspace.Epoch ? throw Gone()
        : pointer is not null ? pointer
        : throw new InvalidOperationException($"A tensor of shape {Shape} in a reference workspace has no floats; use SetSample "
            + $"and GetSample.");

    /// <summary>In a reference workspace: the numbers of each sample.</summary>
    internal double[][] Definition => epoch == Workspace.Epoch ? definition! : throw Gone();

    internal float* GradientPointer { get; set; }

    /// <summary>Copies one sample into the tile.</summary>
    public void SetSample(int sample, ReadOnlySpan<float> values)
    {
        Require.That((uint)sample < Samples, $"A tile has samples 0 … {Samples - 1}, not {sample}.");
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got {values.Length}.");
        if (Workspace.IsReference)
        {
            TensorPrimitives.ConvertChecked<float, double>(values, Definition[sample]);
            return;
        }

        Span<float> tile = Values[sample..];
        for (int i = 0; i < values.Length; i++) tile[i * Samples] = values[i];
    }

    /// <summary>Copies one sample in double into a tensor of a reference workspace.</summary>
    public void SetSample(int sample, ReadOnlySpan<double> values)
    {
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got {values.Length}.");
        values.CopyTo(InDouble[sample]);
    }

    /// <summary>Copies one sample in double out of a tensor of a reference workspace.</summary>
    public void GetSample(int sample, Span<double> values)
    {
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got room for {values.Length}.");
        InDouble[sample].CopyTo(values);
    }

    /// <summary>Copies one sample out of the tile.</summary>
    public void GetSample(int sample, Span<float> values)
    {
        Require.That((uint)sample < Samples, $"A tile has samples 0 … {Samples - 1}, not {sample}.");
        Require.That(values.Length == Count, $"A sample of shape {Shape} has {Count} numbers, got room for {values.Length}.");
        ReadOnlySpan<float> tile = Values[sample..];
        for (int i = 0; i < values.Length; i++) values[i] = tile[i * Samples];
    }

    double[][] InDouble => Workspace.IsReference ? Definition
        : throw new InvalidOperationException("Only a tensor of a reference workspace has doubles: see Workspace.Reference.");

    InvalidOperationException Gone() => new($"A tensor of shape {Shape} is used after its workspace was reset.");
}
