namespace Qdiff.Tensors;

public static partial class Operation
{
    /// <summary>
    /// Sines and cosines of each sample's timestep: [dimension], the sines first, frequencies e^(−j·ln(10000)/(dimension/2 − 1)).
    /// </summary>
    /// <remarks>Vaswani et al., arXiv 1706.03762, in the form that diffusion models use: Ho et al., arXiv 2006.11239.</remarks>
    public static Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension)
    {
        Require.That(dimension >= 4 && dimension % 2 == 0,
            $"The embedding dimension must be even and at least 4, got {dimension}.");
        Require.That(timesteps.Length <= space.Samples, $"A tile has {space.Samples} samples, got {timesteps.Length} timesteps.");
        return space.Engine.SinusoidalEmbedding(space, timesteps, dimension);
    }

    /// <summary>Each sample's row of a table [rows, dimension]: its label's embedding [dimension].</summary>
    public static Tensor Embedding(Workspace space, ReadOnlySpan<int> labels, Parameter table)
    {
        Require.That(table.Shape.Rank == 2, $"Embedding '{table.Name}' must have shape rows×dimension, it has {table.Shape}.");
        Require.That(labels.Length <= space.Samples, $"A tile has {space.Samples} samples, got {labels.Length} labels.");
        int rows = table.Shape[0];
        foreach (int r in labels) Require.That((uint)r < (uint)rows, $"Label {r} is outside 0 … {rows - 1}.");
        return space.Engine.Embedding(space, labels.ToArray(), table);
    }
}
