namespace Qdiff.Tensors;

/// <summary>The tensors of a workspace in double, an array a sample; its weights, and which of them were read.</summary>
sealed class ReferenceMemory(Workspace space, ReferenceWeights? weights) : DeviceMemory
{
    readonly List<double[][]> tensors = [];
    readonly HashSet<Parameter> read = [];
    ReferenceWeights? widened;

    public override long Bytes => tensors.Sum(tensor => tensor.Sum(sample => (long)sample.Length * sizeof(double)));

    public IReadOnlySet<Parameter> Parameters => read;

    public override nint Take(int elements)
    {
        tensors.Add([.. Enumerable.Range(0, Tensor.Samples).Select(s => s < space.Samples ? new double[elements] : [])]);
        return tensors.Count;
    }

    public override void Reset()
    {
        base.Reset();
        tensors.Clear();
        widened = null;
    }

    /// <summary>A tensor's numbers, sample by sample.</summary>
    public double[][] Doubles(Workspace asking, Tensor x) => x.Workspace == asking ? tensors[(int)x.Handle - 1]
        : throw new InvalidOperationException("A tensor of another workspace cannot be read by this engine.");

    /// <summary>The numbers of a parameter.</summary>
    public double[] Numbers(Parameter parameter)
    {
        read.UnionWith(parameter.Derivation?.Sources ?? [parameter]);
        return (weights ?? (widened ??= new(space.Weights)))[parameter];
    }

    public override void Write(nint to, ReadOnlySpan<float> tile)
    {
        double[][] values = tensors[(int)to - 1];
        for (int s = 0; s < space.Samples; s++)
            for (int e = 0; e < values[s].Length; e++) values[s][e] = tile[e * Tensor.Samples + s];
    }

    public override void Read(nint from, Span<float> tile)
    {
        double[][] values = tensors[(int)from - 1];
        for (int s = 0; s < space.Samples; s++)
            for (int e = 0; e < values[s].Length; e++) tile[e * Tensor.Samples + s] = (float)values[s][e];
    }

    public override nint Add(nint sum, nint other, int elements) =>
        throw new InvalidOperationException("The reference engine computes no gradients.");

    public override void SetSample(Tensor x, int sample, ReadOnlySpan<double> values)
    {
        values.CopyTo(Doubles(space, x)[sample]);
        Forget(x);
    }

    public override void GetSample(Tensor x, int sample, Span<double> values) => Doubles(space, x)[sample].CopyTo(values);
}
