using System.Numerics;
using Qdiff.Quantum;

/// <summary>Trajectories in double precision, which take over where wires are too many for a tile.</summary>
public sealed class TrajectoryTests
{
    [Fact]
    public void TheMeanOverTrajectoriesIsTheDensityMatrix()
    {
        Circuit circuit = new(3, [Gate.H(0), Gate.RY(1, Angle.Fixed(0.7)), Gate.CNOT(0, 1), Gate.RX(2, Angle.Fixed(1.1)),
            Gate.CRX(1, 2, Angle.Fixed(0.9)), new(GateKind.RXX, 2, 0, Angle.Fixed(0.4)), Gate.H(1)]);
        foreach (NoiseChannel channel in Channels.OnOneWire.Concat(Channels.OnTwoWires))
        {
            const int count = 2000;
            NoiseModel noise = Channels.Everywhere(channel);
            double[] wanted = DensityMatrix.Probabilities(circuit, noise, [], []), found = new double[8];
            CompiledStep[] steps = [.. CompiledStep.Of(NoisyCircuit.Of(circuit, noise).Bind([], []).Steps)];
            var trajectory = new Trajectory(0b111);
            var random = new Random(5);
            for (int t = 0; t < count; t++)
            {
                trajectory.Run(steps, random);
                Assert.Equal(1, trajectory.State.Overlap(trajectory.State), 9);
                for (int k = 0; k < 8; k++) found[k] += Math.Pow(trajectory.State.Amplitudes[k].Magnitude, 2) / count;
            }

            for (int k = 0; k < 8; k++)
                Assert.True(Math.Abs(wanted[k] - found[k]) < 4 * Math.Sqrt(wanted[k] * (1 - wanted[k]) / count) + 1e-9,
                    $"{channel.Name}, outcome {k}: {found[k]} for {wanted[k]}");
        }
    }

    /// <summary>Σ K†K is 1 within what files say: what is missing goes to no operator that cannot act.</summary>
    [Fact]
    public void AnOperatorThatGivesNothingIsNotDrawn()
    {
        NoiseChannel damping = NoiseChannel.Kraus(new Complex[,] { { 0.9999996, 0 }, { 0, 0.7 } },
            new Complex[,] { { 0, Math.Sqrt(0.51) }, { 0, 0 } });
        NoisyCircuit bound = NoisyCircuit.Of(new(1, [new(GateKind.I, 0)]), Channels.Everywhere(damping)).Bind([], []);
        var trajectory = new Trajectory(1);
        trajectory.Run(CompiledStep.Of(bound.Steps), new Always(0.9999999));
        Assert.Equal(1, trajectory.State.Amplitudes[0].Real, 12);
        Assert.Equal(Complex.Zero, trajectory.State.Amplitudes[1]);
    }

    sealed class Always(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
