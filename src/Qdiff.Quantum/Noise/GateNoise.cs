namespace Qdiff.Quantum;

/// <summary>A channel that acts after gates, or on wires that wait.</summary>
/// <param name="Channel">What happens.</param>
/// <param name="Wires">A channel for one wire acts only on these; one for two only after gates both of whose wires are among
/// these, in whatever order. Null for all.</param>
/// <param name="Gates">Only after gates of these kinds; null for all.</param>
/// <exception cref="ArgumentException">A channel for two wires has fewer than two.</exception>
public sealed record GateNoise(NoiseChannel Channel, IReadOnlyList<int>? Wires = null, IReadOnlyList<GateKind>? Gates = null)
{
    /// <summary>Where it acts; null for everywhere.</summary>
    public IReadOnlyList<int>? Wires { get; init; } = Channel.Wires == 2 && Wires?.Distinct().Count() < 2
        ? throw new ArgumentException($"{Channel.Name} acts on two wires together here, so two or more must be named; leave "
            + "wires out for all")
        : Wires;

    /// <summary>The channel, after every gate.</summary>
    public static implicit operator GateNoise(NoiseChannel channel) => new(channel);

    /// <summary>Whether it acts on this wire of a gate.</summary>
    internal bool ActsOn(int wire) => Wires?.Contains(wire) ?? true;

    /// <summary>Whether it acts after a gate that is made of gates of these kinds.</summary>
    internal bool Follows(IEnumerable<GateKind> kinds) => Gates is null || kinds.Any(kind => Gates.Contains(kind));
}
