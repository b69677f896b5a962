using System.Numerics;
using Qdiff.Quantum;

/// <summary>One of every kind of channel.</summary>
static class Channels
{
    public static IReadOnlyList<NoiseChannel> OnOneWire { get; } =
    [
        NoiseChannel.BitFlip(0.07), NoiseChannel.PhaseFlip(0.06), NoiseChannel.BitPhaseFlip(0.05),
            NoiseChannel.Depolarizing(0.08),
        NoiseChannel.AmplitudeDamping(0.09), NoiseChannel.PhaseDamping(0.1), NoiseChannel.ThermalRelaxation(50, 70, 6),
        NoiseChannel.Pauli([new("X", 0.02), new("Y", 0.01), new("Z", 0.05)]),
        NoiseChannel.Kraus(new Complex[,] { { 0.6, 0 }, { 0, 0.8 * Complex.ImaginaryOne } },
            new Complex[,] { { 0, 0.6 }, { 0.8, 0 } }),
    ];

    public static IReadOnlyList<NoiseChannel> OnTwoWires { get; } =
    [
        NoiseChannel.Depolarizing2(0.09), NoiseChannel.Pauli([new("XY", 0.03), new("IZ", 0.04), new("YI", 0.02)]),
        NoiseChannel.Kraus(new Complex[,] { { 0.8, 0, 0, 0 }, { 0, 0, 0.8, 0 }, { 0, 0.8, 0, 0 }, { 0, 0, 0, 0.8 } },
            new Complex[,] { { 0.6, 0, 0, 0 }, { 0, 0.6, 0, 0 }, { 0, 0, 0, 0.6 }, { 0, 0, 0.6, 0 } }),
    ];

    /// <summary>The channel after every gate.</summary>
    public static NoiseModel Everywhere(NoiseChannel channel) => new()
    {
        OneQubit = channel.Wires == 1 ? [channel] : [],
        TwoQubit = [channel],
    };

    /// <summary>Several of them, and read-out errors that differ from wire to wire.</summary>
    public static NoiseModel Random(Random random)
    {
        return new()
        {
            OneQubit = [Any(OnOneWire), new GateNoise(Any(OnOneWire), [0, 2])],
            TwoQubit = [Any(OnTwoWires), Any(OnOneWire)],
            ReadOut = new(0.02, 0.05),
            ReadOuts = new Dictionary<int, ReadOutError> { [0] = new(0.1, 0.01) },
        };

        NoiseChannel Any(IReadOnlyList<NoiseChannel> list) => list[random.Next(list.Count)];
    }
}
