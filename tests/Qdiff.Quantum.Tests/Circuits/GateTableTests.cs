using System.Numerics;
using Qdiff.Quantum;

/// <summary>Walks the table: a new row is tested the moment it exists.</summary>
public class GateTableTests
{
    public static TheoryData<GateKind> Kinds => [.. Enum.GetValues<GateKind>()];

    /// <summary>
    /// Three wires in a state without symmetry, then the gate, on every choice of wires; all 63 Pauli strings determine the
    /// state.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void KernelIsTheMatrixOnEveryWire(GateKind kind)
    {
        Observable[] all = [.. Enumerable.Range(1, 63).Select(k => (Observable)new PauliString((ulong)k & 7, (ulong)k >> 3))];
        foreach (Gate gate in Placements(kind, 3))
        {
            foreach (bool joined in (bool[])[false, true])
            {
                var circuit = new Circuit(3, [.. Asymmetric(joined), gate]);
                TileCheck.AgreesWithLiteral(circuit, all, new(5), samples: 2);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MatrixIsUnitaryAndTheInverseUndoesIt(GateKind kind)
    {
        foreach (Gate gate in Placements(kind, 2))
        {
            Complex[,] matrix = gate.Spec.Matrix(Values(gate)), inverse = gate.Inverse.Spec.Matrix(Values(gate.Inverse));
            int size = matrix.GetLength(0);
            for (int row = 0; row < size; row++)
            {
                for (int column = 0; column < size; column++)
                {
                    Complex product = 0;
                    for (int k = 0; k < size; k++) product += inverse[row, k] * matrix[k, column];
                    Assert.Equal(row == column ? 1 : 0, product.Real, 1e-12);
                    Assert.Equal(0, product.Imaginary, 1e-12);
                    Assert.Equal(0, (inverse[row, column] - Complex.Conjugate(matrix[column, row])).Magnitude, 1e-12);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GeneratorIsTheDerivative(GateKind kind)
    {
        GateSpec spec = GateTable.Spec(kind);
        Assert.Equal(spec.Angles == 1, spec.Generator is not null);
        Assert.Equal(spec.Angles > 0, spec.Shift != ShiftRule.None);
        if (spec.Generator is not { } generator) return;
        const double Theta = 0.7, Step = 1e-5;
        (Complex[,] above, Complex[,] below, Complex[,] at) =
            (spec.Matrix(Theta + Step), spec.Matrix(Theta - Step), spec.Matrix(Theta));
        for (int row = 0; row < at.GetLength(0); row++)
        {
            for (int column = 0; column < at.GetLength(0); column++)
            {
                Complex expected = 0;
                for (int k = 0; k < at.GetLength(0); k++) expected -= Complex.ImaginaryOne * generator[row, k] * at[k, column];
                Assert.Equal(0, (expected - (above[row, column] - below[row, column]) / (2 * Step)).Magnitude, 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ShiftRuleIsTheAdjoint(GateKind kind)
    {
        if (GateTable.Spec(kind).Angles == 0) return;
        Gate gate = Placements(kind, 3).First();
        gate = gate.WithAngles([.. gate.Angles.Select((_, k) => Angle.Weight(k, 1.3))]);
        var circuit = new Circuit(3, [.. Asymmetric(joined: true), gate, .. Asymmetric(joined: true).Reverse()]);
        Observable[] readOuts = [PauliString.Parse("ZXY"), PauliString.Parse("XIZ"), PauliString.Parse("YYX")];
        double[] weights = [.. Enumerable.Range(0, circuit.Weights).Select(k => 0.4 + k)], cotangent = [0.7, -1.1, 0.4];
        double[] shift = ParameterShift.Gradient(circuit, readOuts, [], weights, cotangent).Weights;
        double[] adjoint = LiteralSimulator.Gradient(circuit, readOuts, [], weights, cotangent).Weights;
        (_, _, float[] lowered) = TileCheck.Run(circuit, readOuts, [[]], weights, [cotangent]);
        Assert.Contains(shift, g => Math.Abs(g) > 0.01);
        TileCheck.Near(shift, adjoint, 1e-12, "literal gradient", circuit);
        TileCheck.Near(shift, [.. lowered.Select(g => (double)g)], TileCheck.GradientTolerance, "lowered gradient", circuit);
    }

    [Fact]
    public void TwoTermRuleIsWrongForControlledRotations()
    {
        static double F(double shift) => LiteralSimulator.Expectations(
            new(2, [Gate.RY(0, Angle.Fixed(1)), Gate.RY(1, Angle.Fixed(0.3)), Gate.CRX(0, 1, Angle.Fixed(0.9 + shift))]),
                [PauliString.X(0)], [], [])[0];
        double four = ParameterShift.Derivative(ShiftRule.FourTerm, F), two = ParameterShift.Derivative(ShiftRule.TwoTerm, F);
        Assert.Equal((F(1e-5) - F(-1e-5)) / 2e-5, four, 1e-8);
        Assert.True(Math.Abs(four - two) > 0.02);
    }

    [Fact]
    public void RowsAreInOrderAndNamesAreUnique()
    {
        Assert.Equal(Enum.GetValues<GateKind>(), GateTable.Rows.Select(row => row.Kind));
        Assert.Equal(GateTable.Rows.Count, GateTable.Rows.Select(row => row.Qasm).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => GateTable.Spec((GateKind)99));
    }

    [Fact]
    public void NobodyCanChangeAGate()
    {
        foreach (GateSpec row in GateTable.Rows)
        {
            double[] angles = [.. Enumerable.Repeat(0.3, row.Angles)];
            Complex before = row.Matrix(angles)[1, 1];
            row.Matrix(angles)[1, 1] = row.Block(angles)[1, 1] = 7;
            Assert.Equal(before, row.Matrix(angles)[1, 1]);
            if (row.Generator is not { } generator) continue;
            (before, generator[1, 1], row.BlockGenerator![1, 1]) = (generator[1, 1], 7, 7);
            Assert.Equal(before, row.Generator![1, 1]);
        }
    }

    /// <summary>Every kind has a function of its name, which takes the control first.</summary>
    [Fact]
    public void EveryKindHasAFunction()
    {
        foreach (GateSpec row in GateTable.Rows)
        {
            object[] angles = [.. Enumerable.Range(0, row.Angles).Select(i => (object)Angle.Fixed(0.1 + i))];
            object[] wires = row.Wires == 1 ? [2] : [2, 1];
            var gate = (Gate)typeof(Gate).GetMethod(row.Kind.ToString())!.Invoke(null, [.. wires, .. angles])!;
            Assert.Equal((row.Kind, row.Shape == GateShape.Controlled ? 1 : 2), (gate.Kind, gate.Target));
            Assert.Equal(wires, gate.Wires.Cast<object>());
            Assert.Equal(angles, gate.Angles.Cast<object>());
        }
    }

    internal static IEnumerable<Gate> Placements(GateKind kind, int qubits)
    {
        GateSpec spec = GateTable.Spec(kind);
        for (int target = 0; target < qubits; target++)
        {
            for (int partner = spec.Wires == 1 ? -1 : 0; partner < (spec.Wires == 1 ? 0 : qubits); partner++)
            {
                if (partner == target) continue;
                yield return new Gate(kind, target, partner)
                    .WithAngles([.. Enumerable.Range(0, spec.Angles).Select(k => Angle.Fixed(0.9 - 0.7 * k))]);
            }
        }
    }

    static IEnumerable<Gate> Asymmetric(bool joined)
    {
        for (int wire = 0; wire < 3; wire++)
            yield return Gate.U3(wire, Angle.Fixed(0.5 + wire), Angle.Fixed(1.1 - 0.4 * wire), Angle.Fixed(0.2 * wire));
        if (!joined) yield break;
        yield return Gate.CRY(0, 1, Angle.Fixed(1.9));
        yield return Gate.CRX(1, 2, Angle.Fixed(0.8));
        yield return Gate.CRY(2, 0, Angle.Fixed(-1.2));
    }

    static double[] Values(Gate gate) => [.. gate.Angles.Select(angle => angle.Scale)];
}
