using Qdiff;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>A network of one function on 4×4 images, for audits whose right answer is known.</summary>
sealed class SmallNetwork : Network
{
    readonly Func<Tensor, int[], int[], Tensor> predict;

    public SmallNetwork(Func<SmallNetwork, Func<Tensor, int[], int[], Tensor>> build, int classes = 0)
    {
        Classes = classes;
        predict = build(this);
    }

    public override Shape Image { get; } = [2, 4, 4];

    public override int Classes { get; }

    public List<QuantumLayer> Layered { get; } = [];

    public override IReadOnlyList<QuantumLayer> Circuits => Layered;

    public override IReadOnlyList<LayerRow> Layers => [];

    public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
        predict(xt, timesteps.ToArray(), labels.ToArray());

    public QuantumLayer Circuit(string name, Circuit circuit)
    {
        Layered.Add(new(Parameters, name, circuit, Initialisers.Uniform(0, 1)));
        return Layered[^1];
    }
}
