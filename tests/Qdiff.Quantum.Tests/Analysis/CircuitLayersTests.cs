using Qdiff.Papers;
using Qdiff.Quantum;

public class CircuitLayersTests
{
    public static TheoryData<string, int, int[]> Circuits { get; } = new()
    {
        { "basic", 3, [4, 4, 4] },
        { "strongly-entangling", 2, [12, 12] },
        { "hardware-efficient", 2, [8, 8, 8] },
        { "hqconv", 3, [28, 28, 28] },
        { "fqconv", 3, [24, 24, 24] },
        { "attention", 3, [32, 32, 32] },
    };

    [Theory]
    [MemberData(nameof(Circuits))]
    public void LayersOfCircuitsByNameAreTheirRepetitions(string name, int layers, int[] sizes)
    {
        Circuit circuit = Papers.Catalog.Circuits[name].Build(layers: layers);
        IReadOnlyList<int[]> found = CircuitLayers.Of(circuit);
        Assert.Equal(sizes, found.Select(layer => layer.Length));
        Assert.Equal(Enumerable.Range(0, circuit.Weights), found.SelectMany(layer => layer));
    }

    /// <summary>Weights that gates share, weights that no gate has, more repetitions than lines of a chart.</summary>
    [Fact]
    public void EachWeightBelongsToTheLayerOfItsFirstGate()
    {
        Circuit shared = new(2, [Gate.RX(0, Angle.Weight(3)), Gate.RY(1, Angle.Weight(0)), Gate.CNOT(0, 1),
            Gate.RX(0, Angle.Weight(1)), Gate.RY(1, Angle.Weight(0)), Gate.RZ(0, Angle.Input(0))]);
        Assert.Equal([[0, 3], [1]], CircuitLayers.Of(shared));
        Circuit odd = new(2, [Gate.RX(0, Angle.Weight(0)), Gate.RY(1, Angle.Weight(1)), Gate.RX(1, Angle.Weight(2))]);
        Assert.Equal([[0, 1, 2]], CircuitLayers.Of(odd));
        Circuit deep = new(1, Ansatz.BasicEntangler(1, 20));
        Assert.Equal([10, 2], [CircuitLayers.Of(deep).Count, CircuitLayers.Of(deep)[0].Length]);
        Assert.Empty(CircuitLayers.Of(new(1, [Gate.RX(0, Angle.Input(0))])));
    }
}
