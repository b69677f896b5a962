using Qdiff;
using Qdiff.Quantum;

/// <summary>Families of circuits and encodings of one's own.</summary>
public class NamedCircuitTests
{
    /// <summary>Weights are counted by the circuit behind, which would take an encoding's for its own.</summary>
    [Fact]
    public void AnEncodingHasNoWeights()
    {
        foreach (Gate gate in (Gate[])[Gate.RX(0, Angle.Weight(0)),
            Gate.U3(0, Angle.Input(0), Angle.Weight(0), Angle.Fixed(0))])
        {
            NamedEncoding trained = NamedEncoding.Create("trained", _ => [gate]);
            Assert.StartsWith("The encoding trained has an angle that is a weight",
                Assert.Throws<ArgumentException>(() => trained.InFrontOf(new(1, Ansatz.BasicEntangler(1, 1)))).Message);
        }
    }

    [Fact]
    public void AFamilyMayAllowEvenNumbersOfLayersOnly()
    {
        NamedCircuit even = NamedCircuit.Create("even", (qubits, layers) => layers % 2 == 0
            ? new Circuit(qubits, Ansatz.BasicEntangler(qubits, layers))
            : throw new ArgumentException($"{layers} layers are no even number."));
        Assert.Equal(8, even.Build(qubits: 2, layers: 4).Weights);
        Assert.StartsWith("3 layers are no even number",
            Assert.Throws<ArgumentException>(() => even.Build(qubits: 2, layers: 3)).Message);
    }
}
