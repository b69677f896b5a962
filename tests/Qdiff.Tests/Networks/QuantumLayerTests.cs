using Qdiff;
using Qdiff.Quantum;
using Qdiff.Tensors;

public class QuantumLayerTests
{
    static readonly ParameterTable s_table = new();
    static readonly QuantumLayer s_layer = new(s_table, "pair", new(2, [.. Embedding.Angles(2), .. Ansatz.BasicEntangler(2, 1)]),
        Initialisers.Zeros);
    static readonly Weights s_weights = new Weights(s_table).Initialise(1);

    /// <summary>Two inputs and two read-outs a row, on a tile of four elements.</summary>
    [Fact]
    public void RowsThatDoNotFitTheCircuitAreRefused()
    {
        Assert.Equal(4, Apply([[0, 1], [2, 3]], [[3, 1], [2, 0]], 4).Count);
        Refused("pair has 2 inputs, and a row names 1 elements", [[0, 1], [2]], [[0, 1], [2, 3]]);
        Refused("pair has 2 read-outs, and a row names 1 elements", [[0, 1], [2, 3]], [[0, 1], [2]]);
        Refused("pair has 2 rows of inputs and 1 of outputs", [[0, 1], [2, 3]], [[0, 1]]);
        Refused("Element 1 of the result 4 of pair is two read-outs", [[0, 1], [2, 3]], [[0, 1], [2, 1]]);
        Refused("Element 2 of the result 5 of pair is no read-out", [[0, 1], [2, 3]], [[0, 1], [3, 4]], elements: 5);
        Refused("A row of pair names element 4 of 4, which has 4", [[0, 1], [2, 4]], [[0, 1], [2, 3]]);
        Refused("A row of pair names element -1 of 4, which has 4", [[0, 1], [2, 3]], [[0, 1], [2, -1]]);
    }

    /// <summary>The way back is of the rows as they were on the way there.</summary>
    [Fact]
    public void RowsMayBeChangedBeforeTheWayBack()
    {
        float[] same = Gradient(changes: false);
        Assert.Contains(same, value => value != 0);
        Assert.Equal(same, Gradient(changes: true));

        static float[] Gradient(bool changes)
        {
            Tensor x = new Workspace(s_weights).Input([4], requiresGradient: true);
            x.Values.Fill(0.5f);
            int[][] inputs = [[0, 1]], outputs = [[0, 1]];
            Tensor y = s_layer.Apply(x, inputs, [2], outputs);
            if (changes)
            {
                inputs[0][0] = 3;
                outputs[0] = [1, 0];
            }

            x.Workspace.Backward(y, [.. Enumerable.Range(0, 2 * Tensor.Samples).Select(i => i < Tensor.Samples ? 1f : 2)]);
            return x.Gradient.ToArray();
        }
    }

    /// <summary>Two circuits, which nothing but their constructor says.</summary>
    sealed class TwoCircuits : Network
    {
        static readonly int[][] s_pairs = [[0, 1], [2, 3]];
        readonly QuantumLayer first, second;

        public TwoCircuits() => (first, second) = (Pairs("first"), Pairs("second"));

        public override Shape Image => [4, 1, 1];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            second.Apply(first.Apply(xt, s_pairs, Image, s_pairs), s_pairs, Image, s_pairs);

        QuantumLayer Pairs(string name) => new(Parameters, name,
            new(2, [.. Embedding.Angles(2), .. Ansatz.BasicEntangler(2, 1)]), Initialisers.Uniform(0, 1))
        { RunsPerImage = s_pairs.Length };
    }

    /// <summary>Audits, shots and costs do not depend on a network's saying so.</summary>
    [Fact]
    public void ANetworkKnowsTheCircuitsThatWereMadeWithItsParameters()
    {
        var network = new TwoCircuits();
        Assert.Equal(["first", "second"], network.Circuits.Select(circuit => circuit.Name));
        Assert.Equal(4, network.CircuitRuns);
        CircuitMeasurement measurement = new() { Shots = 100 };
        measurement.Require(network);
        Assert.True(MeasurementCost.Of(network, measurement, batch: 1, steps: 1).ForwardRuns >= 4);
        AuditReport audit = Audit.Run(network, timesteps: 2);
        Assert.Equal([ParameterKind.CircuitAngle], audit.Totals.Select(total => total.Kind));
        Assert.Equal(["first", "second"], audit.Circuits.Select(circuit => circuit.Name));
    }

    static void Refused(string expected, int[][] inputs, int[][] outputs, int elements = 4) => Assert.Contains(expected,
        Assert.Throws<ArgumentException>(() => Apply(inputs, outputs, elements)).Message);

    static Tensor Apply(int[][] inputs, int[][] outputs, int elements) =>
        s_layer.Apply(new Workspace(s_weights).Input([4]), inputs, [elements], outputs);
}
