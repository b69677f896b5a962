using System.Runtime.CompilerServices;
using Qdiff.Tensors;

/// <summary>Spans that are handed out stay good whatever becomes of the object that gave them.</summary>
public class MemoryTests
{
    delegate Span<float> Source();

    static readonly ParameterTable s_table = new();
    static readonly Parameter s_weight = s_table.Add("weight", [2, 2, 3, 3], Initialisers.LecunNormal);
    static readonly Parameter s_derived = Derive.Standardised(s_table, s_weight);

    [Fact]
    public void WeightsMayGoBeforeTheirSpans()
    {
        Outlives(() => new Weights(s_table).Values);
        Outlives(() => new Weights(s_table)[s_weight]);
        Outlives(() => new Weights(s_table).Initialise(1)[s_derived]);
        Outlives(() => new WeightGradient(s_table).Values);
        Outlives(() => new WeightGradient(s_table)[s_weight]);
    }

    [Fact]
    public void WorkspacesMayGoBeforeTheSpansOfTheirTensors()
    {
        Outlives(() => new Workspace(new(s_table)).Input([5, 4, 4]).Values);
        Outlives(() =>
        {
            Tensor x = new Workspace(new(s_table)).Input([5, 4, 4], requiresGradient: true), y = Operation.Silu(x);
            x.Workspace.Backward(y, new float[y.Values.Length]);
            ReadOnlySpan<float> gradient = x.Gradient;
            return new(ref Unsafe.AsRef(in gradient[0]));
        });
    }

    /// <summary>Collects, and takes what was freed for something else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Outlives(Source source)
    {
        Span<float> values = source();
        values.Fill(7);
        List<float[]> others = [];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        // Small ones as long as a buffer of weights, and some as long as one of tensors.
        for (int i = 0; i < 3000; i++) Take(values.Length + 16);
        for (int i = 0; i < 3; i++) Take((4 << 20) + 16);

        Assert.True(values.IndexOfAnyExcept(7) < 0, $"The memory of {values.Length} numbers was given away.");
        GC.KeepAlive(others);

        void Take(int length)
        {
            float[] other = GC.AllocateUninitializedArray<float>(length, pinned: true);
            other.AsSpan().Fill(9);
            others.Add(other);
        }
    }

    /// <summary>What a layer prepares is as long as its own network's sizes say; another's would be read beyond its
    /// end.</summary>
    [Fact]
    public void WhatWasPreparedForAnotherNetworkIsRefused()
    {
        ParameterTable small = new(), large = new();
        var theirs = new RectifiedConvolutionLayer(small, "layer", 1, 1, 3, 3);
        var mine = new RectifiedConvolutionLayer(large, "layer", 64, 64, 3, 3);
        var space = new Workspace(new Weights(small).Initialise(1));
        Assert.Contains("another network",
            Assert.Throws<ArgumentException>(() => mine.Apply(space.Input([64, 8, 8]))).Message);
        Assert.Equal(36, theirs.Apply(space.Input([1, 8, 8])).Count);
    }

    [Fact]
    public void GradientsDoNotCrossWorkspaces()
    {
        Tensor a = new Workspace(new(s_table)).Input([3], requiresGradient: true),
            b = new Workspace(new(s_table)).Input([3], requiresGradient: true), sum = Operation.Add(a, b);
        Assert.Throws<InvalidOperationException>(() => a.Workspace.Backward(sum, new float[sum.Values.Length]));
        Assert.Throws<ArgumentException>(() => b.Workspace.Backward(sum, new float[sum.Values.Length]));
    }
}
