using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The timestep (and label) of each sample as features: sines and cosines, followed by the label's embedding if the network is
/// conditional, through dense → GELU → dense.
/// </summary>
sealed class TimeEmbedding
{
    const int LabelFeatures = 10;
    readonly DenseLayer dense0, dense1;
    readonly Parameter? label;
    readonly int dimension;

    public TimeEmbedding(ParameterTable table, string name, int dimension, int features, int classes)
    {
        this.dimension = dimension;
        dense0 = new(table, name + ".dense0", dimension + (classes > 0 ? LabelFeatures : 0), features);
        dense1 = new(table, name + ".dense1", features, features);
        if (classes > 0) label = table.Add(name + ".label.weight", [classes, LabelFeatures], Initialisers.Normal(1 / Math.Sqrt(LabelFeatures)));
    }

    public Tensor Apply(Workspace space, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels)
    {
        Tensor embedding = Operation.SinusoidalEmbedding(space, timesteps, dimension);
        if (label is not null) embedding = Operation.Concatenate(embedding, Operation.Embedding(space, labels, label));
        return dense1.Apply(Operation.Gelu(dense0.Apply(embedding)));
    }
}
