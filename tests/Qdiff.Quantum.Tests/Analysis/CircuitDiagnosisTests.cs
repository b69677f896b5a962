using Qdiff.Quantum;

public class CircuitDiagnosisTests
{
    /// <summary>A number that nothing depends on is moved to see why: inwards where a formula ends.</summary>
    [Theory]
    [InlineData("arcsin")]
    [InlineData("arccos")]
    [InlineData("log")]
    [InlineData("sqrt")]
    public void WhatNoReadOutSeesOfAFormulaIsExplained(string function)
    {
        // Each wire of a pair is as much 0 as 1, however it is turned.
        Circuit circuit = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; input array[float, 4] x; qubit[8] q;"
            + string.Concat(Enumerable.Range(0, 4).Select(i => $"h q[{2 * i}]; cx q[{2 * i}], q[{2 * i + 1}]; "
                + $"rx({function}(x[{i}])) q[{2 * i}];")));
        for (int seed = 0; seed < 10; seed++)
        {
            CircuitDiagnosis found = new(circuit, seed: seed);
            Assert.Equal([0, 1, 2, 3], found.DeadInputs.Select(input => input.Index));
            Assert.All(found.DeadInputs, input => Assert.Equal([DeadReason.NotSeen], input.Reasons));
        }
    }

    /// <summary>An arccosine from 1 to 3 beside an arcsine from −1 to 1.</summary>
    [Fact]
    public void FormulasMayNeedNumbersFromDifferentRanges()
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; input float x; input float w; qubit[2] q; "
            + "ry(arccos(x - 2)) q[0]; ry(arcsin(w)) q[1]; cx q[0], q[1];");
        for (int seed = 0; seed < 20; seed++)
        {
            CircuitDiagnosis found = new(circuit, seed: seed);
            Assert.Empty(found.DeadInputs);
            Assert.Empty(found.DeadWeights);
        }

        Circuit never = Qasm.Read("OPENQASM 3.0; input float x; qubit q; rx(log(x - 10)) q;");
        Assert.Contains("No numbers were found", Assert.Throws<ArgumentException>(() => new CircuitDiagnosis(never)).Message);
    }

    /// <summary>Also where a formula has values only here and there, so that some points have no others beside them.</summary>
    [Fact]
    public void WhatCannotBeMovedIsNotSeen()
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; input float x; qubit[2] q; h q[0]; cx q[0], q[1]; "
            + "rx(log(sin(1000*x) - 0.5)) q[0];");
        for (int seed = 0; seed < 100; seed++)
            Assert.Equal([DeadReason.NotSeen], new CircuitDiagnosis(circuit, seed: seed).DeadInputs[0].Reasons);
    }
}
