using System.Numerics;
using Qdiff.Quantum;

/// <summary>Trajectories sixteen at a time against definitions in double precision.</summary>
public sealed class TileProgramTests
{
    static TileProgram Program(NoisyCircuit[] bound, Complex[][]? starts = null) =>
        new((1UL << bound[0].Circuit.Qubits) - 1, [.. bound.Select(one => one.Steps)], starts);

    [Fact]
    public void WithoutNoiseEachSampleHasTheProbabilitiesOfItsState()
    {
        var random = new Random(4);
        for (int i = 0; i < 20; i++)
        {
            Circuit circuit = RandomCircuits.Next(random, maxQubits: 5);
            double[] weights = RandomCircuits.Numbers(random, circuit.Weights);
            double[][] inputs = [.. Enumerable.Range(0, 19).Select(_ => RandomCircuits.Numbers(random, circuit.Inputs))];
            NoisyCircuit circuitAlone = NoisyCircuit.Of(circuit, NoiseModel.None);
            int seen = 0;
            Complex[][]? starts = circuit.Start == CircuitStart.Zero ? null
                : [.. inputs.Select(own => LiteralSimulator.StartAmplitudes(circuit, own))];
            Program([.. inputs.Select(own => circuitAlone.Bind(own, weights))], starts).Run(3,
                [.. inputs.Select(_ => new Random(1))], (sample, alike, tile, lane) =>
                {
                    Assert.Equal(3, alike.Count);
                    double[] wanted = DensityMatrix.Probabilities(circuit, NoiseModel.None, inputs[sample], weights);
                    double[] found = tile.Probabilities(lane);
                    for (int k = 0; k < wanted.Length; k++) Assert.Equal(wanted[k], found[k], 5e-6);
                    seen++;
                });
            Assert.Equal(inputs.Length, seen);
        }
    }

    [Fact]
    public void TheMeanOverTrajectoriesIsTheDensityMatrix()
    {
        Circuit circuit = new(3, [Gate.H(0), Gate.RY(1, Angle.Input(0)), Gate.CNOT(0, 1), Gate.RX(2, Angle.Fixed(1.1)),
            Gate.CRX(1, 2, Angle.Fixed(0.9)), new(GateKind.RXX, 2, 0, Angle.Fixed(0.4)), Gate.H(1)]);
        foreach (NoiseChannel channel in Channels.OnOneWire.Concat(Channels.OnTwoWires))
        {
            NoiseModel noise = Channels.Everywhere(channel);
            NoisyCircuit written = NoisyCircuit.Of(circuit, noise);
            double[][] inputs = [[0.3], [1.4]];
            const int count = 2000;
            var sums = new double[2][];
            for (int s = 0; s < 2; s++) sums[s] = new double[8];
            Program([.. inputs.Select(own => written.Bind(own, []))]).Run(count, [new Random(5), new Random(6)],
                (sample, alike, tile, lane) =>
                {
                    double[] found = tile.Probabilities(lane);
                    for (int k = 0; k < 8; k++) sums[sample][k] += alike.Count * found[k] / count;
                });
            for (int s = 0; s < 2; s++)
            {
                double[] wanted = DensityMatrix.Probabilities(circuit, noise, inputs[s], []);
                for (int k = 0; k < 8; k++)
                    Assert.True(Math.Abs(wanted[k] - sums[s][k]) < 4 * Math.Sqrt(wanted[k] * (1 - wanted[k]) / count) + 1e-5,
                        $"{channel.Name}, sample {s}, outcome {k}: {sums[s][k]} for {wanted[k]}");
            }
        }
    }

    /// <summary>Where a sample is beside others changes no bit of it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ASampleIsTheSameAloneAndBesideOthers(bool isMixture)
    {
        Circuit ring = new(8, [.. Embedding.Angles(8), .. Ansatz.BasicEntangler(8, 1)]);
        NoiseModel noise = Channels.Everywhere(isMixture ? NoiseChannel.Depolarizing(0.03) : NoiseChannel.AmplitudeDamping(0.05));
        var measured = new MeasuredCircuit(ring, ring.StandardReadOuts, noise, 40);
        var random = new Random(2);
        double[] weights = RandomCircuits.Numbers(random, ring.Weights);
        double[][] inputs = [.. Enumerable.Range(0, 18).Select(_ => RandomCircuits.Numbers(random, 8))];
        double[][] together = measured.Read(inputs, weights, [.. inputs.Select((_, s) => new Random(s))]);
        foreach (int s in (int[])[0, 5, 17])
            Assert.Equal(together[s], measured.Read([inputs[s]], weights, [new Random(s)])[0]);
    }

    [Fact]
    public void AnErrorThatIsCertainHappensAtEveryGate()
    {
        Circuit circuit = new(7, [.. Enumerable.Range(0, 7).SelectMany(w => Enumerable.Repeat(new Gate(GateKind.X, w), 3)),
            .. Enumerable.Range(0, 6).Select(w => Gate.CZ(w, w + 1))]);
        NoiseModel noise = new() { OneQubit = [NoiseChannel.BitFlip(1), NoiseChannel.PhaseFlip(0)] };
        CircuitShots shots = CircuitShots.Draw(circuit, null, [], [], 10, new Random(1), noise);
        Assert.Equal(["0000000"], shots.Counts!.Keys);
    }
}
