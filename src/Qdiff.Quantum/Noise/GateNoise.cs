namespace Qdiff.Quantum;

/// <summary>A channel that acts after gates.</summary>
/// <param name="Channel">What happens.</param>
/// <param name="Wires">Only after gates all of whose wires are among these; null for all gates.</param>
public sealed record GateNoise(NoiseChannel Channel, IReadOnlyList<int>? Wires = null)
{
    /// <summary>The channel, after every gate.</summary>
    public static implicit operator GateNoise(NoiseChannel channel) => new(channel);
}
