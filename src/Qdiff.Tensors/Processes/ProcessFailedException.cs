namespace Qdiff.Tensors;

/// <summary>Another process of the group failed, or has left; this one cannot go on without it.</summary>
public sealed class ProcessFailedException(int rank, bool hasLeft)
    : Exception($"Process {rank} {(hasLeft ? "has left" : "failed")}, and the others cannot go on without it.")
{
    /// <summary>The process.</summary>
    public int Rank => rank;

    /// <summary>Whether it is gone, so that nothing can be done together any more.</summary>
    public bool HasLeft => hasLeft;
}
