namespace Qdiff.Tensors;

public static partial class Operation
{
    /// <summary>Each sample's mean of (prediction − target)²: a scalar a sample. A target that comes from weights hands the
    /// gradient back to them too; <see cref="Detach"/> it where it should be a number.</summary>
    public static Tensor SquaredError(Tensor prediction, Tensor target)
    {
        Require.SameShape(prediction, target);
        return prediction.Workspace.Engine.SquaredError(prediction, target);
    }

    /// <summary>Each sample's −log softmax(logits)[label]: a scalar a sample. Samples beyond the labels are idle.</summary>
    public static Tensor CrossEntropy(Tensor logits, ReadOnlySpan<int> labels)
    {
        Require.Rank(logits, 1);
        Require.That(labels.Length <= logits.Workspace.Samples,
            $"A tile has {logits.Workspace.Samples} samples, got {labels.Length} labels.");
        int classes = logits.Shape[0];
        int[] label = new int[Tensor.Samples];
        labels.CopyTo(label);
        foreach (int l in label) Require.That((uint)l < (uint)classes, $"Label {l} is outside 0 … {classes - 1}.");
        return logits.Workspace.Engine.CrossEntropy(logits, label);
    }
}
