namespace Qdiff.Evaluation;

/// <summary>A measured number and how it was measured; never one without the other.</summary>
public sealed record MetricValue
{
    /// <summary>The value under this protocol.</summary>
    /// <exception cref="InputException">A value that is not finite, or a protocol with a name that is no word.</exception>
    public MetricValue(double value, Protocol protocol, Interval? interval = null, double? deviation = null)
    {
        protocol.Check();
        if (!double.IsFinite(value))
            throw new InputException(Invariant($"The value of {protocol} is {value}; look at the samples it was measured on."));
        (Value, Protocol, Interval, Deviation) = (value, protocol, interval, deviation);
    }

    /// <summary>The number.</summary>
    public double Value { get; }

    /// <summary>How it was measured.</summary>
    public Protocol Protocol { get; }

    /// <summary>Its interval of confidence, where one was computed.</summary>
    public Interval? Interval { get; }

    /// <summary>Deviation over subsets or splits, for metrics that are printed with one; no interval of confidence.</summary>
    public double? Deviation { get; }

    /// <summary>This value minus <paramref name="other"/>.</summary>
    /// <exception cref="InputException">The two were not measured in the same way.</exception>
    public double Minus(MetricValue other)
    {
        RequireOneProtocol([this, other]);
        return Value - other.Value;
    }

    /// <summary>Refuses values that were not all measured in the same way.</summary>
    /// <exception cref="InputException">Names the first two protocols that differ, and in what.</exception>
    public static void RequireOneProtocol(IReadOnlyList<MetricValue> values)
    {
        for (int i = 1; i < values.Count; i++)
            if (Protocol.Difference(values[0].Protocol, values[i].Protocol) is { } difference)
                throw new InputException($"These numbers do not compare: {difference}. Measure both with one protocol. First: "
                    + $"{values[0].Protocol}. Other: {values[i].Protocol}.");
    }
}
