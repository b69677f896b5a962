using Qdiff.Papers;
using Qdiff.Quantum;

public class CircuitAnalysisTests
{
    [Fact]
    public void ReleasedHQConvHasTwelveLiveWeights()
    {
        var analysis = new CircuitAnalysis(PublishedCircuits.HQConv(wiring: Wiring.Released));
        Assert.Equal([0, 1, 2, 3, 28, 29, 30, 31, 56, 57, 58, 59], analysis.LiveWeights);
        Assert.Equal(72, analysis.DeadWeights.Count);
        Assert.False(analysis.OnlyPhasesAndPermutationsAfterEncoding);
    }

    [Fact]
    public void ReleasedSystemBHasNoLiveWeight()
    {
        var analysis = new CircuitAnalysis(PublishedCircuits.QuantumAttention(wiring: Wiring.Released));
        Assert.Empty(analysis.LiveWeights);
        Assert.Equal(16, analysis.LiveInputs.Count);
        Assert.True(analysis.OnlyPhasesAndPermutationsAfterEncoding);
        Assert.Equal([0, 3, 4], analysis.LightCones[4]);
    }

    /// <summary>What the analysis calls dead has no gradient; nearly all of what it calls live has one at random weights: it
    /// looks at gates, and what two of them undo together it cannot see.</summary>
    [Fact]
    public void DeadMeansNoGradient()
    {
        int live = 0, silent = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            Circuit circuit = RandomCircuits.Next(random, maxQubits: 4);
            Observable[] readOuts = Observable.ZOfEachWire(circuit.Qubits);
            double[] inputs = new double[circuit.Inputs], weights = new double[circuit.Weights];
            // At one point a gradient may be zero by chance.
            for (int draw = 0; draw < 3; draw++)
            {
                (double[] byInput, double[] byWeight) =
                    LiteralSimulator.Gradient(circuit, readOuts, RandomCircuits.Numbers(random, circuit.Inputs),
                    RandomCircuits.Numbers(random, circuit.Weights), RandomCircuits.Numbers(random, readOuts.Length));
                for (int i = 0; i < inputs.Length; i++) inputs[i] = Math.Max(inputs[i], Math.Abs(byInput[i]));
                for (int w = 0; w < weights.Length; w++) weights[w] = Math.Max(weights[w], Math.Abs(byWeight[w]));
            }

            var analysis = new CircuitAnalysis(circuit);
            Assert.All(analysis.DeadWeights, w => Assert.Equal(0, weights[w], 1e-12));
            Assert.All(analysis.DeadInputs, i => Assert.Equal(0, inputs[i], 1e-12));
            double[] expected = [.. analysis.LiveWeights.Select(w => weights[w]), .. analysis.LiveInputs.Select(i => inputs[i])];
            (live, silent) = (live + expected.Length, silent + expected.Count(gradient => gradient < 1e-9));
        }

        Assert.True(silent <= live / 25, $"{silent} of {live} that are called live have no gradient.");
    }

    [Theory]
    [InlineData(Wiring.Paper)]
    [InlineData(Wiring.Repaired)]
    public void AllWeightsOfHQConvButThePhaseTailAreLive(Wiring wiring)
    {
        Circuit circuit = PublishedCircuits.HQConv(wiring: wiring);
        Assert.Empty(new CircuitAnalysis(circuit).DeadWeights);
        (_, _, float[] gradient) = TileCheck.Run(circuit, Observable.ZOfEachWire(12), [RandomCircuits.Numbers(new(1), 12)],
            RandomCircuits.Numbers(new(2), 84), [RandomCircuits.Numbers(new(3), 12)]);
        Assert.All(gradient, g => Assert.NotEqual(0, g));
    }

    [Fact]
    public void CountsAndDepth()
    {
        var analysis = new CircuitAnalysis(PublishedCircuits.Basic(4, 2));
        Assert.Equal(new Dictionary<GateKind, int> { [GateKind.RX] = 12, [GateKind.CNOT] = 8 }, analysis.CountsByKind);
        Assert.Equal(8, analysis.TwoWireGates);
        // RX, RX and a ring of four CNOTs, each waiting for the one before; the second layer's ring waits for wire 0, where the
        // first ended: 6 + 1 + 4.
        Assert.Equal(11, analysis.Depth);
    }
}
