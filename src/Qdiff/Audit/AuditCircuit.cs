namespace Qdiff;

/// <summary>What an audit found out about one circuit of a network.</summary>
public sealed record AuditCircuit
{
    /// <summary>The layer's name.</summary>
    public required string Name { get; init; }

    /// <summary>Wires.</summary>
    public required int Qubits { get; init; }

    /// <summary>Whether the network runs it at all (as far as that shows: a circuit without weights counts as run).</summary>
    public required bool Runs { get; init; }

    /// <summary>Trainable angles, as declared.</summary>
    public required int Weights { get; init; }

    /// <summary>Angles that some read-out feels, by the gates alone.</summary>
    public required int StructurallyLiveWeights { get; init; }

    /// <summary>Angles that some read-out was seen to feel.</summary>
    public required int LiveWeights { get; init; }

    /// <summary>Angles that the network's output feels.</summary>
    public required int LiveInNetwork { get; init; }

    /// <summary>Features that are fed in.</summary>
    public required int Inputs { get; init; }

    /// <summary>Inputs that some read-out was seen to feel.</summary>
    public required int LiveInputs { get; init; }

    /// <summary>How many values are read out.</summary>
    public required int ReadOuts { get; init; }

    /// <summary>Read-outs that no weight moves: fixed functions of the inputs.</summary>
    public required IReadOnlyList<int> ReadOutsIgnoringWeights { get; init; }

    /// <summary>Read-outs that no input moves.</summary>
    public required IReadOnlyList<int> ReadOutsIgnoringInputs { get; init; }

    /// <summary>Wires that no read-out can feel.</summary>
    public required IReadOnlyList<int> WiresOutsideLightCones { get; init; }

    /// <summary>Whether the gates behind the encoding only turn phases and permute basis states.</summary>
    public required bool OnlyPhasesAndPermutations { get; init; }
}
