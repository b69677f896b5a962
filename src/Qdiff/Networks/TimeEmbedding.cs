using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The timestep (and label) of each sample as features: sines and cosines, followed by the label's embedding if the network is
/// conditional, through dense → GELU → dense. Without the timestep, the label's embedding alone.
/// </summary>
sealed class TimeEmbedding
{
    const int LabelFeatures = 10;
    readonly DenseLayer dense0, dense1;
    readonly Parameter? label;
    readonly int dimension;

    public TimeEmbedding(ParameterTable table, string name, int dimension, int features, int labels, bool withoutTimestep = false)
    {
        this.dimension = withoutTimestep ? 0 : dimension;
        dense0 = new(table, name + ".dense0", this.dimension + (labels > 0 ? LabelFeatures : 0), features);
        dense1 = new(table, name + ".dense1", features, features);
        if (labels > 0)
            label = table.Add(name + ".label.weight", [labels, LabelFeatures], Initialisers.Normal(1 / Math.Sqrt(LabelFeatures)));
    }

    public Tensor Apply(Workspace space, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels)
    {
        // Without its label a sample would be of no class, and not of the null class either.
        if (label is not null && labels.Length != timesteps.Length)
            throw new ArgumentException($"The network is conditional: {timesteps.Length} timesteps came with {labels.Length} "
                + "labels; each sample needs one (the number of classes for none).", nameof(labels));
        Tensor? time = dimension > 0 ? Operation.SinusoidalEmbedding(space, timesteps, dimension) : null;
        Tensor? name = label is not null ? Operation.Embedding(space, labels, label) : null;
        Tensor embedding = time is null ? name! : name is null ? time : Operation.Concatenate(time, name);
        return dense1.Apply(Operation.Gelu(dense0.Apply(embedding)));
    }
}
