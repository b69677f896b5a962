using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The verdict on every number of a network.</summary>
/// <param name="IsLive">Whether it can change the output.</param>
/// <param name="IsUndecided">Whether nothing showed that it can, and nothing that it cannot.</param>
/// <param name="IsDetached">Whether it can, but no gradient reaches it.</param>
/// <param name="Read">Parameters that the network's operations read.</param>
/// <param name="Detachments">The network's detached tensors and the effect of their values.</param>
/// <param name="Inputs">Whether the image, the timestep and the label matter.</param>
/// <param name="ReachesImage">Whether gradients come back to the image.</param>
/// <param name="Margin">How clear it was.</param>
sealed record Liveness(bool[] IsLive, bool[] IsUndecided, bool[] IsDetached, IReadOnlySet<Parameter> Read,
    IReadOnlyList<(string Name, double Effect)> Detachments, IReadOnlyList<AuditInput> Inputs, bool ReachesImage,
    AuditMargin Margin)
{
    public static Liveness Measure(Network network, AuditDraws draws, CancellationToken cancellationToken) =>
        new LivenessSearch(network, draws, cancellationToken).Run();

    /// <summary>Whether a number can do nothing.</summary>
    public bool IsDead(int index) => !IsLive[index] && !IsUndecided[index];
}
