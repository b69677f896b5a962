using Qdiff.Quantum;

namespace Qdiff;

/// <summary>The circuit for the channels after a block's groups, as settings.</summary>
public sealed record RemainderConfig : CircuitConfig
{
    /// <summary>The circuit of the second stage is declared but never run.</summary>
    public bool? SecondIdle { get; init; }

    internal RemainderConfig Over(RemainderConfig published) => base.Over(published) with
    {
        SecondIdle = SecondIdle ?? published.SecondIdle,
    };

    /// <summary>The circuit, or null if there is none.</summary>
    /// <exception cref="CircuitConfigException">The settings do not fit the circuit or each other.</exception>
    internal RemainderCircuit? ToRemainder(Catalog catalog)
    {
        if (!IsPresent) return null;
        try
        {
            Circuit circuit = Build(catalog);
            return new()
            {
                Circuit = circuit,
                Name = Title,
                ReadOuts = ReadOuts(circuit),
                Initial = Initial,
                SecondIdle = SecondIdle ?? false,
            };
        }
        catch (CircuitConfigException e)
        {
            throw new CircuitConfigException("remainder." + e.Setting, e.Message);
        }
    }
}
