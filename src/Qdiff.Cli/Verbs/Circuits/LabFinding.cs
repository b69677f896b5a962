using Qdiff.Imaging;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary>What was measured of one circuit: the value, what else machines are told, and what a chart of it alone
/// shows.</summary>
/// <param name="Value">With its 95 % interval; a rank with the smallest and largest, a frequency with itself.</param>
/// <param name="Details">Further keys, each with what belongs to it.</param>
/// <param name="Detail">The chart of it alone, given its title.</param>
sealed record LabFinding(IntervalEstimate Value, IReadOnlyDictionary<string, object> Details, Func<string, LineChart> Detail)
{
    public string Circuit { get; init; } = "";

    public int Wires { get; init; }

    /// <summary>Null where none were asked for.</summary>
    public int? Layers { get; init; }

    public int Samples { get; init; }

    /// <summary>How the values of all findings with as many layers fall with the wires; null where nothing was fitted.</summary>
    public ExponentialDecay? Decay { get; init; }

    /// <summary>What people are told beside the value.</summary>
    public string Note { get; init; } = "";

    public Dictionary<string, object> ForMachines(long seed)
    {
        var document = new Dictionary<string, object>
        {
            ["circuit"] = Circuit,
            ["wires"] = Wires,
            ["value"] = Value.Value,
            ["low"] = Value.Low,
            ["high"] = Value.High,
            ["samples"] = Samples,
            ["seed"] = seed,
        };
        if (Layers is { } layers) document["layers"] = layers;
        if (Decay is { } decay) document["decay"] = decay;
        foreach ((string key, object value) in Details) document[key] = value;
        return document;
    }
}
