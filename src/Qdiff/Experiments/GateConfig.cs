using Qdiff.Quantum;

namespace Qdiff;

/// <summary>A circuit that weighs the channels at the bottleneck, as settings.</summary>
public sealed record GateConfig : CircuitConfig
{
    /// <summary>A dense layer makes the inputs.</summary>
    public bool? Projected { get; init; }

    /// <summary>No gradient goes back into the inputs.</summary>
    public bool? Detached { get; init; }

    internal GateConfig Over(GateConfig published) => base.Over(published) with
    {
        Projected = Projected ?? published.Projected,
        Detached = Detached ?? published.Detached,
    };

    /// <summary>The gate, or null if there is no circuit.</summary>
    /// <exception cref="ArgumentException">The settings do not fit the circuit or each other.</exception>
    public CircuitGate? ToGate(Catalog catalog)
    {
        if (!IsPresent) return null;
        Circuit circuit = Build(catalog);
        return new()
        {
            Circuit = circuit,
            Name = Title,
            ReadOuts = ReadOuts(circuit),
            Initial = Initial,
            Projected = Projected ?? true,
            Detached = Detached ?? false,
        };
    }
}
