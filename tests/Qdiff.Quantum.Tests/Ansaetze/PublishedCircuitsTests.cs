using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>
/// Golden values found independently for x_i = 0.1(i+1) − shift, p_j = ((37·j) mod 101)/101 (released and repaired readings of
/// the code), weight counts, and what the lowering must find by itself.
/// </summary>
public class PublishedCircuitsTests
{
    [Fact]
    public void HQConvAsReleased() => Matches(PublishedCircuits.HQConv(wiring: Wiring.Released), 0.65,
        [0.85252452206, 0.900447102353, 0.939372712847, 0.968912421711, 0.900335278166, 0.998750260395,
            0.998750260395, 0.988771077936, 0.921625706476, 0.939372712847, 0.900447102353, 0.85252452206]);

    [Fact]
    public void HQConvRepaired() => Matches(PublishedCircuits.HQConv(wiring: Wiring.Repaired), 0.65,
        [0.819129927264, 0.916023204477, 0.856671610069, 0.850313356047, 0.867299775813, 0.982704838882,
            0.973275787162, 0.953743678659, 0.862553191382, 0.869847983852, 0.872998546866, 0.794113862801]);

    [Fact]
    public void FQConvAsReleased() => Matches(PublishedCircuits.FQConv(wiring: Wiring.Released), 0.65,
        [0.929467510036, 0.876554854848, 0.942954938978, 0.904143776541, 0.914926893373, 0.926883521798,
            0.873244709505, 0.84809656307, 0.847200107116, 0.88503773624, 0.940029538358, 0.878810220724]);

    [Fact]
    public void BasicEntangler() =>
        Matches(PublishedCircuits.Basic(), 0.25, [0.404909848445, 0.546446316347, 0.580023046166, 0.617163158414]);

    [Fact]
    public void WeightsAreCountedAsPublished()
    {
        Assert.Equal(84, PublishedCircuits.HQConv().Weights);
        Assert.Equal(84, PublishedCircuits.HQConv(wiring: Wiring.Released).Weights);
        Assert.Equal(72, PublishedCircuits.FQConv().Weights);
        Assert.Equal(16, PublishedCircuits.Basic().Weights);
        Assert.Equal(96, PublishedCircuits.QuantumAttention().Weights);
        Assert.Equal(48, PublishedCircuits.QuantumAttention(wiring: Wiring.Released).Weights);
    }

    [Fact]
    public void FQConvIsFourCircuitsOfThreeQubits()
    {
        LoweringReport report = new LoweredCircuit(PublishedCircuits.FQConv(layers: 5)).Report;
        Assert.Equal(["0 4 8", "1 5 9", "2 6 10", "3 7 11"], report.Clusters.Select(wires => string.Join(' ', wires)));
        Assert.Equal(0, report.CutGates);
    }

    [Fact]
    public void ReleasedHQConvIsThreeJoinedQubitsAndNineCosines()
    {
        LoweringReport report = new LoweredCircuit(PublishedCircuits.HQConv(wiring: Wiring.Released)).Report;
        Assert.Equal(10, report.Clusters.Count);
        Assert.Contains(report.Clusters, wires => wires is [0, 4, 8]);
        Assert.Equal(9, report.Clusters.Count(wires => wires.Length == 1));
    }

    /// <summary>The registers of HQConv meet in one gate pair a layer and border: they evolve alone.</summary>
    [Fact]
    public void HQConvIsThreeRegisters()
    {
        LoweringReport report = new LoweredCircuit(PublishedCircuits.HQConv()).Report;
        Assert.Equal(3, report.Clusters.Count);
        Assert.Equal(6, report.CutGates);
        Assert.True(report.Amplitudes < 1024, $"{report.Amplitudes} amplitudes");
    }

    /// <summary>⟨Z_i⟩ = Π cos a_j over j ≤ i with (i−j) mod 4 ∈ {0, 1}: no gate but the encoding is left.</summary>
    [Fact]
    public void ReleasedSystemBIsAProductOfCosines()
    {
        Circuit circuit = PublishedCircuits.QuantumAttention(wiring: Wiring.Released);
        var lowered = new LoweredCircuit(circuit);
        Assert.Equal(16, lowered.Report.GatesKept);
        Assert.Equal(0, lowered.Report.Steps);
        Assert.All(lowered.Report.Clusters, wires => Assert.Single(wires));

        double[] inputs = RandomCircuits.Numbers(new(4), 16), weights = RandomCircuits.Numbers(new(5), 48);
        double[] actual = TileCheck.Sample(
            TileCheck.Run(circuit, lowered.ReadOuts, [inputs], weights, [new double[16]]).Expectations, 0);
        for (int i = 0; i < 16; i++)
        {
            double product = 1;
            for (int j = 0; j <= i; j++)
                if ((i - j) % 4 is 0 or 1) product *= Math.Cos(inputs[j]);
            Assert.Equal(product, actual[i], 1e-6);
        }
    }

    static void Matches(Circuit circuit, double shift, double[] expected)
    {
        double[] inputs = [.. Enumerable.Range(0, circuit.Inputs).Select(i => 0.1 * (i + 1) - shift)];
        double[] weights = [.. Enumerable.Range(0, circuit.Weights).Select(j => 37 * j % 101 / 101.0)];
        Observable[] readOuts = Observable.ZOfEachWire(circuit.Qubits);
        TileCheck.Near(expected, LiteralSimulator.Expectations(circuit, readOuts, inputs, weights), 1e-11, "literal", circuit);
        float[] tile = TileCheck.Run(circuit, readOuts, [inputs], weights, [new double[circuit.Qubits]]).Expectations;
        TileCheck.Near(expected, TileCheck.Sample(tile, 0), TileCheck.ExpectationTolerance, "lowered", circuit);
    }
}
