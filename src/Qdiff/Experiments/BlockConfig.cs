using Qdiff.Quantum;

namespace Qdiff;

/// <summary>Circuits in the residual blocks of a place, as settings; what is null is as usual, or as published.</summary>
public sealed record BlockConfig : CircuitConfig
{
    /// <summary>Circuits a stage.</summary>
    public int? Groups { get; init; }

    /// <summary>Pixels a side of a patch.</summary>
    public int? Patch { get; init; }

    /// <summary>In which order a patch goes to the inputs.</summary>
    public WireOrder? Order { get; init; }

    /// <summary>Inputs of the second stage.</summary>
    public SecondStage? Second { get; init; }

    /// <summary>One circuit for both stages.</summary>
    public bool? Shared { get; init; }

    /// <summary>What the convolution for the channels that circuits leave is given.</summary>
    public ConvolutionInput? Convolution { get; init; }

    /// <summary>The encoder level, for the quanvolution.</summary>
    public int? Level { get; init; }

    /// <summary>A circuit for the channels after the groups.</summary>
    public RemainderConfig Remainder { get; init; } = new();

    internal BlockConfig Over(BlockConfig published) => base.Over(published) with
    {
        Groups = Groups ?? published.Groups,
        Patch = Patch ?? published.Patch,
        Order = Order ?? published.Order,
        Second = Second ?? published.Second,
        Shared = Shared ?? published.Shared,
        Convolution = Convolution ?? published.Convolution,
        Level = Level ?? published.Level,
        Remainder = Remainder.Over(published.Remainder),
    };

    /// <summary>The block, or null if there is no circuit.</summary>
    /// <exception cref="CircuitConfigException">The settings do not fit the circuit or each other.</exception>
    internal HybridBlock? ToBlock(Catalog catalog)
    {
        if (!IsPresent) return null;
        Circuit circuit = Build(catalog);
        var usual = new HybridBlock { Circuit = circuit };
        return usual with
        {
            Name = Title,
            ReadOuts = ReadOuts(circuit),
            Initial = Initial,
            Groups = Groups ?? usual.Groups,
            Patch = Patch ?? usual.Patch,
            Order = Order ?? usual.Order,
            Second = Second ?? usual.Second,
            Shared = Shared ?? usual.Shared,
            Convolution = Convolution ?? usual.Convolution,
            Remainder = Remainder.ToRemainder(catalog),
        };
    }
}
